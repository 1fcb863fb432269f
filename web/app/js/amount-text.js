// @ts-check
// Numbers as elements, which break between their groups of digits where there is no room for them in one line.

import { h } from './dom.js';
import { formatCount, formatMoney } from './money.js';

/**
 * @param {number} minor
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
 * A break may be beside a currency's letters, and between groups of digits.
 * @param {string} text
 */
function grouped(text) {
  const words = text.replace(/\p{L}\s(?=\p{Nd})|\p{Nd}\s(?=\p{L})/gu, '$&\n').split('\n');
  const pieces = words.flatMap(groupsOf);
  return h('span', null, pieces.flatMap((piece, i) => (i > 0 ? [h('wbr'), piece] : [piece])));
}

/**
 * The groups of a number, each with the sign behind it. A last sign that is not like the others is the decimal point, and so may
 * be one that is alone.
 * @param {string} number
 */
function groupsOf(number) {
  const groups = number.replace(/\p{Nd}[^\p{Nd}](?=\p{Nd})/gu, '$&\n').split('\n');
  const fraction = groups.pop() ?? '';
  if (groups.length < 2) return [number];
  if (groups.at(-1)?.at(-1) === groups[0]?.at(-1)) return [...groups, fraction];
  return [...groups.slice(0, -1), `${groups.at(-1)}${fraction}`];
}
