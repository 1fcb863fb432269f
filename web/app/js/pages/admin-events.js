// @ts-check
// The audit trail, for administrators.

import { call } from '../api.js';
import { h } from '../dom.js';
import { eventRows, eventWords } from '../events.js';
import { choice, field } from '../forms.js';
import { heading } from '../layout.js';
import { faultOf } from '../numbers.js';
import { pagedList } from '../paging.js';
import { empty, region } from '../states.js';
import { zoneName } from '../times.js';
import { queryOf } from '../trail-filters.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @type {[string, string][]} */
const people = [['', 'Anybody'], ['person', 'A person'], ['client', 'A service client'], ['admin_key', 'The admin key'], ['operator', 'The operator'], ['anonymous', 'Unknown callers']];

/** @param {import('../router.js').Visit} visit */
export default function adminEvents({ signal }) {
  /** @type {import('../trail-filters.js').Filters} */
  const filters = { type: '', account: '', who: '', person: '', client: '', from: '', to: '' };
  const list = pagedList({
    load: (cursor) => call('get', '/admin/events', { query: cursor ? { cursor } : queryOf(filters), signal }),
    rows: eventRows,
    nothing: () => empty('Nothing found', 'No event matches. Try other filters.'),
  });
  const set = (/** @type {Partial<import('../trail-filters.js').Filters>} */ changed) => {
    const before = JSON.stringify(queryOf(filters));
    Object.assign(filters, changed);
    if (JSON.stringify(queryOf(filters)) !== before) void list.restart();
  };
  const type = choice('Event', [['', 'Everything'], .../** @type {[string, string][]} */ (Object.entries(eventWords))], (value) => set({ type: value }));
  const account = numberField('About the account', (typed) => set({ account: typed }));
  const person = numberField('Their account number', (typed) => set({ person: typed }));
  const client = h('div', { hidden: true });
  const who = choice('Done by', people, (value) => {
    person.node.hidden = value !== 'person';
    client.hidden = value !== 'client';
    if (value === 'client' && !client.hasChildNodes()) client.append(clientChoice((id) => set({ client: id }), signal));
    set({ who: value });
  });
  person.node.hidden = true;
  const from = field('From', { type: 'date', on: { change: () => set({ from: from.value() }) } });
  const to = field('To', { type: 'date', on: { change: () => set({ to: to.value() }) } });
  return [
    heading('Events'),
    h('section', { class: 'card min-w-0 overflow-hidden', 'aria-label': 'Events' },
      h('div', { class: 'border-b border-line p-4 sm:p-5' },
        h('div', { class: 'grid gap-3 sm:grid-cols-2 xl:grid-cols-3' }, type.node, account.node, who.node, person.node, client, from.node, to.node),
        h('p', { class: 'mt-3 text-sm text-soft' }, `Both days count, as they are at the bank (${zoneName}). Reading this list is an event, too.`)),
      list.node),
  ];
}

/**
 * @param {string} label
 * @param {(typed: string) => void} changed
 */
function numberField(label, changed) {
  const number = field(label, {
    type: 'search', inputmode: 'numeric', placeholder: '12 digits',
    on: { input: () => { number.fault(faultOf(number.value())); changed(number.value()); } },
  });
  return number;
}

/**
 * The choice of a service client, whose names are read only when somebody asks for them.
 * @param {(id: string) => void} changed
 * @param {AbortSignal} signal
 */
function clientChoice(changed, signal) {
  return region(() => call('get', '/admin/clients', { query: { limit: 200 }, signal }),
    ({ data }) => choice('Service client', [['', data.length > 0 ? 'Choose one' : 'There is none'], .../** @type {[string, string][]} */ (data.map(({ id, name }) => [id, name]))], changed).node, { lines: 1 });
}
