// @ts-check
// The programs that use the bank with keys of their own.

import { call } from '../api.js';
import { networkWords, reachWords, stateOf } from '../client-words.js';
import { h, isolated } from '../dom.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { pagedList } from '../paging.js';
import { empty } from '../states.js';
import { formatAgo, formatDay } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminClients({ signal }) {
  const list = pagedList({
    load: (cursor) => call('get', '/admin/clients', { query: cursor ? { cursor } : { limit: 50 }, signal }),
    headings: h('div', { class: 'row-headings px-5', 'aria-hidden': 'true' },
      h('span', null, 'Name'), h('span', { class: 'pl-3' }, 'Expires'), h('span', { class: 'text-right' }, 'Last used')),
    columns: 'columns-accounts',
    rows: (clients) => clients.map(row),
    nothing: () => empty('No service client', 'A program that is to use the bank gets a client of its own here, and then a key.'),
  });
  return [
    heading('Service clients', h('a', { class: 'button button-main', href: '#/admin/clients/new' }, icon('plus'), 'Create a client')),
    h('p', { class: 'mb-4 max-w-2xl text-soft' }, 'Programs that use the bank with keys of their own. Each may do what its permissions say, and no more.'),
    h('section', { class: 'card min-w-0 overflow-hidden', 'aria-label': 'Service clients' }, list.node),
  ];
}

/** @param {Schemas['ServiceClient']} client */
function row(client) {
  const expires = client.expires_at ? formatDay(client.expires_at) : 'never';
  const reach = [reachWords(client), client.ip_networks.length > 0 ? networkWords(client) : ''].filter(Boolean).join(', ');
  return h('li', { class: 'border-t border-line first:border-t-0' },
    h('a', { class: 'row row-link min-h-16', href: `#/admin/clients/${client.id}`, 'data-client': client.id },
      h('span', { class: 'row-main' },
        h('span', { class: 'flex min-w-0 flex-wrap items-center gap-x-2' }, h('span', { class: 'min-w-0 font-medium' }, isolated(client.name)), stateTag(client)),
        h('span', { class: 'block text-sm text-soft' }, client.permissions.join(', ')),
        h('span', { class: 'block text-sm text-soft' }, reach, h('span', { class: 'row-narrow' }, `; expires: ${expires}`))),
      h('span', { class: 'row-wide' }, h('span', { class: 'sr-only' }, 'expires '), expires),
      h('span', { class: 'money ml-auto text-sm' }, h('span', { class: 'row-narrow' }, 'Used '), client.last_used_at ? formatAgo(client.last_used_at) : 'never')));
}

/** @param {Schemas['ServiceClient']} client */
export function stateTag(client) {
  switch (stateOf(client)) {
    case 'revoked': return h('span', { class: 'tag bg-danger-tint text-danger' }, 'Revoked');
    case 'expired': return h('span', { class: 'tag bg-warn-tint text-warn' }, 'Expired');
    default: return null;
  }
}
