// @ts-check
// Codes of the second factor: six digits from an app, or a recovery code of twelve letters and digits. How they are grouped does not matter.

import { faultOfBankCode } from './bank-codes.js';
import { asciiDigits } from './digits.js';
import { h } from './dom.js';
import { field } from './forms.js';
import { codeOf } from './problems.js';

/**
 * A field for either. A phone shows its number pad for the usual code, and its letters on demand.
 * @param {string} label
 * @returns {import('./forms.js').Field}
 */
export function codeField(label) {
  const code = field(label, { autocomplete: 'one-time-code', inputmode: 'numeric', autocapitalize: 'characters', spellcheck: 'false', maxlength: 40 });
  const other = h('button', { class: 'link block min-h-11', type: 'button', on: { click: () => letters() } }, 'Use a recovery code');
  const letters = () => {
    code.input.inputMode = 'text';
    code.hint('One of your recovery codes, such as 7K3M-Q9TX-2B4C. Each works once.');
    code.input.focus();
  };
  code.hint('Six digits from your authenticator app. ', other);
  return { ...code, value: () => bare(code.value()) };
}

/**
 * A field for the app's code alone.
 * @param {string} label
 * @returns {import('./forms.js').Field}
 */
export function appCodeField(label) {
  const code = field(label, { autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 40, hint: 'Six digits, which change every 30 seconds.' });
  return { ...code, value: () => bare(code.value()) };
}

/**
 * What is wrong with the form of a code.
 * @param {string} code
 */
export function faultOfCode(code) {
  return faultOfAppCode(code) && faultOfBankCode(code) ? 'A code has 6 digits, and a recovery code 12 letters and digits.' : '';
}

/** @param {string} code */
export function faultOfAppCode(code) {
  return /^\d{6}$/.test(code) ? '' : 'A code has 6 digits.';
}

/**
 * Says at the field if a code was wrong.
 * @param {import('./forms.js').Field} code
 * @param {unknown} error
 */
export function faultWrongCode(code, error) {
  if (codeOf(error) === 'invalid_second_factor') code.fault('This code is wrong, or was used before. Wait for the next one in your app.');
}

/**
 * Says at the field if the PIN was wrong inside a session.
 * @param {import('./forms.js').Field} pin
 * @param {unknown} error
 */
export function faultWrongPin(pin, error) {
  if (codeOf(error) === 'invalid_credentials') pin.fault('This is not your PIN. Three wrong ones in a row lock the account and end this session.');
}

/**
 * A code without its separators.
 * @param {string} text
 */
function bare(text) {
  return asciiDigits(text).replace(/[\s\p{Pd}]/gu, '');
}
