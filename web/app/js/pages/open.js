// @ts-check
// Open an account, and learn its number.

import { amountField } from '../amount-field.js';
import { callPublic } from '../api.js';
import { copyButton } from '../copying.js';
import { openableCurrencies } from '../currencies.js';
import { announce, fill, h, isolated } from '../dom.js';
import { choice, faultOfLength, faultOfPin, field, form, newPinField, pinField } from '../forms.js';
import { intent } from '../intents.js';
import { welcome } from '../layout.js';
import { formatMoney } from '../money.js';
import { formatNumber } from '../numbers.js';
import { codeOf } from '../problems.js';
import * as session from '../session.js';
import { failure } from '../states.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

export default function open() {
  const place = h('div');
  fill(place, welcome('Open an account', 'It takes a minute. You choose a PIN; the bank gives you a number.'), openingForm((account, pin) => {
    fill(place, opened(account, pin));
    const title = place.querySelector('h1');
    if (title) {
      title.tabIndex = -1;
      title.focus();
    }
    announce(`Your account is open. Its number is ${formatNumber(account.account_number)}.`);
  }));
  return place;
}

/** @param {(account: Schemas['Account'], pin: string) => void} done */
function openingForm(done) {
  const holder = field('Your name', { autocomplete: 'name', maxlength: 400 });
  const pin = newPinField('Choose a PIN');
  const again = pinField('The PIN once more', 'new-password');
  const currency = choice('Currency', openableCurrencies().map(({ code, name }) => [code, `${code} – ${name}`]), () => deposit.refresh());
  const deposit = amountField('First deposit', () => currency.value(), { optional: true });
  /** @type {ReturnType<typeof intent<Schemas['Account']>> | null} */
  let current = null;
  return h('div', null,
    form({
      fields: [holder, pin, again, currency, deposit],
      action: 'Open the account',
      busy: 'Opening…',
      check: () => [
        [holder, holder.value().trim() ? faultOfLength(holder.value().trim().normalize('NFC'), 100) : 'Enter your name.'],
        [pin, faultOfPin(pin.value())],
        [again, again.value() === pin.value() ? '' : 'The two PINs differ.'],
        [deposit, deposit.check()],
      ],
      pointers: { '/account_holder_name': holder, '/pin': pin, '/initial_deposit': deposit, '/currency': currency },
      explain: (error) => {
        if (codeOf(error) !== 'weak_pin') return null;
        pin.fault(error instanceof Error ? error.message : '');
        pin.input.focus();
        return failure(error);
      },
      send: async () => {
        const body = {
          account_holder_name: holder.value().trim(), pin: pin.value(), initial_deposit: deposit.minor(), currency: currency.value(),
        };
        if (!current?.unknown) current = intent((key) => callPublic('post', '/accounts', { body, idempotencyKey: key }));
        done(await current.send(), body.pin);
      },
    }),
    h('p', { class: 'mt-8 border-t border-line pt-5' }, 'You have one already? ', h('a', { class: 'link inline-block py-2', href: '#/sign-in' }, 'Sign in')));
}

/**
 * @param {Schemas['Account']} account
 * @param {string} pin
 */
function opened(account, pin) {
  const problem = h('div', { class: 'mt-4 empty:hidden' });
  const enter = h('button', { class: 'button button-main w-full', type: 'button' }, 'Go to my account');
  enter.addEventListener('click', async () => {
    enter.disabled = true;
    try {
      await session.signIn(account.account_number, pin);
    } catch (error) {
      fill(problem, failure(error));
      enter.disabled = false;
    }
  });
  return h('div', null,
    welcome(['Welcome, ', isolated(account.account_holder_name)], 'Your account is open. This is its number: you sign in with it, and others send money to it.'),
    h('div', { class: 'card p-5 text-center' },
      h('p', { class: 'text-sm text-soft' }, 'Account number'),
      h('p', { class: 'mt-1 text-3xl font-semibold tracking-tight tabular-nums', 'data-account': account.account_number }, formatNumber(account.account_number)),
      h('div', { class: 'mt-2' }, copyButton(account.account_number, 'account number', 'Copy the number')),
      h('p', { class: 'mt-3 border-t border-line pt-3 text-sm text-soft' }, `Balance ${formatMoney(account.balance, account.currency)}`)),
    h('p', { class: 'my-5 text-sm text-soft' }, 'Keep the number where you find it again, and the PIN in your head. The bank never asks for your PIN other than to sign in or to change it.'),
    enter, problem);
}
