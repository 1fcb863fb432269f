// @ts-check
// Reads amounts as people write them. The page's language decides what a comma or a full stop means, never how many digits
// follow it: "1,25" and "1,250" would otherwise differ a thousandfold. What contradicts the language is not guessed.

import { decimalsOf } from './currencies.js';
import { asciiDigits } from './digits.js';
import { codeForIntl, formatInput, formatMoney, memo, moneyFormat } from './money.js';

/** The most that one payment can move. */
const mostOfPayment = 1_000_000_000_000;

/** @typedef {{ minor: number } | { choices: number[] } | { fault: string }} Reading choices are for the customer to choose from */
/** @typedef {{ point: string, minor: number, exact: boolean, excess: boolean }} Candidate one way to read an amount */

/**
 * Reads an amount: with or without the currency's code or symbol, grouped in any way, in digits of any script.
 * @param {string} text
 * @param {string} currency
 * @param {string} [locale] the browser's own if left out
 * @param {number} [most]
 * @returns {Reading}
 */
export function parseMoney(text, currency, locale, most = mostOfPayment) {
  const plain = asciiDigits(text).trim();
  if (plain === '') return { fault: 'Enter an amount.' };
  if (/[\p{Pd}−⁻]/u.test(plain)) return { fault: 'Enter the amount without a minus sign or dash.' };
  const meanings = meaningsOf(currency, locale);
  const number = numberIn(plain, currency, locale, meanings);
  const candidates = number === null ? [] : candidatesOf(number, decimalsOf(currency), meanings);
  const certain = candidates.find((one) => one.exact && agrees(one, number ?? '', meanings, ['decimal']))
    ?? (candidates.length === 1 ? candidates.find((one) => agrees(one, number ?? '', meanings, ['decimal', undefined])) : undefined);
  if (certain) return checked(certain, currency, locale, most);
  const choices = new Set(candidates.filter((one) => !one.excess && one.minor > 0 && one.minor <= most).map((one) => one.minor));
  if (choices.size > 0) return { choices: [...choices] };
  return { fault: `Enter an amount of ${currency} in digits, such as ${formatInput(1250 * 10 ** decimalsOf(currency), currency, locale)}.` };
}

/**
 * @param {Candidate} one
 * @param {string} currency
 * @param {string | undefined} locale
 * @param {number} most
 * @returns {Reading}
 */
function checked({ minor, excess }, currency, locale, most) {
  const decimals = decimalsOf(currency);
  if (excess) return { fault: decimals === 0 ? `${currency} has no decimals.` : `${currency} has ${decimals} decimals at most.` };
  if (minor > most) return { fault: `The most ${most === mostOfPayment ? 'for one payment ' : ''}is ${formatMoney(most, currency, { locale })}.` };
  return { minor };
}

/**
 * Replaces look-alikes with one character: spaces, apostrophes, commas, full stops.
 * @param {string} text
 */
function fold(text) {
  return text.replace(/\s/gu, ' ').replace(/[’‘ʼ′´`＇]/gu, "'").replace(/[，﹐،⹁]/gu, ',').replace(/[．﹒]/gu, '.');
}

// What each separator means: some in every language, the others as this language writes this currency and other numbers.
const meaningsOf = memo((/** @type {string} */ currency, /** @type {string | undefined} */ locale) => {
  /** @type {Map<string, 'decimal' | 'group'>} */
  const meanings = new Map([[' ', 'group'], ["'", 'group'], ['٬', 'group'], ['٫', 'decimal']]);
  for (const format of [moneyFormat(currency, { minimumFractionDigits: 1, maximumFractionDigits: 4 }, locale), new Intl.NumberFormat(locale)]) {
    for (const { type, value } of format.formatToParts(1234567.5)) {
      const sign = fold(value);
      if ((type === 'decimal' || type === 'group') && !meanings.has(sign)) meanings.set(sign, type);
    }
  }
  return meanings;
});

/**
 * The digits and the separators between them, without the currency's name; null if there is anything else.
 * @param {string} plain
 * @param {string} currency
 * @param {string | undefined} locale
 * @param {Map<string, string>} meanings
 */
function numberIn(plain, currency, locale, meanings) {
  const [, before = '', digits = '', after = ''] = /^(\D*)(\d(?:.*\d)?)(\D*)$/su.exec(plain) ?? [];
  const ends = fold(after).charAt(0);
  const open = meanings.get(ends) === 'decimal' || (!meanings.has(ends) && /[.,]/.test(ends)); // "5." is a number that goes on
  const names = [before.replace('+', ''), open ? after.slice(1) : after];
  if (digits === '' || !names.every((name) => name.trim() === '' || designates(name, currency, locale))) return null;
  const number = fold(digits) + (open ? ends : '');
  return [...number].every((sign) => /[\d.,]/.test(sign) || meanings.has(sign)) ? number : null;
}

/**
 * Every well-formed reading of a number. More decimals than the currency has are accepted if they are zeros.
 * @param {string} number
 * @param {number} decimals
 * @param {Map<string, string>} meanings
 */
function candidatesOf(number, decimals, meanings) {
  const signs = new Set(number.replace(/\d/g, ''));
  const points = signs.has('٫') ? ['٫'] : ['', ...signs].filter((sign) => !" '٬".includes(sign) || sign === '');
  /** @type {Candidate[]} */
  const candidates = [];
  for (const point of points) {
    const at = point === '' ? number.length : number.indexOf(point);
    const whole = number.slice(0, at);
    const fraction = number.slice(at + 1);
    if (!wellGrouped(whole) || !/^\d*$/.test(fraction)) continue;
    const needed = fraction.replace(/0+$/, '');
    const excess = needed.length > decimals;
    // A reading with too many decimals only serves to say so, if the language reads it that way.
    if (excess && meanings.get(point) !== 'decimal') continue;
    const minor = Number(whole.replace(/\D/g, '') + needed.slice(0, decimals).padEnd(decimals, '0'));
    candidates.push({ point, minor, exact: fraction.length <= decimals, excess });
  }
  return candidates;
}

/**
 * Whether digits are grouped in threes, or as in India in twos before the last three, by one kind of separator.
 * @param {string} whole
 */
function wellGrouped(whole) {
  return /^\d+$/.test(whole) || /^[1-9]\d{0,2}(\D)\d{3}(\1\d{3})*$/.test(whole) || /^[1-9]\d?(\D)(\d{2}\1)*\d{3}$/.test(whole);
}

/**
 * Whether a reading takes every separator as the language does.
 * @param {Candidate} candidate
 * @param {string} number
 * @param {Map<string, string>} meanings
 * @param {(string | undefined)[]} asPoint what the decimal sign may mean; undefined for nothing
 */
function agrees({ point }, number, meanings, asPoint) {
  return [...number].every((sign) => /\d/.test(sign) || (sign === point ? asPoint.includes(meanings.get(sign)) : meanings.get(sign) === 'group'));
}

// What customers write but no language's table has.
/** @type {Record<string, string[]>} */
const nicknames = { CHF: ['Fr', 'SFr'], CZK: ['Kčs'], INR: ['Rs'], PLN: ['zl'] };
const languages = ('af am ar az be bg bn bs ca cs da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv '
  + 'mk ml mn mr ms my nb ne nl pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tk tr uk ur uz vi zh zu').split(' ');
/**
 * Whether a text beside an amount names its currency: by its code, or by a symbol of the page's language or another one.
 * @param {string} text
 * @param {string} currency
 * @param {string} [locale]
 */
function designates(text, currency, locale) {
  const name = bareName(text);
  return symbolsOf(currency, locale).includes(name) || symbolsAnywhere(currency).includes(name);
}

const symbolsOf = memo((/** @type {string} */ currency, /** @type {string | undefined} */ locale) => [currency,
  ...(/** @type {const} */ (['symbol', 'narrowSymbol'])).flatMap((currencyDisplay) => new Intl.NumberFormat(locale, { style: 'currency', currency: codeForIntl(currency), currencyDisplay })
    .formatToParts(1).filter(({ type, value }) => type === 'currency' && value !== '¤').map(({ value }) => value))].map(bareName).filter(Boolean));

// A currency's code begins with its country's, where it has the most symbols.
const symbolsAnywhere = memo((/** @type {string} */ currency) => [
  ...(nicknames[currency] ?? []).map(bareName),
  ...languages.flatMap((language) => [language, `${language}-${currency.slice(0, 2)}`]).flatMap((locale) => symbolsOf(currency, locale)),
]);

/**
 * A currency's name without what people leave out.
 * @param {string} text
 */
function bareName(text) {
  return text.normalize('NFKC').replace(/[\p{Cf}\s.]/gu, '').toLowerCase();
}
