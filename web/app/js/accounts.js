// @ts-check
// The accounts of the customer who is signed in, the one that the pages show, and what an account can be used for.

import { call } from './api.js';
import { h } from './dom.js';
import { allPending, changed } from './pending.js';
import * as session from './session.js';
import { region } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/** The accounts as they were last read, oldest first. @type {Schemas['Account'][] | null} */
let known = null;
/** The account that the customer has turned to; "" for the one signed in with. */
let turnedTo = '';
/** @type {Set<() => void>} */
const listeners = new Set();

session.onChange(() => {
  known = null;
  turnedTo = '';
});

/**
 * Reads the customer's accounts.
 * @param {AbortSignal} [signal]
 */
export async function readAccounts(signal) {
  const whose = session.who()?.account;
  const { data } = await call('get', '/accounts', { signal });
  if (session.who()?.account !== whose) return data;
  const news = data.length !== ownNumbers().length;
  known = data;
  if (news && pendingOfAll().length > 0) changed(); // they may be about an account that was not known
  return data;
}

/** The accounts as they were last read; null if they were not. */
export function knownAccounts() {
  return known;
}

/** The numbers of the customer's accounts, as far as they are known. */
export function ownNumbers() {
  const caller = session.who();
  if (!caller) return [];
  return known?.map((account) => account.account_number) ?? [caller.account];
}

/** The requests of the customer that were not answered yet. */
export function pendingOfAll() {
  return ownNumbers().flatMap(allPending);
}

/** The account that the address names. */
function addressed() {
  return new URLSearchParams(location.hash.split('?')[1] ?? '').get('account') ?? '';
}

/** The number of the account that the page shows: the one in the address, or else the one that the customer has turned to. */
export function chosen() {
  const own = ownNumbers();
  for (const number of [addressed(), turnedTo]) if (own.includes(number)) return number;
  return session.who()?.account ?? '';
}

/**
 * The same, once it is known whether the account in the address is the customer's. From then on the address names the account, so
 * that a reload shows it again.
 * @param {AbortSignal} signal
 */
export async function readChosen(signal) {
  if (addressed() !== '' && !ownNumbers().includes(addressed())) await readAccounts(signal);
  const number = chosen();
  if (!signal.aborted) keep(number);
  return number;
}

/**
 * Turns to another account, for the pages that follow.
 * @param {string} number
 */
export function turnTo(number) {
  turnedTo = number;
}

/**
 * Turns to another account, and tells the parts of the page that show one.
 * @param {string} number
 */
export function choose(number) {
  keep(number);
  for (const listener of listeners) listener();
}

/**
 * @param {() => void} listener
 * @param {AbortSignal} signal ends the calls
 */
export function onChosen(listener, signal) {
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener));
}

/** @param {string} number */
function keep(number) {
  turnedTo = number;
  const [path = ''] = location.hash.split('?');
  const address = number === session.who()?.account ? path : `${path}?account=${number}`;
  if (address !== location.hash) history.replaceState(history.state, '', address);
}

/**
 * What the customer calls an account.
 * @param {Schemas['Account']} account
 */
export function nameOf({ nickname, currency }) {
  return nickname || `${currency} account`;
}

/**
 * An account in one line, short enough for a list to choose from: its name and its last digits.
 * @param {Schemas['Account']} account
 */
export function lineOf(account) {
  const letters = [...nameOf(account)];
  const name = letters.length > 16 ? `${letters.slice(0, 15).join('')}…` : letters.join('');
  return `${name}, ${account.account_number.slice(-4)}`;
}

/** @param {Schemas['Account']} account */
export function isOpen({ status }) {
  return status !== 'closed';
}

/**
 * The sum of the available balances in each currency, in the order of the accounts. The sums are exact: those of numbers would not be.
 * @param {Schemas['Account'][]} accounts
 * @returns {[string, bigint][]}
 */
export function totalsOf(accounts) {
  /** @type {Map<string, bigint>} */
  const totals = new Map();
  for (const { currency, available_balance: available } of accounts) totals.set(currency, (totals.get(currency) ?? 0n) + BigInt(available));
  return [...totals];
}

/**
 * Content about the chosen account, which is made again for each that is chosen.
 * @param {AbortSignal} signal aborted when the page is left
 * @param {(number: string, signal: AbortSignal) => Node | Node[]} content its signal is aborted when another account is chosen, too
 */
export function aboutChosen(signal, content) {
  let shown = new AbortController();
  signal.addEventListener('abort', () => shown.abort());
  const place = region(() => readChosen(signal), (number) => {
    shown.abort();
    shown = new AbortController();
    return content(number, shown.signal);
  }, { lines: 5 });
  onChosen(() => { void place.reload(); }, signal);
  return place;
}

/**
 * Whether money can leave an account, and arrive.
 * @param {Schemas['Account']} account
 */
export function movesOf({ status, frozen }) {
  return { pays: status !== 'closed' && !frozen?.debits, receives: status !== 'closed' && !frozen?.credits };
}

/** @param {Schemas['Account']} account */
export function statusTag({ status }) {
  if (status === 'closed') return h('span', { class: 'tag bg-sunken text-ink' }, 'Closed');
  return status === 'frozen' ? h('span', { class: 'tag bg-warn-tint text-warn' }, 'Frozen') : null;
}
