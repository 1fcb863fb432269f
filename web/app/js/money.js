// @ts-check
// Money is a whole number of the currency's minor unit. It becomes a decimal only for people to read; nothing is computed in
// fractions. amounts.js reads what people type.

import { decimalsOf } from './currencies.js';

/**
 * Makes a function remember its results. Its arguments must be strings, numbers and plain objects.
 * @template {unknown[]} A
 * @template R
 * @param {(...given: A) => R} make
 * @returns {(...given: A) => R}
 */
export function memo(make) {
  /** @type {Map<string, R>} */
  const made = new Map();
  return (...given) => {
    const key = JSON.stringify(given);
    const known = made.get(key);
    if (known !== undefined) return known;
    const result = make(...given);
    made.set(key, result);
    return result;
  };
}

/**
 * The code by which Intl formats a currency. It knows codes of three letters alone: a longer one, which only the bank can have added,
 * takes the place of the sign for no currency.
 * @param {string} currency
 */
export function codeForIntl(currency) {
  return currency.length === 3 ? currency : 'XXX';
}
// Intl decides where the symbol goes, and how digits look and are grouped; the bank decides how many decimals there are.
export const moneyFormat = memo((/** @type {string} */ currency, /** @type {Intl.NumberFormatOptions} */ options, /** @type {string | undefined} */ locale) => {
  const decimals = decimalsOf(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency', currency: codeForIntl(currency), minimumFractionDigits: decimals, maximumFractionDigits: decimals, ...options,
  });
});

/**
 * An amount as an exact decimal string, which Intl formats without converting it to a float.
 * @param {number | bigint} minor
 * @param {string} currency
 * @returns {any} Intl's types do not know it yet
 */
function decimalText(minor, currency) {
  const decimals = decimalsOf(currency);
  const digits = String(minor).replace('-', '').padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const sign = minor < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * An amount as people read it.
 * @param {number | bigint} minor
 * @param {string} currency
 * @param {{ sign?: boolean, locale?: string }} [options] sign: also before amounts that came in
 */
export function formatMoney(minor, currency, { sign = false, locale } = {}) {
  const known = codeForIntl(currency) === currency;
  const format = moneyFormat(currency, { signDisplay: sign ? 'exceptZero' : 'auto', currencyDisplay: known ? 'narrowSymbol' : 'code' }, locale);
  return format.formatToParts(decimalText(minor, currency)).map(({ type, value }) => {
    if (type === 'currency' && !known) return currency;
    return type === 'minusSign' ? value.replace('-', '−') : value; // a minus is as wide as a plus
  }).join('');
}

/**
 * An amount for a field: only digits and a decimal sign, which are the easiest to edit.
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
 * A short amount, for an axis.
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
