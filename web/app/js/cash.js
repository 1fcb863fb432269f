// @ts-check
// Deposits and withdrawals, in a window above the page.

import { amountField } from './amount-field.js';
import { call } from './api.js';
import { openDialog } from './dialogs.js';
import { announce, h } from './dom.js';
import { details, typeWords } from './entries.js';
import { faultOfLength, field, form } from './forms.js';
import { intent } from './intents.js';
import { formatMoney } from './money.js';
import { isUnknown } from './problems.js';
import { failure } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./intents.js').intent<Schemas['Transaction']>} CashIntent */

const words = {
  deposit: { title: 'Deposit', action: 'Deposit', busy: 'Depositing…' },
  withdraw: { title: 'Withdraw', action: 'Withdraw', busy: 'Withdrawing…' },
};

/**
 * What to show when nobody knows whether the money moved.
 * @param {unknown} error
 */
export function unknownOutcome(error) {
  if (!isUnknown(error)) return null;
  return h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
    'It is not known whether this took effect. Try again: it cannot happen twice.'));
}

/**
 * Opens the window.
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 * @param {() => void} done called when money has moved
 */
export function openCash(kind, account, done) {
  /** @type {ReturnType<typeof intent<Schemas['Transaction']>> | null} */
  let current = null;
  const dialog = openDialog(words[kind].title, (close) => cashForm(kind, account, (making) => { current = making; }, (entry) => {
    done();
    const receipt = receiptOf(entry, close);
    dialog.lastElementChild?.replaceChildren(receipt);
    receipt.querySelector('button')?.focus();
  }), { mayClose: () => !current?.unknown || confirm('It is not known whether this took effect. Close anyway?'), closed: () => current?.abandon() });
}

/**
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 * @param {(making: ReturnType<typeof intent<Schemas['Transaction']>>) => void} making
 * @param {(entry: Schemas['Transaction']) => void} finished
 */
function cashForm(kind, account, making, finished) {
  const amount = amountField(`Amount in ${account.currency}`, () => account.currency);
  const description = field('What for', { optional: true, maxlength: 280 });
  /** @type {ReturnType<typeof intent<Schemas['Transaction']>> | null} */
  let current = null;
  return form({
    fields: [amount, description],
    action: words[kind].action,
    busy: words[kind].busy,
    check: () => [[amount, amount.check()], [description, faultOfLength(description.value().trim(), 140)]],
    pointers: { '/amount': amount, '/description': description },
    explain: unknownOutcome,
    send: async () => {
      if (!current?.unknown) {
        const body = { amount: amount.minor(), description: description.value().trim() };
        current = intent((key) => call('post', kind === 'deposit' ? '/accounts/{account_number}/deposit' : '/accounts/{account_number}/withdraw', {
          path: { account_number: account.account_number }, body, idempotencyKey: key,
        }));
        making(current);
      }
      for (const one of [amount, description]) one.input.disabled = true;
      try {
        finished(await current.send());
      } finally {
        // What is sent again must be what was sent: while nobody knows, it stays as it is.
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
    h('p', { class: 'text-3xl font-semibold tracking-tight tabular-nums' }, formatMoney(entry.amount, entry.currency)),
    h('p', { class: 'mt-1 text-soft' }, entry.transaction_type === 'deposit' ? 'is in your account.' : 'has left your account.'),
    details([['Balance now', formatMoney(entry.balance_after, entry.currency)], ['Entry', `Number ${entry.sequence}`]]),
    h('button', { class: 'button button-main mt-5', type: 'button', on: { click: close } }, 'Done'));
}
