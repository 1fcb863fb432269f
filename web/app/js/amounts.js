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
 * A break may be beside a currency's letters, and after whatever stands alone between two digits; a single such sign may be the
 * decimal point.
 * @param {string} text
 */
function grouped(text) {
  const words = text.split(/(?<=\p{L}\s)(?=\p{Nd})|(?<=\p{Nd}\s)(?=\p{L})/u);
  const pieces = words.flatMap((word) => {
    const groups = word.split(/(?<=\p{Nd}[^\p{Nd}])(?=\p{Nd})/u);
    return groups.length > 2 ? groups : [word];
  });
  return h('span', null, pieces.flatMap((piece, i) => (i > 0 ? [h('wbr'), piece] : [piece])));
}
