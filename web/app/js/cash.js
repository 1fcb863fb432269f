// @ts-check
// Deposits and withdrawals, in a dialog.

import { amountField } from './amount-field.js';
import { amountOf } from './amount-text.js';
import { openDialog } from './dialogs.js';
import { announce, h } from './dom.js';
import { typeWords } from './entries.js';
import { details } from './entry.js';
import { faultOfLength, field, form } from './forms.js';
import { faultOfFunds, fundsLine } from './held.js';
import { payment } from './intents.js';
import { formatMoney } from './money.js';
import { isUnsettled, reportDone, unsettledNote } from './outcomes.js';
import { isUnknown } from './problems.js';
import { failure } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {ReturnType<typeof payment>} Payment */

const words = {
  deposit: { title: 'Deposit', action: 'Deposit', busy: 'Depositing…' },
  withdraw: { title: 'Withdraw', action: 'Withdraw', busy: 'Withdrawing…' },
};

/**
 * What to show when it is not known whether the money moved.
 * @param {unknown} error
 */
export function unknownOutcome(error) {
  if (!isUnknown(error)) return null;
  return h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
    'It is not known whether this took effect. Try again: it cannot happen twice.'));
}

/**
 * Opens the dialog.
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 */
export function openCash(kind, account) {
  if (isUnsettled(kind, account.account_number)) {
    openDialog(words[kind].title, unsettledNote);
    return;
  }
  /** @type {Payment | null} */
  let current = null;
  const dialog = openDialog(words[kind].title, (close) => cashForm(kind, account, (making) => { current = making; }, (entry) => {
    const receipt = receiptOf(entry, close);
    dialog.lastElementChild?.replaceChildren(receipt);
    if (dialog.open) receipt.querySelector('button')?.focus();
    else if (current) reportDone(current.record, entry);
  }), { closed: () => current?.release() });
}

/**
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 * @param {(making: Payment) => void} making
 * @param {(entry: Schemas['Transaction']) => void} finished
 */
function cashForm(kind, account, making, finished) {
  const amount = amountField(`Amount in ${account.currency}`, () => account.currency);
  const description = field('Description', { optional: true, maxlength: 280 });
  if (kind === 'withdraw' && account.held_balance > 0) amount.input.after(fundsLine(account));
  /** @type {Payment | null} */
  let current = null;
  return form({
    fields: [amount, description],
    action: words[kind].action,
    busy: words[kind].busy,
    check: () => [[amount, amount.check() || (kind === 'withdraw' ? faultOfFunds(account, amount.minor()) : '')], [description, faultOfLength(description.value().trim(), 140)]],
    pointers: { '/amount': amount, '/description': description },
    explain: unknownOutcome,
    send: async () => {
      if (!current?.unknown) {
        const body = { amount: amount.minor(), description: description.value().trim() };
        current = payment({ kind, account: account.account_number, currency: account.currency, body });
        making(current);
      }
      for (const one of [amount, description]) one.input.disabled = true;
      try {
        finished(await current.send());
      } finally {
        // A retry must send the same again: until the outcome is known, the fields stay as they are.
        for (const one of [amount, description]) one.input.disabled = current.unknown;
      }
    },
  });
}

/**
 * @param {Schemas['Transaction']} entry
 * @param {() => void} close
 */
function receiptOf(entry, close) {
  announce(`${typeWords[entry.transaction_type]} of ${formatMoney(entry.amount, entry.currency)} done.`);
  return h('div', null,
    h('p', { class: 'figure' }, amountOf(entry.amount, entry.currency)),
    h('p', { class: 'mt-1 text-soft' }, entry.transaction_type === 'deposit' ? 'is in your account.' : 'has left your account.'),
    details([['Balance now', amountOf(entry.balance_after, entry.currency)], ['Entry', `Number ${entry.sequence}`]]),
    h('button', { class: 'button button-main mt-5', type: 'button', on: { click: close } }, 'Done'));
}
