// @ts-check
// Where the money of an account that is closed can go.

import { isOpen } from './accounts.js';
import { digitsOf, faultOf } from './numbers.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/**
 * The accounts that can get the money: the open ones of the same currency.
 * @param {Schemas['Account']} account
 * @param {Schemas['Account'][]} all
 */
export function heirsOf(account, all) {
  return all.filter((one) => isOpen(one) && one.currency === account.currency && one.account_number !== account.account_number);
}

/**
 * What is wrong with the number of the account that gets the money.
 * @param {Schemas['Account']} account
 * @param {string} text
 */
export function faultOfHeir(account, text) {
  if (account.balance === 0) return '';
  const number = digitsOf(text);
  if (number.length !== 12) return faultOf(text) || 'Enter the 12 digits of the account number.';
  return number === account.account_number ? 'This is the account that you want to close.' : faultOf(text);
}
