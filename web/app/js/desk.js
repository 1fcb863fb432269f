// @ts-check
// What staff do for a customer at the desk, in dialogs: cash in and out, and codes for a PIN.

import { amountField } from './amount-field.js';
import { amountOf } from './amount-text.js';
import { call } from './api.js';
import { unknownOutcome } from './cash.js';
import { copyButton } from './copying.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h, isolated } from './dom.js';
import { typeWords } from './entries.js';
import { details } from './entry.js';
import { choice, faultOfLength, field, form } from './forms.js';
import { icon } from './icons.js';
import { formatMoney } from './money.js';
import { formatNumber } from './numbers.js';
import { countAgain } from './pending-count.js';
import { retrying } from './retries.js';
import { formatExact, formatTime } from './times.js';
import { viaWords } from './vias.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

const words = {
  deposit: { title: 'Deposit for a customer', action: 'Deposit', busy: 'Depositing…' },
  withdraw: { title: 'Withdrawal for a customer', action: 'Withdraw', busy: 'Withdrawing…' },
};

/** What the bank settles deposits and withdrawals against. */
export const settlements = (document.documentElement.dataset.settlements ?? 'cash').split(' ');

/** @param {Schemas['Account']} account */
export function whose(account) {
  return h('p', { class: 'mb-5' }, isolated(account.account_holder_name), h('br'), h('span', { class: 'text-soft tabular-nums' }, formatNumber(account.account_number)));
}

/** A choice of what money is settled against; null where there is nothing to choose. */
export function viaChoice() {
  if (settlements.length < 2) return null;
  return choice('Settled by', settlements.map((via) => [via, viaWords(via)]), () => {});
}

/**
 * A deposit or withdrawal for a customer, and its receipt.
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
export function deskCash(kind, account, changed) {
  let sent = false;
  const dialog = openDialog(words[kind].title, (close) => h('div', null,
    whose(account),
    cashForm(kind, account, () => { sent = true; }, (answer) => {
      fill(/** @type {Element} */ (dialog.lastElementChild), 'kind' in answer ? waits(answer, close) : receipt(account, answer, close));
      dialog.querySelector('button')?.focus();
    })), { closed: () => { if (sent) changed(); } });
}

/**
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 * @param {() => void} sending
 * @param {(answer: Schemas['Transaction'] | Schemas['ServiceRequest']) => void} done
 */
function cashForm(kind, account, sending, done) {
  const amount = amountField(`Amount in ${account.currency}`, () => account.currency);
  const via = viaChoice();
  const description = field('Description', { optional: true, maxlength: 280 });
  const fields = [amount, ...(via ? [via] : []), description];
  const attempt = retrying(fields);
  return form({
    fields,
    action: words[kind].action,
    busy: words[kind].busy,
    check: () => [[amount, amount.check()], [description, faultOfLength(description.value().trim(), 140)]],
    pointers: { '/amount': amount, '/description': description },
    explain: unknownOutcome,
    send: () => attempt(async (idempotencyKey) => {
      sending();
      const body = { amount: amount.minor(), description: description.value().trim(), ...(via ? { via: via.value() } : {}) };
      done(await call('post', `/accounts/{account_number}/${kind}`, { path: { account_number: account.account_number }, body, idempotencyKey }));
    }),
  });
}

/**
 * @param {Schemas['ServiceRequest']} request
 * @param {() => void} close
 */
function waits(request, close) {
  announce('A colleague has to approve this.');
  void countAgain();
  return h('div', null,
    h('p', { class: 'flex items-center gap-2 font-medium' }, icon('warning'), 'A colleague has to approve this.'),
    h('p', { class: 'mt-2 text-soft' }, `No money has moved yet: the amount is above what one person may move alone. The request waits for a colleague until ${formatTime(request.expires_at)}.`),
    h('div', { class: 'mt-5 flex flex-wrap gap-3' },
      h('button', { class: 'button button-main', type: 'button', on: { click: close } }, 'Done'),
      h('a', { class: 'button button-plain', href: `#/admin/requests/${request.id}` }, 'Show the request')));
}

/**
 * @param {Schemas['Account']} account
 * @param {Schemas['Transaction']} entry
 * @param {() => void} close
 */
function receipt(account, entry, close) {
  announce(`${typeWords[entry.transaction_type]} of ${formatMoney(entry.amount, entry.currency)} done.`);
  return h('div', null,
    h('div', { 'data-print': '', 'data-receipt': entry.id },
      h('p', { class: 'flex items-center gap-2 font-medium text-good' }, icon('check'), typeWords[entry.transaction_type]),
      h('p', { class: 'figure mt-2' }, amountOf(entry.amount, entry.currency)),
      details([
        ['Account', formatNumber(entry.account_number)],
        ['Holder', isolated(account.account_holder_name)],
        ['When', formatTime(entry.timestamp), formatExact(entry.timestamp)],
        entry.via ? ['Settled by', entry.via] : null,
        entry.description ? ['Description', isolated(entry.description)] : null,
        ['Balance now', amountOf(entry.balance_after, entry.currency)],
        ['Entry', `Number ${entry.sequence}`],
        ['Id', h('code', { class: 'text-xs break-all' }, entry.id)],
      ])),
    h('div', { class: 'mt-5 flex flex-wrap gap-3' },
      h('button', { class: 'button button-main', type: 'button', on: { click: () => print() } }, 'Print the receipt'),
      h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Done')));
}

/**
 * Issues a code with which a customer sets a PIN, after a last question: it replaces an earlier one.
 * @param {Schemas['Account']} account
 */
export function issueCode(account) {
  const dialog = openDialog('A code for a new PIN', (close) => h('div', null,
    h('p', null, 'You are about to make a code for ', isolated(account.account_holder_name), ', with which anyone can set their PIN. Be sure who is in front of you. What you do is recorded, and the customer sees it.'),
    h('div', { class: 'mt-5' }, form({
      fields: [], action: 'Make the code', busy: 'One moment…', check: () => [],
      beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Cancel')],
      send: async () => {
        const code = await call('post', '/admin/accounts/{account_number}/pin-reset', { path: { account_number: account.account_number } });
        fill(/** @type {Element} */ (dialog.lastElementChild), codeShown(code, close));
        dialog.querySelector('button')?.focus();
      },
    }))));
}

/**
 * A code, which the bank shows only once.
 * @param {Schemas['PinResetCode']} issued
 * @param {() => void} close
 */
export function codeShown({ account_number: number, code, expires_at: expires }, close) {
  announce('The code is ready.');
  return h('div', null,
    h('p', null, 'Read it out, or let the customer write it down. They set a PIN with it under “Forgot your PIN?” on the sign-in page.'),
    h('div', { class: 'mt-4 rounded-lg bg-sunken p-4 text-center' },
      h('p', { class: 'text-sm text-soft tabular-nums' }, `Account ${formatNumber(number)}`),
      h('p', { class: 'title mt-1' }, h('code', { 'data-code': '' }, code)),
      copyButton(code, 'code', 'Copy')),
    h('p', { class: 'mt-3 text-sm text-soft' }, `Good until ${formatTime(expires)}, and for three tries. It is not shown again.`),
    h('button', { class: 'button button-main mt-5', type: 'button', on: { click: close } }, 'Done'));
}
