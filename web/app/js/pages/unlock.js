// @ts-check
// For an operator without an account: unlock one with the admin key.

import { callPublic } from '../api.js';
import { announce, fill, h, isolated } from '../dom.js';
import { field, form } from '../forms.js';
import { icon } from '../icons.js';
import { welcome } from '../layout.js';
import { digitsOf, faultOf, formatNumber } from '../numbers.js';
import { isUnknown } from '../problems.js';
import { failure } from '../states.js';

export default function unlock() {
  const account = field('Account number', { inputmode: 'numeric' });
  const key = field('Admin key', { type: 'password', autocomplete: 'off', hint: 'The ADMIN_KEY that the server was started with. It is sent once and not stored.' });
  const result = h('div', { class: 'mt-5 empty:hidden' });
  return [
    welcome('Unlock an account', 'Lifts the lock that three wrong PINs in a row have set. The unlock is recorded.'),
    form({
      fields: [account, key],
      action: 'Unlock',
      busy: 'Unlocking…',
      check: () => [
        [account, digitsOf(account.value()).length === 12 ? faultOf(account.value()) : 'Enter the 12 digits of the account number.'],
        [key, /^[\x20-\x7e]+$/.test(key.value()) ? '' : 'Enter the admin key.'],
      ],
      explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
        'The account may have been unlocked. Try again: the bank says so if it is no longer locked.')),
      send: async () => {
        fill(result);
        const unlocked = await callPublic('post', '/accounts/{account_number}/unlock',
          { path: { account_number: digitsOf(account.value()) } }, { 'X-Admin-Key': key.value() });
        /** @type {HTMLInputElement} */ (key.input).value = '';
        fill(result, h('p', { class: 'flex items-center gap-2 rounded-lg bg-accent-tint p-4 font-medium' }, icon('check'),
          `Account ${formatNumber(unlocked.account_number)} of `, isolated(unlocked.account_holder_name), ' is unlocked.'));
        announce('The account is unlocked.');
      },
    }),
    result,
    h('p', { class: 'mt-8 border-t border-line pt-5' }, h('a', { class: 'link inline-block py-2', href: '#/sign-in' }, 'Back to sign-in')),
  ];
}
