// @ts-check
// The notice at the top of every page about requests that got no answer: it asks the bank what happened to them.

import { ownNumbers, pendingOfAll } from './accounts.js';
import { amountOf } from './amount-text.js';
import { remember } from './batches.js';
import { announce, fill, h } from './dom.js';
import { icon } from './icons.js';
import { isHeld, lookUp, manyTransfers, payment, settle } from './intents.js';
import { onOutcomes, outcomePlace } from './layout.js';
import { formatNumber } from './numbers.js';
import { changed, keyLifetime, onPending, pending } from './pending.js';
import { codeOf } from './problems.js';
import { failure } from './states.js';
import { formatTime } from './times.js';

/** @typedef {import('./pending.js').Pending} Pending */
/** @typedef {'asking' | 'sending' | 'done' | 'absent' | 'unreachable'} State */
/** @typedef {{ record: Pending, state: State, error: unknown, batch?: string }} Outcome batch is the id under which the bank tells what became of many transfers */

/** How long a request may be on its way before the customer is asked what to do, in milliseconds. */
const underWay = 20_000;
const pause = 2_000; // between two look-ups
/** The bank refuses a request that arrives later than this: its access token has expired. */
const tokenLifetime = 16 * 60_000;

/** What the notice shows, by idempotency key. @type {Map<string, Outcome>} */
const shown = new Map();
let account = '';

/**
 * Shows the notice of the customer who is signed in. Each page view asks the bank again.
 * @param {string} owner
 */
function outcomes(owner) {
  if (account !== owner) shown.clear();
  account = owner;
  for (const [key, { state }] of shown) {
    if (state === 'absent' || state === 'unreachable') shown.delete(key);
  }
  look();
}

/**
 * Whether a request of this kind from an account is not settled, or the customer has not dismissed its outcome: until then no
 * other can be sent.
 * @param {Pending['kind']} kind
 * @param {string} from
 */
export function isUnsettled(kind, from) {
  const record = pending(from, kind);
  return (record !== null && !isHeld(record)) || [...shown.values()].some((outcome) => outcome.record.kind === kind && outcome.record.account === from);
}

/**
 * Whether the notice says that a request was carried out.
 * @param {string} key
 */
export function isDone(key) {
  return shown.get(key)?.state === 'done';
}

/** What is shown in place of a form until the request before is settled. */
export function unsettledNote() {
  return h('p', { class: 'card p-5', 'data-unsettled': '' }, 'The notice at the top of the page is about your previous one. You can send another as soon as that is settled.');
}

/**
 * Reports that a request was carried out whose form is gone.
 * @param {Pending} record
 * @param {unknown} answer
 */
export function reportDone(record, answer) {
  if (ownNumbers().includes(record.account)) finish({ record, state: 'done', error: null }, answer);
}

/**
 * @param {Outcome} outcome
 * @param {any} answer
 */
function finish(outcome, answer) {
  const { items } = outcome.record.body;
  if (items) remember(answer.id, items);
  become(items ? { ...outcome, batch: answer.id } : outcome, 'done');
}

/** Takes up the pending requests that no form handles. */
function look() {
  const records = pendingOfAll().filter((record) => !isHeld(record));
  for (const [key, outcome] of shown) {
    if (outcome.state !== 'done' && !records.some((record) => record.key === key)) shown.delete(key); // settled elsewhere
  }
  for (const record of records) {
    if (shown.has(record.key)) continue;
    /** @type {Outcome} */
    const outcome = { record, state: 'asking', error: null };
    shown.set(record.key, outcome);
    void ask(outcome);
  }
  render();
}

/** @param {Outcome} outcome */
function isCurrent({ record }) {
  return ownNumbers().includes(record.account) && shown.has(record.key);
}

/** @param {Outcome} outcome */
async function ask(outcome) {
  become(outcome, 'asking');
  try {
    await findOut(outcome);
  } finally {
    if (!isCurrent(outcome)) shown.delete(outcome.record.key); // the session ended meanwhile: the next one asks again
  }
}

/** @param {Outcome} outcome */
async function findOut(outcome) {
  const { record } = outcome;
  while (isCurrent(outcome)) {
    try {
      const answer = await lookUp(record.account, record.key);
      if (isCurrent(outcome)) finish(outcome, answer);
      settle(record);
      return;
    } catch (error) {
      if (codeOf(error) !== 'idempotency_key_not_found') {
        if (isCurrent(outcome)) become(outcome, 'unreachable', error);
        return;
      }
    }
    if (Date.now() - record.at > underWay) {
      if (isCurrent(outcome)) become(outcome, 'absent');
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
}

/** @param {Outcome} outcome */
async function send(outcome) {
  const making = outcome.record.kind === 'transfers' ? manyTransfers(outcome.record) : payment(outcome.record);
  become(outcome, 'sending');
  try {
    finish(outcome, await making.send());
    changed();
  } catch (error) {
    making.release();
    if (!making.unknown) shown.set(outcome.record.key, { ...outcome, state: 'done', error });
    else become(outcome, 'unreachable', error);
    render();
  }
}

/**
 * @param {Outcome} outcome
 * @param {State} state
 * @param {unknown} [error]
 */
function become(outcome, state, error = null) {
  shown.set(outcome.record.key, { ...outcome, state, error });
  const [title, detail] = wordsOf({ ...outcome, state, error });
  if (state !== 'asking') announce(`${h('p', null, title).textContent} ${detail}`);
  render();
}

/** @param {Outcome} outcome */
function dismiss({ record }) {
  shown.delete(record.key);
  settle(record);
  render();
  changed();
}

/** @param {Pending} record */
function nameOf({ kind, body, currency }) {
  const amount = amountOf(body.amount ?? 0, currency);
  if (body.items) {
    const sum = body.items.reduce((all, item) => all + item.amount, 0);
    return h('span', null, `Your file of ${body.items.length} ${body.items.length === 1 ? 'transfer' : 'transfers'}, `, amountOf(sum, currency), ' in all');
  }
  if (kind === 'transfer') return h('span', null, 'Your transfer of ', amount, ` to ${formatNumber(body.to_account ?? '')}`);
  return h('span', null, `Your ${kind === 'deposit' ? 'deposit' : 'withdrawal'} of `, amount);
}

/**
 * The text of a notice: a title, and a detail.
 * @param {Outcome} outcome
 * @returns {[import('./dom.js').Child[], string]}
 */
function wordsOf({ record, state, error }) {
  const name = nameOf(record);
  const age = Date.now() - record.at;
  if (state === 'asking') return [[name, ': the answer is not known yet.'], 'Asking the bank what happened to it…'];
  if (state === 'sending') return [[name, ' is being sent.'], 'One moment…'];
  if (state === 'unreachable') return [[name, ': it is not known whether it took effect.'], 'The bank could not be asked.'];
  if (state === 'done' && error) return [[name, ' was not carried out.'], ''];
  if (state === 'done' && record.body.items) return [[name, ', was carried out.'], 'It took effect once. See what became of each transfer.'];
  if (state === 'done') return [[name, ` was ${record.kind === 'transfer' ? 'sent' : 'carried out'}.`], 'It took effect once. It is in your history.'];
  if (age > keyLifetime) return [[name, ` of ${formatTime(new Date(record.at).toISOString())} was never answered.`], 'It is too late to ask the bank what happened to it. Look for it in your history before you send it again.'];
  const late = age > tokenLifetime ? 'If you do not send it, nothing happens.' : 'If you do not send it and it reaches the bank after all, it will be in your history.';
  return [[name, ' has not reached the bank.'], `You can send it now: it cannot happen twice. ${late}`];
}

/** @param {Outcome} outcome */
function card(outcome) {
  const [title, detail] = wordsOf(outcome);
  const { record, state, error } = outcome;
  const done = state === 'done' && !error;
  return h('div', { class: `rounded-lg p-4 text-sm ${done ? 'bg-accent-tint' : 'bg-warn-tint'}`, 'data-outcome': state },
    h('p', { class: 'flex items-start gap-2 font-medium' }, icon(done ? 'check' : 'warning'), h('span', { class: 'min-w-0' }, title)),
    detail ? h('p', { class: 'mt-1' }, detail) : null,
    error && state === 'done' ? h('div', { class: 'mt-2' }, failure(error)) : null,
    h('div', { class: 'mt-3 flex flex-wrap gap-2 empty:hidden' }, choices(outcome, Date.now() - record.at > keyLifetime)));
}

/**
 * @param {Outcome} outcome
 * @param {boolean} expired
 */
function choices(outcome, expired) {
  /**
   * @param {string} words
   * @param {() => void} press
   * @param {string} [look]
   */
  const button = (words, press, look = 'button-plain') => h('button', { class: `button ${look}`, type: 'button', on: { click: press } }, words);
  switch (outcome.state) {
    case 'done': return [
      outcome.batch ? h('a', { class: 'button button-main', href: `#/transfers/${outcome.batch}?account=${outcome.record.account}` }, 'Show the transfers') : null,
      button('OK', () => dismiss(outcome))];
    case 'unreachable': return [button('Ask again', () => { void ask(outcome); })];
    case 'absent': return expired
      ? [h('a', { class: 'button button-plain', href: '#/transactions' }, 'Transactions'), button('Done', () => dismiss(outcome))]
      : [button('Send it now', () => { void send(outcome); }, 'button-main'), button('Do not send it', () => dismiss(outcome))];
    default: return [];
  }
}

function render() {
  fill(outcomePlace, [...shown.values()].map(card));
}

onPending(look);
onOutcomes(outcomes);
