// @ts-check
// What a trial balance says for each currency.

import { beginOf, today } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/**
 * @typedef {object} CurrencyBalance
 * @property {string} currency
 * @property {Schemas['TrialBalanceRow'][]} rows
 * @property {bigint} debits
 * @property {bigint} credits
 */

/**
 * The rows of each currency, with what they add up to. Sums may exceed what a number holds exactly.
 * @param {Schemas['TrialBalanceRow'][]} rows
 * @returns {CurrencyBalance[]}
 */
export function currenciesOf(rows) {
  /** @type {Map<string, CurrencyBalance>} */
  const found = new Map();
  for (const row of rows) {
    const balance = found.get(row.currency) ?? { currency: row.currency, rows: [], debits: 0n, credits: 0n };
    found.set(row.currency, balance);
    balance.rows.push(row);
    balance.debits += BigInt(row.debits);
    balance.credits += BigInt(row.credits);
  }
  return [...found.values()];
}

/**
 * The last moment of a day at the bank, or nothing for today and later, which are not over.
 * @param {string} date
 */
export function endOf(date) {
  if (date >= today()) return undefined;
  const last = Date.parse(beginOf(date, 1)) - 1; // the bank counts in microseconds
  return new Date(last).toISOString().replace('Z', '999Z');
}
