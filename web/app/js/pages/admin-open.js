// @ts-check
// Staff open an account: for a new customer, or a further one for a customer who has one.

import { amountField } from '../amount-field.js';
import { call } from '../api.js';
import { copyButton } from '../copying.js';
import { openableCurrencies } from '../currencies.js';
import { issueCode, viaChoice } from '../desk.js';
import { announce, fill, h, isolated } from '../dom.js';
import { choice, faultOfLength, field, form } from '../forms.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { isUnknown } from '../problems.js';
import { retrying } from '../retries.js';
import { failure, region } from '../states.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminOpen({ parameters, signal }) {
  const of = parameters[0];
  const place = h('div', { class: 'card p-5 sm:p-6' });
  const done = (/** @type {Schemas['Account']} */ account) => {
    fill(place, opened(account, of !== undefined));
    announce(`The account is open. Its number is ${formatNumber(account.account_number)}.`);
    place.querySelector('h2')?.focus();
  };
  if (of === undefined) fill(place, openingForm(null, done));
  else fill(place, region(() => call('get', '/accounts/{account_number}', { path: { account_number: of }, signal }), (account) => openingForm(account, done)));
  return h('div', { class: 'mx-auto max-w-xl' },
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: of === undefined ? '#/admin/accounts' : `#/admin/accounts/${of}` }, icon('back', 'size-4'), of === undefined ? 'Customers' : 'Account'),
    heading(of === undefined ? 'Open an account' : 'Open another account'), place);
}

/**
 * @param {Schemas['Account'] | null} customer an account of the customer who gets a further one
 * @param {(account: Schemas['Account']) => void} done
 */
function openingForm(customer, done) {
  const holder = field('The customer’s name', { maxlength: 400 });
  const currency = choice('Currency', openableCurrencies().map(({ code, name }) => [code, `${code} – ${name}`]), () => deposit.refresh());
  currency.input.classList.add('field-long');
  const deposit = amountField('First deposit', () => currency.value(), { optional: true });
  const via = viaChoice();
  const fields = [...(customer ? [] : [holder]), currency, deposit, ...(via ? [via] : [])];
  const attempt = retrying(fields);
  return h('div', null,
    customer ? h('p', { class: 'mb-5' }, 'For ', isolated(customer.account_holder_name), ', who also has account ', h('span', { class: 'tabular-nums' }, formatNumber(customer.account_number)), '.')
      : h('p', { class: 'mb-5 text-soft' }, 'No PIN is needed: the customer chooses one with a code that you make afterwards.'),
    form({
      fields,
      action: 'Open the account',
      busy: 'Opening…',
      check: () => [
        [holder, customer || holder.value().trim() ? faultOfLength(holder.value().trim().normalize('NFC'), 100) : 'Enter the customer’s name.'],
        [deposit, deposit.check()],
      ],
      pointers: { '/account_holder_name': holder, '/initial_deposit': deposit, '/currency': currency },
      explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' }, 'It is not known whether the account was opened. Try again: it cannot be opened twice.')),
      send: () => attempt(async (idempotencyKey) => {
        const body = {
          ...(customer ? { customer_of: customer.account_number } : { account_holder_name: holder.value().trim() }),
          currency: currency.value(), ...(deposit.minor() > 0 ? { initial_deposit: deposit.minor(), ...(via ? { via: via.value() } : {}) } : {}),
        };
        done(await call('post', '/accounts', { body, idempotencyKey }));
      }),
    }));
}

/**
 * @param {Schemas['Account']} account
 * @param {boolean} further
 */
function opened(account, further) {
  return [
    h('h2', { class: 'flex items-center gap-2 font-medium', tabindex: '-1' }, icon('check'), 'The account is open'),
    h('p', { class: 'mt-2' }, isolated(account.account_holder_name)),
    h('p', { class: 'figure mt-1', 'data-account': account.account_number }, formatNumber(account.account_number)),
    copyButton(account.account_number, 'account number', 'Copy the number'),
    h('p', { class: 'mt-3 text-sm text-soft' }, further ? 'The customer signs in as before: any of their numbers will do.' : 'To sign in, the customer needs a PIN. Make a code, with which they choose one.'),
    h('div', { class: 'mt-5 flex flex-wrap gap-3' },
      further ? null : h('button', { class: 'button button-main', type: 'button', on: { click: () => issueCode(account) } }, 'Make a code for the PIN'),
      h('a', { class: 'button button-plain', href: `#/admin/accounts/${account.account_number}` }, 'Show the account')),
  ];
}
