// @ts-check
// Set a new PIN in place of a forgotten one, with a code from the bank.

import { callPublic } from '../api.js';
import { bankCodeField, faultOfBankCode } from '../bank-codes.js';
import { h } from '../dom.js';
import { faultOfPin, field, form, newPinField, pinField } from '../forms.js';
import { welcome } from '../layout.js';
import { digitsOf, faultOf } from '../numbers.js';
import { codeOf, isUnknown } from '../problems.js';
import { failure } from '../states.js';

export default function resetPin() {
  const account = field('Account number', { inputmode: 'numeric', autocomplete: 'username', maxlength: 20, hint: '12 digits' });
  const code = bankCodeField('Code from the bank', {
    hint: '12 letters and digits, such as 7K3M-Q9TX-2B4C. Good for 10 minutes and three tries.',
  });
  const pin = newPinField('New PIN');
  const again = pinField('The new PIN once more', 'new-password');
  account.input.addEventListener('input', () => account.fault(faultOf(account.value())));
  return [
    welcome('Set a new PIN', 'Ask your bank for a one-time code. With it you choose a new PIN here, which your bank never sees.'),
    form({
      fields: [account, code, pin, again],
      action: 'Set the PIN',
      busy: 'Setting…',
      check: () => [
        [account, digitsOf(account.value()).length === 12 ? faultOf(account.value()) : 'Enter the 12 digits of your account number.'],
        [code, faultOfBankCode(code.value())],
        [pin, faultOfPin(pin.value())],
        [again, again.value() === pin.value() ? '' : 'The two PINs differ.'],
      ],
      pointers: { '/code': code, '/new_pin': pin },
      explain: (error) => {
        if (codeOf(error) === 'weak_pin') pin.fault('Too easy to guess. Choose another one; the code is still good.');
        if (codeOf(error) === 'invalid_reset_code') code.fault('This code is wrong, used up or expired.');
        return isUnknown(error) ? unknown(error) : null;
      },
      send: async () => {
        await callPublic('post', '/auth/reset-pin', { body: { account_number: digitsOf(account.value()), code: code.value(), new_pin: pin.value() } });
        location.hash = '/sign-in?pin=set';
      },
    }),
    h('p', { class: 'mt-8 border-t border-line pt-5' }, h('a', { class: 'link inline-block py-2', href: '#/sign-in' }, 'Back to sign-in')),
  ];
}

/** @param {unknown} error */
function unknown(error) {
  return h('div', null, failure(error),
    h('p', { class: 'mt-3 text-sm' }, 'It is not known whether the new PIN was set. ',
      h('a', { class: 'link', href: '#/sign-in' }, 'Try to sign in with it'), '; if it is refused, set it again here.'));
}
