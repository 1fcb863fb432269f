// @ts-check
// Numbers as elements that can break between groups of digits where a line is too narrow.

import { h } from './dom.js';
import { formatCount, formatMoney } from './money.js';

/**
 * @param {number | bigint} minor
 * @param {string} currency
 * @param {{ sign?: boolean }} [options]
 */
export function amountOf(minor, currency, options) {
  return grouped(formatMoney(minor, currency, options));
}

/** @param {number} value */
export function countOf(value) {
  return grouped(formatCount(value));
}

/**
 * Allows breaks beside a currency's letters, and between groups of digits.
 * @param {string} text
 */
function grouped(text) {
  const words = text.replace(/\p{L}\s(?=\p{Nd})|\p{Nd}\s(?=\p{L})/gu, '$&\n').split('\n');
  const pieces = words.flatMap(groupsOf);
  return h('span', null, pieces.flatMap((piece, i) => (i > 0 ? [h('wbr'), piece] : [piece])));
}

/**
 * The groups of a number, each with the separator after it. A last separator that differs from the others is the decimal point,
 * and a single one may be.
 * @param {string} number
 */
function groupsOf(number) {
  const groups = number.replace(/\p{Nd}[^\p{Nd}](?=\p{Nd})/gu, '$&\n').split('\n');
  const fraction = groups.pop() ?? '';
  if (groups.length < 2) return [number];
  if (groups.at(-1)?.at(-1) === groups[0]?.at(-1)) return [...groups, fraction];
  return [...groups.slice(0, -1), `${groups.at(-1)}${fraction}`];
}
