// @ts-check
// The customer's accounts: what each is called and what can be done with it, and another one.

import { openAnother, rename } from '../account-forms.js';
import { isOpen, nameOf, readAccounts, statusTag } from '../accounts.js';
import { statusNotice } from '../account-status.js';
import { amountOf } from '../amount-text.js';
import { copyButton } from '../copying.js';
import { h, isolated } from '../dom.js';
import { heldNote } from '../held.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { region } from '../states.js';
import { formatDay } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** Whether customers open further accounts by themselves. */
const opens = document.documentElement.dataset.openings !== 'staff';

/** @param {import('../router.js').Visit} visit */
export default function accounts({ signal }) {
  const again = () => { void list.reload(); };
  const list = region(() => readAccounts(signal), (all) => lists(all, again), { lines: 6 });
  return [
    heading('Accounts', h('a', { class: 'button button-plain', href: '#/requests' }, 'Requests'), opens ? h('button', { class: 'button button-main', type: 'button', on: { click: () => openAnother(again) } }, icon('plus'), 'Open another account') : null),
    opens ? h('span') : h('p', { class: 'mb-4 text-sm text-soft' }, 'Your bank opens further accounts: ask it for one.'),
    list,
  ];
}

/**
 * The accounts that can be used, and apart from them those that are closed.
 * @param {Schemas['Account'][]} all
 * @param {() => void} changed
 */
function lists(all, changed) {
  const closed = all.filter((account) => !isOpen(account));
  const cards = (/** @type {Schemas['Account'][]} */ list) => h('ul', { class: 'grid min-w-0 gap-4 lg:grid-cols-2' }, list.map((account) => card(account, changed)));
  return [
    cards(all.filter(isOpen)),
    closed.length > 0 ? h('section', { class: 'mt-4', 'aria-label': 'Closed accounts' }, cards(closed)) : h('span'),
  ];
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
function card(account, changed) {
  const name = nameOf(account);
  return h('li', { class: 'card min-w-0 p-5', 'data-number': account.account_number },
    h('h2', { class: 'flex flex-wrap items-center gap-x-2 font-medium' }, h('span', { class: 'min-w-0' }, isolated(name)), statusTag(account)),
    h('p', { class: 'figure mt-1' }, amountOf(account.available_balance, account.currency)),
    heldNote(account),
    h('p', { class: 'mt-1 flex flex-wrap items-center gap-1 text-soft tabular-nums' }, formatNumber(account.account_number), copyButton(account.account_number, `number of ${name}`)),
    h('p', { class: 'text-sm text-soft' }, `Opened ${formatDay(account.created_at)}`),
    statusNotice(account),
    h('div', { class: 'mt-4 flex flex-wrap gap-2' },
      h('a', { class: 'button button-plain', href: `#/overview?account=${account.account_number}`, 'aria-label': `Show ${name}` }, 'Show'),
      h('button', { class: 'button button-plain', type: 'button', 'aria-label': `Rename ${name}`, on: { click: () => rename(account, changed) } }, 'Rename'),
      isOpen(account) ? h('a', { class: 'button button-plain', href: `#/accounts/${account.account_number}`, 'aria-label': `Settings of ${name}` }, 'Settings') : null));
}
