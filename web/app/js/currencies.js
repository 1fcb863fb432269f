// @ts-check
// The bank's table of currencies. It alone decides how many decimals an amount has: browsers' tables are of different ages, and
// differ from the bank's and from one another.

import { contentOf, refusalOf } from './problems.js';
import { base, deadlines, request } from './requests.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {Schemas['CurrencyDetails']} Currency */

/** @type {Map<string, Currency>} */
let byCode = new Map();
let ownCode = '';

/** Loads the table, without which no amount can be shown or read. */
export async function loadCurrencies() {
  const response = await request(`${base}/currencies`, {}, { deadline: deadlines.reading });
  if (!response.ok) throw await refusalOf(response);
  /** @type {Schemas['CurrencyList']} */
  const list = await contentOf(response);
  byCode = new Map(list.data.map((currency) => [currency.code, currency]));
  ownCode = list.default_currency;
}

/**
 * How many digits of an amount come after the decimal sign.
 * @param {string} code
 */
export function decimalsOf(code) {
  return byCode.get(code)?.decimals ?? 0;
}

/** The currencies in which accounts can be opened, the bank's own first. */
export function openableCurrencies() {
  const inUse = [...byCode.values()].filter((currency) => !currency.withdrawn);
  return [...inUse.filter(({ code }) => code === ownCode), ...inUse.filter(({ code }) => code !== ownCode)];
}
