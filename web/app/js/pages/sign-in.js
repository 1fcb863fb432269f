// @ts-check
// Sign in.

import { fill, h } from '../dom.js';
import { field, faultOfPin, form, pinField } from '../forms.js';
import { welcome } from '../layout.js';
import { loaded } from '../loading.js';
import { digitsOf, faultOf, formatNumber } from '../numbers.js';
import { codeOf } from '../problems.js';
import * as session from '../session.js';
import { failure } from '../states.js';

/** @type {Partial<Record<import('../session.js').Reason, string>>} */
const reasons = {
  'signed-out': 'You have signed out.',
  'signed-out-elsewhere': 'You have signed out in another tab.',
  ended: 'Your session has ended. Sign in again to continue.',
  changed: 'This browser was signed in to another account.',
};

/** @param {import('../router.js').Visit} visit */
export default function signIn({ signal }) {
  const place = h('div');
  const account = field('Account number', { inputmode: 'numeric', autocomplete: 'username', hint: '12 digits', value: formatNumber(session.whatIdled()?.account ?? '') });
  const pin = pinField('PIN', 'current-password');
  account.input.addEventListener('input', () => account.fault(faultOf(account.value())));
  const first = [
    welcome('Sign in'),
    notice(),
    form({
      fields: [account, pin],
      action: 'Sign in',
      busy: 'Signing in…',
      check: () => [
        [account, digitsOf(account.value()).length === 12 ? faultOf(account.value()) : 'Enter the 12 digits of your account number.'],
        [pin, faultOfPin(pin.value())],
      ],
      explain: (error) => (codeOf(error) === 'account_locked' ? locked(error) : null),
      send: async () => {
        const [number, secret] = [digitsOf(account.value()), pin.value()];
        try {
          await session.signIn(number, secret);
        } catch (error) {
          if (codeOf(error) !== 'second_factor_required') throw error;
          const { askForCode } = await loaded(() => import('../sign-in-code.js'));
          /** @type {HTMLInputElement} */ (pin.input).value = '';
          if (!signal.aborted) askForCode({ place, first, number, pin: secret, locked, signal });
        }
      },
    }),
    h('div', { class: 'mt-10 space-y-1 border-t border-line pt-5' },
      h('p', null, 'Forgot your PIN? ', h('a', { class: 'link inline-block py-2', href: '#/reset-pin' }, 'Set a new one with a code')),
      document.documentElement.dataset.openings === 'staff' ? null : h('p', null, 'New here? ', h('a', { class: 'link inline-block py-2', href: '#/open' }, 'Open an account')),
      h('p', null, 'Bank staff? ', h('a', { class: 'link inline-block py-2', href: '#/unlock' }, 'Unlock an account with the admin key'))),
  ];
  fill(place, first);
  return place;
}

function notice() {
  const idled = session.whatIdled();
  if (idled) return noticeBox(`You were signed out after ${formatSpan(idled.idle)} without activity.`);
  if (location.hash.endsWith('?pin=set')) return noticeBox('Your new PIN is set, and every session has ended. Sign in with it.');
  return noticeBox(reasons[session.whyNot()] ?? '');
}

/**
 * "30 minutes", "12 hours"
 * @param {number} milliseconds
 */
function formatSpan(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  const [value, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** @param {string} words */
function noticeBox(words) {
  if (!words) return h('div');
  return h('p', { class: 'mb-6 flex items-center gap-2 rounded-lg bg-accent-tint p-4 text-sm font-medium', role: 'status' }, words);
}

/**
 * A locked account, and what its owner can do.
 * @param {unknown} error
 */
function locked(error) {
  return h('div', null,
    failure(error),
    h('div', { class: 'mt-4 text-sm' },
      h('p', { class: 'font-medium' }, 'What to do'),
      h('ul', { class: 'mt-1 list-disc space-y-1 pl-5 text-soft' },
        h('li', null, 'Your money is safe, and what others send you arrives. Where you are signed in already, you can go on.'),
        h('li', null, 'Ask your bank to unlock the account. Only an administrator can; waiting does not help.'),
        h('li', null, 'If you have forgotten the PIN, ask for a code instead, and ', h('a', { class: 'link', href: '#/reset-pin' }, 'set a new one'), ', which unlocks the account.'),
        h('li', null, 'If the wrong PINs were not yours, tell the bank, and look at “What happened” under Security afterwards.'))));
}
