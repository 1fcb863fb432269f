// @ts-check
// Money is a whole number of the currency's smallest unit. Only where people read it is it a decimal; no fraction is ever
// computed with. How people write it is read in amounts.js.

import { decimalsOf } from './currencies.js';
import { memo } from './memo.js';

// Intl knows where the symbol stands, how digits look and how they are grouped; how many decimals there are, the bank says.
export const moneyFormat = memo((/** @type {string} */ currency, /** @type {Intl.NumberFormatOptions} */ options, /** @type {string | undefined} */ locale) => {
  const decimals = decimalsOf(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency', currency, minimumFractionDigits: decimals, maximumFractionDigits: decimals, ...options,
  });
});

/**
 * The decimal number of an amount, exactly, as text: Intl takes such texts without making a float of them.
 * @param {number} minor
 * @param {string} currency
 * @returns {any} which the types of Intl do not know yet
 */
function decimalText(minor, currency) {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const sign = minor < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * An amount as people read it.
 * @param {number} minor
 * @param {string} currency
 * @param {{ sign?: boolean, locale?: string }} [options] with a sign, also before what came in
 */
export function formatMoney(minor, currency, { sign = false, locale } = {}) {
  const format = moneyFormat(currency, { signDisplay: sign ? 'exceptZero' : 'auto', currencyDisplay: 'narrowSymbol' }, locale);
  return format.formatToParts(decimalText(minor, currency))
    .map(({ type, value }) => (type === 'minusSign' ? value.replace('-', '−') : value)) // a minus is as wide as a plus
    .join('');
}

/**
 * An amount as it stands in a field: digits and a decimal sign alone, which are the easiest to change.
 * @param {number} minor
 * @param {string} currency
 * @param {string} [locale]
 */
export function formatInput(minor, currency, locale) {
  return moneyFormat(currency, { useGrouping: false }, locale).formatToParts(decimalText(minor, currency))
    .filter(({ type }) => type === 'integer' || type === 'decimal' || type === 'fraction')
    .map(({ value }) => value)
    .join('');
}

/**
 * An amount in few signs, for an axis.
 * @param {number} minor
 * @param {string} currency
 */
export function formatShort(minor, currency) {
  return new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
    .format(minor / 10 ** decimalsOf(currency));
}

/** @param {number} count */
export function formatCount(count) {
  return new Intl.NumberFormat().format(count);
}
