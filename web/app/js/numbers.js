// @ts-check
// Account numbers: twelve digits, shown in groups of four, the last a Luhn check digit.

import { asciiDigits } from './digits.js';

/**
 * The digits of a text that was typed or pasted.
 * @param {string} text
 */
export function digitsOf(text) {
  return asciiDigits(text).replace(/\D/g, '');
}

/**
 * Whether a text consists of digits and separators.
 * @param {string} text
 */
export function isNumber(text) {
  return /^[\s\p{Pd}]*\d[\d\s\p{Pd}]*$/u.test(asciiDigits(text));
}

/** @param {string} number */
export function formatNumber(number) {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

/**
 * Whether the check digit is right.
 * @param {string} number
 */
export function checks(number) {
  let sum = 0;
  for (let i = 0; i < number.length; i += 1) {
    const digit = Number(number[number.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/**
 * What is wrong with a number that is being typed; nothing yet while it is short.
 * @param {string} text
 * @returns {string}
 */
export function faultOf(text) {
  const number = digitsOf(text);
  if (text.trim() !== '' && !isNumber(text)) return 'An account number has digits only.';
  if (number.length > 12) return 'An account number has 12 digits.';
  if (number.length === 12 && (number.startsWith('0') || !checks(number))) return 'This number looks mistyped: its last digit does not fit the others.';
  return '';
}
