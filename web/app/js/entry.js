// @ts-check
// One entry of a history in full.

import { amountOf } from './amount-text.js';
import { copyButton } from './copying.js';
import { openDialog } from './dialogs.js';
import { h, isolated } from './dom.js';
import { signed, takes, typeWords } from './entries.js';
import { formatNumber } from './numbers.js';
import { show } from './router.js';
import { reversalsOf } from './reversals.js';
import { formatExact, formatTime } from './times.js';

/** @typedef {import('./entries.js').Entry} Entry */

/** @param {Entry} entry */
export function openEntry(entry) {
  let changed = false;
  openDialog(typeWords[entry.transaction_type], () => [
    h('p', { class: `figure ${takes(entry) ? '' : 'text-good'}` }, amountOf(signed(entry), entry.currency, { sign: true })),
    entry.description ? h('p', { class: 'mt-1' }, isolated(entry.description)) : h('span'),
    details([
      ['When', formatTime(entry.timestamp), formatExact(entry.timestamp)],
      entry.counterparty_account ? [takes(entry) ? 'To account' : 'From account', formatNumber(entry.counterparty_account)] : null,
      entry.reference ? ['Reference', isolated(entry.reference)] : null,
      entry.via ? [takes(entry) ? 'Paid out via' : 'Paid in via', entry.via] : null,
      ['Balance afterwards', amountOf(entry.balance_after, entry.currency)],
      ['Entry', `Number ${entry.sequence} of this account`],
      ['Id', h('code', { class: 'text-xs break-all' }, entry.id)],
    ]),
    reversalsOf(entry, openEntry, () => { changed = true; }),
    h('div', { class: 'mt-5 rounded-lg bg-sunken p-4' },
      h('div', { class: 'flex flex-wrap items-center justify-between gap-2' }, h('p', { class: 'text-sm font-medium' }, 'Hash'), copyButton(entry.hash, 'hash')),
      h('code', { class: 'block text-sm break-all text-soft' }, entry.hash),
      h('p', { class: 'mt-2 text-sm text-soft' }, 'Covers this entry and the hash of the one before it: neither can be changed unnoticed.')),
  ], { closed: () => { if (changed) void show(); } });
}

/**
 * Names with their values.
 * @param {([string, string | Node, string?] | null)[]} rows
 */
export function details(rows) {
  return h('dl', { class: 'mt-5 divide-y divide-line border-y border-line' },
    rows.map((row) => row && h('div', { class: 'flex flex-wrap justify-between gap-x-6 gap-y-0.5 py-2.5' },
      h('dt', { class: 'text-soft' }, row[0]), h('dd', { class: 'ml-auto text-right font-medium tabular-nums', title: row[2] }, row[1]))));
}
