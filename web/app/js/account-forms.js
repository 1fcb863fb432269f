// @ts-check
// Windows in which customers open another account, or name one.

import { call } from './api.js';
import { copyButton } from './copying.js';
import { openableCurrencies } from './currencies.js';
import { openDialog } from './dialogs.js';
import { announce, h } from './dom.js';
import { choice, faultOfLength, field, form } from './forms.js';
import { formatNumber } from './numbers.js';
import { isUnknown } from './problems.js';
import { retrying } from './retries.js';
import { failure } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

const longest = 50; // code points in a name

/** @param {string} [value] */
function nameField(value = '') {
  return field('Name', { optional: true, maxlength: 4 * longest, value, hint: 'Such as Holidays or Rent. Only you see it.' });
}

/**
 * Asks for the new account's currency and name, and shows its number.
 * @param {() => void} changed
 */
export function openAnother(changed) {
  let sent = false;
  const dialog = openDialog('Open another account', (close) => {
    const name = nameField();
    const currency = choice('Currency', openableCurrencies().map((one) => [one.code, `${one.code} – ${one.name}`]), () => {});
    currency.input.classList.add('field-long');
    const attempt = retrying([currency, name]);
    return form({
      fields: [currency, name],
      action: 'Open the account',
      busy: 'Opening…',
      check: () => [[name, faultOfLength(name.value().trim(), longest)]],
      pointers: { '/nickname': name, '/currency': currency },
      explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
        'It is not known whether the account was opened. Try again: it cannot be opened twice. Once you close this window, the list of your accounts shows it.')),
      send: () => attempt(async (idempotencyKey) => {
        sent = true;
        const account = await call('post', '/accounts', { body: { currency: currency.value(), nickname: name.value().trim() || undefined }, idempotencyKey });
        const shown = opened(account, close);
        dialog.lastElementChild?.replaceChildren(shown);
        shown.querySelector('button')?.focus();
        announce(`The account is open. Its number is ${formatNumber(account.account_number)}.`);
      }),
    });
  }, { closed: () => { if (sent) changed(); } });
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} close
 */
function opened(account, close) {
  return h('div', null,
    h('p', null, 'Your new account is open. Others send money to it by its number; to sign in, any of your numbers will do, with the same PIN.'),
    h('div', { class: 'mt-4 rounded-lg bg-sunken p-4 text-center' },
      h('p', { class: 'text-sm text-soft' }, 'Account number'),
      h('p', { class: 'figure mt-1', 'data-account': account.account_number }, formatNumber(account.account_number)),
      copyButton(account.account_number, 'account number', 'Copy the number')),
    h('button', { class: 'button button-main mt-5', type: 'button', on: { click: close } }, 'Done'));
}

/**
 * Asks for an account's name.
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
export function rename(account, changed) {
  openDialog('Rename the account', (close) => {
    const name = nameField(account.nickname ?? '');
    return [
      h('p', { class: 'mb-5 text-soft tabular-nums' }, formatNumber(account.account_number)),
      form({
        fields: [name],
        action: 'Save',
        busy: 'Saving…',
        check: () => [[name, faultOfLength(name.value().trim(), longest)]],
        pointers: { '/nickname': name },
        send: async () => {
          await call('patch', '/accounts/{account_number}', { path: { account_number: account.account_number }, body: { nickname: name.value().trim() } });
          announce('The new name is saved.');
          close();
          changed();
        },
      }),
    ];
  });
}
