// @ts-check
// Lists of transfers, with what is wrong with each.

import { amountWithin } from './amount-within.js';
import { h, isolated } from './dom.js';
import { section } from './layout.js';
import { formatNumber } from './numbers.js';

/** @typedef {import('../../types/call').Schemas['TransferItem']} TransferItem */
/**
 * @typedef {object} Listed
 * @property {string} place where it is, such as "Line 3"
 * @property {string} to
 * @property {string} amount what is shown if there is no sum
 * @property {number} minor the sum; 0 if it could not be read
 * @property {string} [description]
 * @property {string} [reference]
 * @property {string[]} faults
 */

/**
 * A list of transfers; nothing if there are none.
 * @param {string} title
 * @param {Listed[]} rows
 * @param {string} currency
 * @param {string} kind names the list in tests and styles
 */
export function rowList(title, rows, currency, kind) {
  return rows.length === 0 ? null : section(`${title} (${rows.length})`, h('ol', { class: 'border-t border-line', 'data-rows': kind }, rows.map((row) => item(row, currency))), { class: 'mt-4' });
}

/**
 * @param {Listed} row
 * @param {string} currency
 */
function item({ place, to, amount, minor, description, reference, faults }, currency) {
  return h('li', { class: 'border-b border-line px-4 py-3 last:border-b-0 sm:px-5' },
    h('div', { class: 'flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1' },
      h('span', { class: 'min-w-0 wrap-anywhere' }, // what a file has may be one long word
        h('span', { class: 'mr-3 inline-block text-sm text-soft tabular-nums' }, place),
        h('span', { class: 'inline-block font-medium tabular-nums' }, /^\d{12}$/.test(to) ? formatNumber(to) : isolated(to))),
      h('span', { class: 'ml-auto min-w-0 font-medium wrap-anywhere tabular-nums' }, minor > 0 ? amountWithin(minor, currency) : isolated(amount))),
    description || reference ? h('p', { class: 'text-sm wrap-break-word text-soft' },
      description ? isolated(description) : null, description && reference ? ' · ' : null, reference ? isolated(reference) : null) : null,
    faults.map((fault) => h('p', { class: 'mt-1 text-sm font-medium text-danger' }, fault)));
}

/**
 * Transfers counted, with their sum.
 * @param {number} count
 * @param {number} sum
 * @param {string} currency
 */
export function countOfTransfers(count, sum, currency) {
  return h('span', null, `${count} ${count === 1 ? 'transfer' : 'transfers'}, `, amountWithin(sum, currency));
}
