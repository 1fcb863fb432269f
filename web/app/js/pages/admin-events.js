// @ts-check
// The audit trail, for administrators.

import { call } from '../api.js';
import { h } from '../dom.js';
import { eventRows, eventWords } from '../events.js';
import { choice, field } from '../forms.js';
import { heading } from '../layout.js';
import { digitsOf } from '../numbers.js';
import { pagedList } from '../paging.js';
import { empty } from '../states.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminEvents({ signal }) {
  const filters = { type: '', account: '' };
  const query = () => {
    const type = /** @type {Schemas['EventType'] | ''} */ (filters.type);
    return { limit: 50, ...(type ? { event_type: type } : {}), ...(filters.account ? { account_number: filters.account } : {}) };
  };
  const list = pagedList({
    load: (cursor) => call('get', '/admin/events', { query: cursor ? { cursor } : query(), signal }),
    rows: eventRows,
    nothing: () => empty('Nothing found', 'No event matches. Try other filters.'),
  });
  const type = choice('Event', [['', 'Everything'], .../** @type {[string, string][]} */ (Object.entries(eventWords))], (value) => {
    filters.type = value;
    void list.restart();
  });
  const account = field('Account', {
    type: 'search', inputmode: 'numeric', placeholder: '12 digits',
    on: {
      input: () => {
        const digits = digitsOf(account.value());
        const next = digits.length === 12 ? digits : '';
        if (next === filters.account) return;
        filters.account = next;
        void list.restart();
      },
    },
  });
  return [
    heading('Events'),
    h('section', { class: 'card min-w-0 overflow-hidden', 'aria-label': 'Events' },
      h('div', { class: 'grid gap-3 border-b border-line p-4 sm:grid-cols-2 sm:p-5' }, type.node, account.node), list.node),
  ];
}
