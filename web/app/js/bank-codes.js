// @ts-check
// Codes that the bank gives to people: for a forgotten PIN, or as an invitation.

import { field } from './forms.js';

/**
 * A field for a code.
 * @param {string} label
 * @param {{ hint: string, value?: string }} properties
 */
export function bankCodeField(label, properties) {
  return field(label, { autocomplete: 'one-time-code', autocapitalize: 'characters', spellcheck: 'false', maxlength: 40, ...properties });
}

/**
 * What is wrong with a code, however it is written: the bank reads small letters, any groups, O as 0, and I or L as 1.
 * @param {string} text
 */
export function faultOfBankCode(text) {
  return /^[0-9a-tv-z]{12}$/i.test(text.replace(/[\s\p{Pd}]/gu, '')) ? '' : 'A code has 12 letters and digits.';
}
