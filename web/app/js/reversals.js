// @ts-check
// What has been given back of an entry, and a form that gives back more.

import { ownNumbers } from './accounts.js';
import { amountField } from './amount-field.js';
import { amountOf } from './amount-text.js';
import { call } from './api.js';
import { unknownOutcome } from './cash.js';
import { announce, fill, h } from './dom.js';
import { faultOfLength, field, form } from './forms.js';
import { formatInput, formatMoney } from './money.js';
import { retrying } from './retries.js';
import * as session from './session.js';
import { region } from './states.js';
import { formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./entries.js').Entry} Entry */
/** @typedef {Schemas['TransactionDetails']} Details */

/** @param {Entry} entry */
function pathOf(entry) {
  return { account_number: entry.account_number, id: entry.id };
}

/**
 * What an entry reverses, what reverses it, and a way to give back what is left.
 * @param {Entry} entry
 * @param {(entry: Entry) => void} open shows another entry
 * @param {() => void} changed called after money was given back
 */
export function reversalsOf(entry, open, changed) {
  const link = (/** @type {string} */ id, /** @type {(string | Node)[]} */ ...words) => h('button', {
    class: 'link min-h-11 text-left', type: 'button', 'data-reversal': id, on: { click: async () => {
      open(await call('get', '/accounts/{account_number}/transactions/{id}', { path: { ...pathOf(entry), id } }));
    } },
  }, ...words);
  if (entry.reverses_id) return h('div', { class: 'mt-4' }, link(entry.reverses_id, 'Show what this reverses'));
  const own = ownNumbers().includes(entry.account_number);
  if (!mayReverse(entry, own) && entry.transaction_type !== 'transfer_out') return h('span');
  const part = region(() => call('get', '/accounts/{account_number}/transactions/{id}', { path: pathOf(entry) }), (details) => h('div', { class: 'mt-4' },
    (details.reversals ?? []).map((reversal) => h('div', null,
      link(reversal.id, amountOf(reversal.amount, entry.currency), ` given back, ${formatTime(reversal.timestamp)}`))),
    mayReverse(entry, own) && left(details) > 0 ? giveBack(details, own, () => { changed(); void part.reload(); }) : h('span')), { lines: 1 });
  return part;
}

/** @param {Details} details */
function left(details) {
  return details.amount - (details.reversed_amount ?? 0);
}

/**
 * Whether a person can reverse an entry: the recipient of a transfer, or staff, who can also reverse cash.
 * @param {Entry} entry
 * @param {boolean} own whether the account is the person's
 */
function mayReverse(entry, own) {
  if (entry.transaction_type === 'transfer_in') return true;
  return !own && session.who()?.role !== 'customer' && ['deposit', 'withdrawal', 'account_opened'].includes(entry.transaction_type) && entry.amount > 0;
}

/**
 * A button that becomes a form.
 * @param {Details} details
 * @param {boolean} own
 * @param {() => void} done
 */
function giveBack(details, own, done) {
  const words = own ? { action: 'Give back', busy: 'Giving back…' } : { action: 'Reverse', busy: 'Reversing…' };
  const place = h('div', { class: 'mt-3' });
  const button = h('button', { class: 'button button-plain', type: 'button', on: { click: () => {
    const shown = reversalForm(details, words, done);
    fill(place, shown);
    shown.querySelector('input')?.focus();
  } } }, words.action);
  fill(place, button);
  return place;
}

/**
 * @param {Details} details
 * @param {{ action: string, busy: string }} words
 * @param {() => void} done
 */
function reversalForm(details, words, done) {
  const most = left(details);
  const amount = amountField(`Amount in ${details.currency}, ${formatMoney(most, details.currency)} at most`, () => details.currency, {
    value: formatInput(most, details.currency),
  });
  const reason = field('Reason, which both accounts show', { maxlength: 280 });
  const attempt = retrying([amount, reason]);
  return form({
    fields: [amount, reason],
    action: words.action,
    busy: words.busy,
    check: () => [[amount, amount.check()], [reason, reason.value().trim() === '' ? 'Enter a reason.' : faultOfLength(reason.value().trim(), 140)]],
    pointers: { '/amount': amount, '/reason': reason },
    explain: unknownOutcome,
    send: () => attempt(async (idempotencyKey) => {
      const body = { amount: amount.minor(), reason: reason.value().trim() };
      const entry = await call('post', '/accounts/{account_number}/transactions/{id}/reverse', { path: pathOf(details), body, idempotencyKey });
      announce(`${formatMoney(entry.amount, entry.currency)} given back.`);
      done();
    }),
  });
}
