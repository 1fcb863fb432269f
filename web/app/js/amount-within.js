// @ts-check
// Amounts within a text.

import { amountOf } from './amount-text.js';
import { h } from './dom.js';

/**
 * An amount in a text. Lines break before it, and within it only if it is longer than a line.
 * @param {number} minor
 * @param {string} currency
 */
export function amountWithin(minor, currency) {
  return h('span', { class: 'inline-block' }, amountOf(minor, currency));
}
