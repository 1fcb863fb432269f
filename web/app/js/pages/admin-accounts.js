// @ts-check
// Every account, for staff.

import { statusTag } from '../accounts.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { h, isolated } from '../dom.js';
import { choice, field } from '../forms.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { empty } from '../states.js';
import { formatDay } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminAccounts({ signal }) {
  const filters = { locked: location.hash.endsWith('?locked') ? 'true' : '', search: '' };
  const list = pagedList({
    load: (cursor) => call('get', '/admin/accounts', { query: cursor ? { cursor } : query(filters), signal }),
    headings: h('div', { class: 'row-headings px-5', 'aria-hidden': 'true' },
      h('span', null, 'Holder'), h('span', { class: 'pl-3' }, 'Account'), h('span', { class: 'pl-3' }, 'Opened'), h('span', { class: 'text-right' }, 'Balance')),
    columns: 'columns-accounts',
    rows: (accounts) => accounts.map(row),
    nothing: () => empty('No account found', 'Try another name or number.'),
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  const search = field('Search', {
    type: 'search', hint: 'Name, or the number’s beginning', maxlength: 100,
    on: { input: () => { filters.search = search.value(); clearTimeout(pause); pause = setTimeout(() => { void list.restart(); }, 250); } },
  });
  const locked = choice('Status', [['', 'All accounts'], ['true', 'Locked'], ['false', 'Not locked']], (value) => {
    filters.locked = value;
    void list.restart();
  }, filters.locked);
  return [
    heading('Customers', h('a', { class: 'button button-main', href: '#/admin/open' }, icon('plus'), 'Open an account')),
    h('section', { class: 'card min-w-0 overflow-hidden', 'aria-label': 'Accounts' },
      h('div', { class: 'grid gap-3 border-b border-line p-4 sm:grid-cols-[2fr_1fr] sm:p-5' }, search.node, locked.node), list.node),
  ];
}

/** @param {{ locked: string, search: string }} filters */
function query(filters) {
  const text = filters.search.trim();
  return { limit: 50, ...(text ? { q: text } : {}), ...(filters.locked ? { locked: filters.locked === 'true' } : {}) };
}

/** @param {Schemas['Account']} account */
function row(account) {
  return h('li', { class: 'border-t border-line first:border-t-0' },
    h('a', { class: 'row row-link min-h-16', href: `#/admin/accounts/${account.account_number}` },
      h('span', { class: 'row-main' },
        h('span', { class: 'flex min-w-0 flex-wrap items-center gap-x-2' }, h('span', { class: 'min-w-0 font-medium' }, isolated(account.account_holder_name)), tags(account)),
        h('span', { class: 'row-narrow' }, h('span', { class: 'block text-sm text-soft tabular-nums' }, formatNumber(account.account_number)))),
      h('span', { class: 'row-wide tabular-nums' }, formatNumber(account.account_number)),
      h('span', { class: 'row-wide' }, formatDay(account.created_at)),
      h('span', { class: 'money ml-auto font-medium' }, amountOf(account.balance, account.currency))));
}

/** @param {Schemas['Account']} account */
export function tags(account) {
  return [
    account.is_locked ? h('span', { class: 'tag bg-danger-tint text-danger' }, icon('lock', 'size-3.5'), 'Locked') : null,
    statusTag(account),
    account.role === 'customer' ? null : h('span', { class: 'tag bg-accent-tint text-accent' }, account.role === 'admin' ? 'Administrator' : 'Employee'),
  ];
}
