// @ts-check
// Settings of a customer's account: its limits, and how it is frozen and closed.

import { nameOf, readAccounts, statusTag } from '../accounts.js';
import { statusNotice } from '../account-status.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { askToClose } from '../closing-forms.js';
import { h, isolated } from '../dom.js';
import { freezeOwn } from '../freezing.js';
import { heldNote } from '../held.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { changeOwnLimits, limitList } from '../limit-forms.js';
import { formatNumber } from '../numbers.js';
import { empty, region } from '../states.js';
import { zoneName } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function account({ parameters, signal }) {
  const number = parameters[0] ?? '';
  const again = () => { void parts.reload(); };
  const parts = region(async () => {
    const all = await readAccounts(signal);
    const found = all.find((one) => one.account_number === number);
    return { all, found, limits: found ? await call('get', '/accounts/{account_number}/limits', { path: { account_number: number }, signal }) : null };
  }, ({ all, found, limits }) => (found && limits ? partsOf(found, all, limits, again) : h('div', { class: 'card' }, empty('No such account', 'None of your accounts has this number.'))), { lines: 6 });
  return h('div', { class: 'mx-auto max-w-xl' },
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/accounts' }, icon('back', 'size-4'), 'Accounts'),
    heading('Account settings'), parts);
}

/**
 * @param {Schemas['Account']} found
 * @param {Schemas['Account'][]} all
 * @param {Schemas['AccountLimits']} limits
 * @param {() => void} changed
 */
function partsOf(found, all, limits, changed) {
  const closed = found.status === 'closed';
  const button = (/** @type {string} */ words, /** @type {() => void} */ press) => h('button', { class: 'button button-plain mt-4', type: 'button', on: { click: press } }, words);
  return h('div', { class: 'space-y-4' },
    h('section', { class: 'card min-w-0 p-5', 'aria-label': 'Account' },
      h('h2', { class: 'flex flex-wrap items-center gap-x-2 font-medium' }, h('span', { class: 'min-w-0' }, isolated(nameOf(found))), statusTag(found)),
      h('p', { class: 'figure mt-1' }, amountOf(found.available_balance, found.currency)),
      heldNote(found),
      h('p', { class: 'mt-1 text-soft tabular-nums' }, formatNumber(found.account_number)),
      statusNotice(found)),
    closed ? null : section('Limits', h('div', { class: 'px-4 pb-5 sm:px-5' }, limitList(limits), button('Change the limits', () => changeOwnLimits(found, limits, changed))),
      { note: `What may leave this account. Days and months are those of the bank (${zoneName}).` }),
    found.status === 'open' ? section('Freeze the account', h('div', { class: 'px-4 pb-5 sm:px-5' },
      h('p', { class: 'text-soft' }, 'If you have lost your phone, or somebody else may know your PIN: stop money from leaving at once.'), button('Freeze', () => freezeOwn(found, changed)))) : null,
    closed ? null : section('Close the account', h('div', { class: 'px-4 pb-5 sm:px-5' },
      h('p', { class: 'text-soft' }, 'The bank closes it at your request. The balance can move to another of your accounts.'), button('Ask to close this account', () => askToClose(found, all, changed)))));
}
