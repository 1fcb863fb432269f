// @ts-check
// The requests of customers and staff, for those who decide.

import { call } from '../api.js';
import { h, isolated } from '../dom.js';
import { choice } from '../forms.js';
import { heading } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { counted } from '../pending-count.js';
import { kindWords, statusTag, statusWords } from '../request-words.js';
import { empty } from '../states.js';
import { formatDay, formatShortDay } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminRequests({ signal }) {
  const filters = { status: 'pending', kind: '' };
  const query = () => ({
    limit: 50, status: /** @type {Schemas['ServiceRequestStatus']} */ (filters.status) || undefined, kind: /** @type {Schemas['ServiceRequestKind']} */ (filters.kind) || undefined,
  });
  const list = pagedList({
    load: async (cursor) => {
      const page = await call('get', '/admin/requests', { query: cursor ? { cursor } : query(), signal });
      counted(page.pending);
      return page;
    },
    headings: h('div', { class: 'row-headings px-5', 'aria-hidden': 'true' },
      h('span', null, 'Request'), h('span', { class: 'pl-3' }, 'Account'), h('span', { class: 'pl-3' }, 'Asked'), h('span', { class: 'pl-3' }, 'Status')),
    columns: 'columns-accounts',
    rows: (requests) => requests.map(row),
    nothing: () => (filters.status === 'pending' && !filters.kind ? empty('No requests are waiting', 'Requests of customers, and what needs a second person, will show here.') : empty('Nothing found', 'No request matches. Try other filters.')),
  });
  const select = (/** @type {string} */ label, /** @type {'status' | 'kind'} */ name, /** @type {string} */ all, /** @type {Record<string, string>} */ words) => choice(label, [['', all], ...Object.entries(words)], (value) => {
    filters[name] = value;
    void list.restart();
  }, filters[name]);
  return [
    heading('Requests'),
    h('section', { class: 'card min-w-0 overflow-hidden', 'aria-label': 'Requests' },
      h('div', { class: 'grid gap-3 border-b border-line p-4 sm:grid-cols-2 sm:p-5' }, select('Status', 'status', 'Every status', statusWords).node, select('Kind', 'kind', 'Every kind', kindWords).node), list.node),
  ];
}

/** @param {Schemas['StaffRequest']} request */
function row(request) {
  return h('li', { class: 'border-t border-line first:border-t-0' },
    h('a', { class: 'row row-link min-h-16', href: `#/admin/requests/${request.id}` },
      h('span', { class: 'row-main' },
        h('span', { class: 'block font-medium' }, kindWords[request.kind]),
        h('span', { class: 'block text-sm' }, isolated(request.account_holder_name)),
        h('span', { class: 'row-narrow' }, h('span', { class: 'block text-sm text-soft' }, h('span', { class: 'tabular-nums' }, formatNumber(request.account_number)), `, ${formatShortDay(request.created_at)}`))),
      h('span', { class: 'row-wide tabular-nums' }, formatNumber(request.account_number)),
      h('span', { class: 'row-wide' }, formatDay(request.created_at)),
      h('span', { class: 'ml-auto @[40rem]:ml-0 @[40rem]:pl-3' }, statusTag(request.status))));
}
