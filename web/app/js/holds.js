// @ts-check
// The holds of an account: what for, until when, and ways to pay them or give them back.

import { movesOf } from './accounts.js';
import { amountField } from './amount-field.js';
import { amountOf } from './amount-text.js';
import { amountWithin } from './amount-within.js';
import { call } from './api.js';
import { unknownOutcome } from './cash.js';
import { viaChoice } from './desk.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h, isolated } from './dom.js';
import { details } from './entry.js';
import { form } from './forms.js';
import { heldFailure } from './held.js';
import { icon } from './icons.js';
import { section } from './layout.js';
import { formatInput, formatMoney } from './money.js';
import { formatNumber } from './numbers.js';
import { pagedList } from './paging.js';
import { retrying } from './retries.js';
import { empty } from './states.js';
import { formatExact, formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {Schemas['Hold']} Hold */
/**
 * An account, whether it is the user's own, and a function to call when something may have changed.
 * @typedef {{ account: Schemas['Account'], own: boolean, changed: () => void }} View
 */

const cashByStaff = document.documentElement.dataset.cash === 'staff';

/**
 * The pending holds of an account, newest first.
 * @param {View} view
 * @param {AbortSignal} signal
 */
export function heldSection(view, signal) {
  const path = { account_number: view.account.account_number };
  const list = pagedList({
    load: (cursor) => call('get', '/accounts/{account_number}/holds', { path, query: cursor ? { cursor } : { status: 'pending', limit: 25 }, signal }),
    rows: (holds) => holds.map((hold) => row(hold, view)),
    nothing: () => empty('Nothing is held any more', 'What was held is available again within a minute.'),
  });
  return section('Held', list.node, { note: 'Reserved, and not available to spend until it is paid, is given back, or expires.' });
}

/**
 * @param {Hold} hold
 * @param {View} view
 */
function row(hold, view) {
  return h('li', { class: 'border-t border-line' },
    h('button', { class: 'row row-link min-h-16', type: 'button', 'data-hold': hold.id, on: { click: () => openHold(hold, view) } },
      h('span', { class: 'flex size-9 items-center justify-center rounded-full bg-sunken text-soft' }, icon('lock', 'size-4')),
      h('span', { class: 'row-main' },
        h('span', { class: 'block font-medium' }, hold.description ? isolated(hold.description) : 'Money held'),
        h('span', { class: 'block text-sm text-soft' }, hold.to_account ? `To ${formatNumber(hold.to_account)}` : 'To withdraw', ', until ', h('span', { class: 'inline-block' }, formatTime(hold.expires_at)))),
      h('span', { class: 'money ml-auto font-medium' }, amountOf(hold.held_amount, hold.currency))));
}

/**
 * What the user can do with a hold: staff can use every hold, and others their own.
 * @param {Hold} hold
 * @param {Pick<View, 'account' | 'own'>} view
 */
export function waysOf(hold, { account, own }) {
  const gives = hold.status === 'pending' && (!own || hold.placed_by === 'owner');
  return { gives, pays: gives && movesOf(account).pays && (Boolean(hold.to_account) || !own || !cashByStaff) };
}

/**
 * Who holds the money, in the words of the reader.
 * @param {Hold} hold
 * @param {boolean} own
 */
export function placerWords({ placed_by: placer }, own) {
  switch (placer) {
    case 'owner': return own ? 'You' : 'The customer';
    case 'staff': return 'The bank';
    case 'client': return 'A service of the bank';
  }
}

/**
 * @param {Hold} hold
 * @param {View} view
 */
function openHold(hold, view) {
  let sent = false;
  openDialog('Held money', (close) => h('div', null,
    h('p', { class: 'figure' }, amountOf(hold.held_amount, hold.currency)),
    hold.description ? h('p', { class: 'mt-1' }, isolated(hold.description)) : null,
    details([
      ['For', hold.to_account ? `A transfer to ${formatNumber(hold.to_account)}` : 'A withdrawal'],
      ['Held by', placerWords(hold, view.own)],
      ['Since', formatTime(hold.created_at), formatExact(hold.created_at)],
      ['Until', formatTime(hold.expires_at), formatExact(hold.expires_at)],
      hold.captured_amount > 0 ? ['Paid so far', amountOf(hold.captured_amount, hold.currency)] : null,
      hold.reference ? ['Reference', isolated(hold.reference)] : null,
      ['Id', h('code', { class: 'text-xs break-all' }, hold.id)],
    ]),
    h('p', { class: 'mt-4 text-sm text-soft' }, noteOf(hold, view)),
    choices(hold, view, () => { sent = true; }, close)), { closed: () => { if (sent) view.changed(); } });
}

/**
 * @param {Hold} hold
 * @param {View} view
 */
function noteOf(hold, view) {
  if (!view.own) return 'What you do is recorded, and the customer sees it.';
  const { gives, pays } = waysOf(hold, view);
  if (!gives) return 'Only the bank and the service that holds this money can take it or give it back. What is not taken by then is available to you again.';
  return `${pays ? '' : 'It cannot be paid from here at present. '}What is not paid by then is available to you again.`;
}

/**
 * Buttons that become forms.
 * @param {Hold} hold
 * @param {View} view
 * @param {() => void} sending
 * @param {() => void} close
 */
function choices(hold, view, sending, close) {
  const { gives, pays } = waysOf(hold, view);
  const place = h('div', { class: 'mt-5 empty:hidden' });
  const words = hold.to_account ? 'Pay now' : 'Withdraw now';
  const back = h('button', { class: 'button button-plain', type: 'button', on: { click: () => {
    fill(place, buttons);
    buttons.querySelector('button')?.focus();
  } } }, 'Back');
  const become = (/** @type {HTMLFormElement} */ shown) => {
    fill(place, shown);
    (shown.querySelector('input') ?? shown.querySelector('button'))?.focus();
  };
  const finish = (/** @type {string} */ done) => {
    announce(done);
    close();
  };
  const buttons = h('div', { class: 'flex flex-wrap gap-3' },
    pays ? h('button', { class: 'button button-main', type: 'button', on: { click: () => become(payForm(hold, view, { words, back, sending, finish })) } }, words) : null,
    gives ? h('button', { class: 'button button-plain', type: 'button', on: { click: () => become(giveForm(hold, { back, sending, finish })) } }, 'Give back') : null);
  if (gives) fill(place, buttons);
  return place;
}

/**
 * A form that pays all or part of a hold and gives back the rest.
 * @param {Hold} hold
 * @param {View} view
 * @param {{ words: string, back: Node, sending: () => void, finish: (done: string) => void }} parts
 */
function payForm(hold, view, { words, back, sending, finish }) {
  const amount = amountField(`Amount in ${hold.currency}`, () => hold.currency, { value: formatInput(hold.held_amount, hold.currency) });
  const via = hold.to_account || view.own ? null : viaChoice();
  const fields = [amount, ...(via ? [via] : [])];
  amount.node.append(h('p', { class: 'mt-2 text-sm text-soft' }, 'At most ', amountWithin(hold.held_amount, hold.currency), '. ', hold.to_account ? `It moves to ${formatNumber(hold.to_account)} at once, which cannot be undone. ` : 'It leaves the account at once. ', 'If you pay less than is held, the rest is given back.'));
  const attempt = retrying(fields);
  return form({
    fields,
    action: words,
    check: () => [[amount, amount.check() || (amount.minor() > hold.held_amount ? 'Less is held.' : '')]],
    pointers: { '/amount': amount },
    beside: [back],
    explain: (error) => heldFailure(error) ?? unknownOutcome(error),
    send: () => attempt(async (idempotencyKey) => {
      sending();
      const body = { amount: amount.minor(), ...(via ? { via: via.value() } : {}) };
      const entry = await call('post', '/accounts/{account_number}/holds/{id}/capture', { path: { account_number: hold.account_number, id: hold.id }, body, idempotencyKey });
      finish(`${formatMoney(entry.amount, entry.currency)} paid.`);
    }),
  });
}

/**
 * A form that gives a hold back after a confirmation.
 * @param {Hold} hold
 * @param {{ back: Node, sending: () => void, finish: (done: string) => void }} parts
 */
function giveForm(hold, { back, sending, finish }) {
  const shown = form({
    fields: [],
    action: 'Give back',
    check: () => [],
    beside: [back],
    explain: (error) => heldFailure(error) ?? unknownOutcome(error),
    send: async () => {
      sending();
      await call('post', '/accounts/{account_number}/holds/{id}/void', { path: { account_number: hold.account_number, id: hold.id } });
      finish(`${formatMoney(hold.held_amount, hold.currency)} is available again.`);
    },
  });
  shown.prepend(h('p', null, amountWithin(hold.held_amount, hold.currency), ' becomes available to spend again, and cannot be paid from this hold any more.'));
  return shown;
}
