// @ts-check
// Open an account, and learn its number.

import { amountField } from '../amount-field.js';
import { amountOf } from '../amount-text.js';
import { callPublic } from '../api.js';
import { bankCodeField, faultOfBankCode } from '../bank-codes.js';
import { copyButton } from '../copying.js';
import { openableCurrencies } from '../currencies.js';
import { announce, fill, h, isolated } from '../dom.js';
import { choice, faultOfLength, faultOfPin, field, form, newPinField, pinField } from '../forms.js';
import { intent, settle } from '../intents.js';
import { welcome } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pending } from '../pending.js';
import { Unreachable, codeOf, isUnknown } from '../problems.js';
import * as session from '../session.js';
import { failure } from '../states.js';
import { steps } from '../steps.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @typedef {{ holder: string, currency: string, deposit: string }} Entered what was typed, except the PIN */
/** @typedef {{ at: 'details', entered: Entered } | { at: 'opened', account: Schemas['Account'] }} Step */

const { openings, cash } = document.documentElement.dataset;

/** The invitation's code, for as long as the page lives: like the PIN, it is not stored. */
let invitation = '';

/** @param {import('../router.js').Visit} visit */
export default function open({ signal }) {
  const [path = '', query] = location.hash.split('?');
  if (query !== undefined) { // a link from the bank; in the address, the code would stay in the browser's history
    invitation = new URLSearchParams(query).get('code') ?? '';
    history.replaceState(history.state, '', path);
  }
  if (openings === 'staff' && !pending('', 'open')) return closed();
  const place = h('div');
  let pin = '';
  /** @param {Step | null} step */
  const show = (step) => {
    if (step?.at === 'opened') {
      fill(place, opened(step.account, pin));
      const title = place.querySelector('h1');
      if (title) {
        title.tabIndex = -1;
        title.focus();
      }
      return;
    }
    fill(place, welcome('Open an account', 'It takes a minute. You choose a PIN; the bank gives you a number.'), openingForm(
      step?.entered ?? null, signal, (entered) => trail.keep({ at: 'details', entered }), () => show(null), (account, chosen) => {
        pin = chosen;
        invitation = '';
        trail.keep(null);
        trail.next({ at: 'opened', account });
        announce(`Your account is open. Its number is ${formatNumber(account.account_number)}.`);
      }));
  };
  /** @type {import('../steps.js').Steps<Step>} */
  const trail = steps('open', signal, show);
  show(trail.current());
  return place;
}

/** What the page shows where the bank opens accounts itself. */
function closed() {
  return [
    welcome('Open an account', 'This bank opens accounts itself. Ask it for one: you get an account number to sign in with here.'),
    h('p', null, h('a', { class: 'link inline-block py-2', href: '#/sign-in' }, 'Back to sign-in')),
  ];
}

/** The field for the invitation's code, where the bank asks for one. */
function invitationField() {
  if (openings !== 'code') return null;
  const code = bankCodeField('Invitation code', { hint: '12 letters and digits, from the bank, such as 4T8W-Z0HN-6RQ2.', value: invitation });
  code.input.addEventListener('input', () => { invitation = code.value(); });
  return code;
}

/**
 * @param {import('../forms.js').Field | null} code
 * @returns {[import('../forms.js').Field, string][]}
 */
function faultsOfInvitation(code) {
  return code ? [[code, faultOfBankCode(code.value())]] : [];
}

/**
 * @param {Entered | null} before
 * @param {AbortSignal} signal
 * @param {(entered: Entered) => void} keep
 * @param {() => void} anew
 * @param {(account: Schemas['Account'], pin: string) => void} done
 */
function openingForm(before, signal, keep, anew, done) {
  const earlier = pending('', 'open');
  if (earlier) return finishing(earlier, signal, anew, done);
  const code = invitationField();
  const holder = field('Your name', { autocomplete: 'name', maxlength: 400, value: before?.holder ?? '' });
  const pin = newPinField('Choose a PIN');
  const again = pinField('The PIN once more', 'new-password');
  const currency = choice('Currency', openableCurrencies().map(({ code, name }) => [code, `${code} – ${name}`]), () => deposit.refresh(), before?.currency);
  currency.input.classList.add('field-long');
  const deposit = amountField('First deposit', () => currency.value(), { optional: true, value: before?.deposit });
  for (const one of [holder, currency, deposit]) {
    one.input.addEventListener('input', () => keep({ holder: holder.value(), currency: currency.value(), deposit: deposit.value() }));
  }
  /** @type {ReturnType<typeof opening> | null} */
  let current = null;
  signal.addEventListener('abort', () => current?.release());
  const fields = [...(code ? [code] : []), holder, pin, again, currency, ...(cash === 'staff' ? [] : [deposit])];
  return h('div', null,
    form({
      fields,
      action: 'Open the account',
      busy: 'Opening…',
      check: () => [
        ...faultsOfInvitation(code),
        [holder, holder.value().trim() ? faultOfLength(holder.value().trim().normalize('NFC'), 100) : 'Enter your name.'],
        ...faultsOfPins(pin, again),
        [deposit, deposit.check()],
      ],
      pointers: { '/account_holder_name': holder, '/pin': pin, '/initial_deposit': deposit, '/currency': currency },
      explain: (error) => explain(error, pin, code),
      send: async () => {
        const chosen = pin.value();
        if (!current?.unknown) {
          current = opening({
            kind: 'open', account: '', currency: currency.value(),
            body: { account_holder_name: holder.value().trim(), initial_deposit: deposit.minor(), currency: currency.value() },
          }, chosen, signal);
        }
        try {
          done(await current.send(), chosen);
        } finally {
          // A retry must send the same again.
          for (const one of fields) one.input.disabled = current.unknown;
        }
      },
    }),
    h('p', { class: 'mt-8 border-t border-line pt-5' }, 'Have one already? ', h('a', { class: 'link inline-block py-2', href: '#/sign-in' }, 'Sign in')));
}

/**
 * An intent that opens an account.
 * @param {import('../intents.js').Wish | import('../pending.js').Pending} wish
 * @param {string} pin which is nowhere but in this request
 * @param {AbortSignal} signal
 */
function opening(wish, pin, signal) {
  const secrets = openings === 'code' ? { pin, invitation_code: invitation } : { pin };
  const body = /** @type {Schemas['OpenAccountRequest']} */ ({ ...wish.body, ...secrets });
  return intent(wish, async (key) => {
    const account = await callPublic('post', '/accounts', { body, idempotencyKey: key });
    if (signal.aborted) throw new Unreachable('The answer came when the page had been left.');
    return account;
  }, !('key' in wish)); // a PIN that is entered again may be another one
}

/**
 * Finishes an opening that was not answered. The bank knows it by its key, its details and its PIN, so only the person who chose the PIN can.
 * @param {import('../pending.js').Pending} earlier
 * @param {AbortSignal} signal
 * @param {() => void} anew
 * @param {(account: Schemas['Account'], pin: string) => void} done
 */
function finishing(earlier, signal, anew, done) {
  const pin = pinField('The PIN that you chose', 'new-password', 'The same as before. If the account is open, a different one counts as a wrong PIN.');
  const again = pinField('The PIN once more', 'new-password');
  const code = invitationField();
  /** @type {ReturnType<typeof opening> | null} */
  let current = null;
  signal.addEventListener('abort', () => current?.release());
  const { account_holder_name: holder, initial_deposit: deposit = 0, currency = '' } = earlier.body;
  const giveUp = h('button', { class: 'button button-plain', type: 'button', on: { click: () => { settle(earlier); anew(); } } }, 'Forget it');
  const node = form({
    fields: [...(code ? [code] : []), pin, again],
    action: 'Finish the opening',
    busy: 'Opening…',
    beside: [giveUp],
    check: () => [...faultsOfInvitation(code), ...faultsOfPins(pin, again)],
    pointers: { '/pin': pin },
    explain: (error) => explain(error, pin, code),
    send: async () => {
      const chosen = pin.value();
      current = opening(earlier, chosen, signal);
      done(await current.send(), chosen);
    },
  });
  // Tells password managers whose PIN it is.
  node.prepend(h('input', { type: 'text', autocomplete: 'username', value: holder, hidden: true, readonly: true }));
  return h('div', null,
    h('div', { class: 'mb-5 rounded-lg bg-warn-tint p-4 text-sm', role: 'status' },
      h('p', { class: 'font-medium' }, 'The bank’s answer was lost when an account was opened for ', isolated(holder ?? ''), '.'),
      h('p', { class: 'mt-1' }, 'First deposit: ', amountOf(deposit, currency), '. Finish it to learn the account’s number: it cannot be opened twice. If you forget it, an account may be open whose number you do not know.')),
    node);
}

/**
 * @param {import('../forms.js').Field} pin
 * @param {import('../forms.js').Field} again
 * @returns {[import('../forms.js').Field, string][]}
 */
function faultsOfPins(pin, again) {
  return [[pin, faultOfPin(pin.value())], [again, again.value() === pin.value() ? '' : 'The two PINs differ.']];
}

/**
 * @param {unknown} error
 * @param {import('../forms.js').Field} pin
 * @param {import('../forms.js').Field | null} invited
 */
function explain(error, pin, invited) {
  if (isUnknown(error)) {
    return h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' }, 'It is not known whether the account was opened. Try again: it cannot be opened twice.'));
  }
  const code = codeOf(error);
  if (code === 'invalid_invitation' && invited) {
    invited.fault('This code is wrong, used up or expired.');
    invited.input.focus();
    return failure(error);
  }
  if (code !== 'weak_pin' && code !== 'idempotency_key_reused') return null;
  pin.fault(code === 'weak_pin' && error instanceof Error ? error.message : 'The account is open, and this is not the PIN that you chose. Three wrong ones in a row lock it.');
  pin.input.focus();
  return failure(error);
}

/**
 * @param {Schemas['Account']} account
 * @param {string} pin
 */
function opened(account, pin) {
  const problem = h('div', { class: 'mt-4 empty:hidden' });
  const enter = h('button', { class: 'button button-main w-full', type: 'button' }, 'Go to my account');
  enter.addEventListener('click', async () => {
    if (pin === '') { // it was entered before a reload
      location.hash = '/sign-in';
      return;
    }
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
      h('p', { class: 'figure mt-1', 'data-account': account.account_number }, formatNumber(account.account_number)),
      h('div', { class: 'mt-2' }, copyButton(account.account_number, 'account number', 'Copy the number')),
      h('p', { class: 'mt-3 border-t border-line pt-3 text-sm text-soft' }, 'Balance ', amountOf(account.balance, account.currency))),
    h('p', { class: 'my-5 text-sm text-soft' }, 'Keep the number where you can find it, and the PIN in your head. The bank’s staff never ask for your PIN.'),
    enter, problem);
}
