// @ts-check
// Entries of a history, as a list.

import { amountOf } from './amount-text.js';
import { openDialog } from './dialogs.js';
import { h, isolated } from './dom.js';
import { icon } from './icons.js';
import { loaded } from './loading.js';
import { formatNumber } from './numbers.js';
import { failure } from './states.js';
import { formatDay, formatShortDay } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {Schemas['Transaction']} Entry */

/** @type {Record<Schemas['TransactionType'], string>} */
export const typeWords = {
  account_opened: 'Account opened',
  deposit: 'Deposit',
  withdrawal: 'Withdrawal',
  transfer_in: 'Transfer received',
  transfer_out: 'Transfer sent',
  reversal_in: 'Received back',
  reversal_out: 'Given back',
};

/** @param {Entry} entry */
export function takes(entry) {
  return ['withdrawal', 'transfer_out', 'reversal_out'].includes(entry.transaction_type);
}

/** What an entry did to the balance.
 * @param {Entry} entry
 */
export function signed(entry) {
  return takes(entry) ? -entry.amount : entry.amount;
}

/** @param {Entry} entry */
function secondLine(entry) {
  const words = typeWords[entry.transaction_type];
  if (!entry.counterparty_account) return words;
  return `${takes(entry) ? 'To' : 'From'} ${formatNumber(entry.counterparty_account)}`;
}

/**
 * The rows of a list, each of which opens its entry.
 * @param {Entry[]} entries
 */
export function entryRows(entries) {
  return entries.map((entry) => h('li', { class: 'border-t border-line first:border-t-0' },
    h('button', {
      class: 'row row-link min-h-16',
      type: 'button', 'data-entry': entry.id, on: { click: () => open(entry) },
    },
    h('span', { class: 'flex size-9 items-center justify-center rounded-full bg-sunken text-soft' }, icon(iconOf(entry), 'size-4')),
    h('span', { class: 'row-main' },
      h('span', { class: 'block font-medium' }, entry.description ? isolated(entry.description) : typeWords[entry.transaction_type]),
      h('span', { class: 'block text-sm text-soft' }, secondLine(entry), h('span', { class: 'row-narrow' }, ', ', h('span', { class: 'inline-block' }, formatShortDay(entry.timestamp))))),
    h('span', { class: 'row-wide' }, formatDay(entry.timestamp)),
    h('span', { class: `money ml-auto font-medium ${takes(entry) ? '' : 'text-good'}` }, amountOf(signed(entry), entry.currency, { sign: true })),
    h('span', { class: 'row-wide money' }, h('span', { class: 'sr-only' }, 'balance '), amountOf(entry.balance_after, entry.currency)))));
}

/**
 * @param {Entry} entry
 * @returns {import('./icons.js').IconName}
 */
function iconOf(entry) {
  if (entry.counterparty_account) return 'transfer';
  if (entry.transaction_type === 'account_opened') return 'bank';
  return takes(entry) ? 'minus' : 'plus';
}

/** The headings above a list, where there is room for them. */
export function entryHeadings() {
  return h('div', { class: 'row-headings px-5', 'aria-hidden': 'true' },
    h('span'), h('span', null, 'Description'), h('span', { class: 'pl-3' }, 'Date'), h('span', { class: 'text-right' }, 'Amount'), h('span', { class: 'text-right' }, 'Balance'));
}

/**
 * Shows an entry in full, by code that a first visit does not load.
 * @param {Entry} entry
 */
async function open(entry) {
  try {
    (await loaded(() => import('./entry.js'))).openEntry(entry);
  } catch (error) {
    openDialog(typeWords[entry.transaction_type], () => failure(error, () => location.reload()));
  }
}
