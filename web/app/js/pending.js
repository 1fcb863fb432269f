// @ts-check
// Requests that were sent and not answered yet, kept across reloads and crashes in this browser's storage. A record holds no PIN
// and no token, and is deleted once the outcome is known. There is at most one for each account and kind of form.

import { ours } from './locks.js';

/** @typedef {'transfer' | 'transfers' | 'deposit' | 'withdraw' | 'open'} Kind */
/** @typedef {import('../../types/call').Schemas} Schemas */
/**
 * @typedef {{ to_account?: string, amount?: number, description?: string, account_holder_name?: string, initial_deposit?: number, currency?: string,
 *   mode?: Schemas['TransferMode'], items?: Schemas['TransferItem'][] }} Body
 */
/**
 * @typedef {object} Pending
 * @property {Kind} kind
 * @property {string} key the idempotency key
 * @property {string} account the sender's; "" for an opening
 * @property {string} currency
 * @property {Body} body what was sent, without a PIN
 * @property {number} at when it was last sent, in milliseconds
 */

/** How long the bank remembers a key. */
export const keyLifetime = 24 * 3600_000;

/** @type {Kind[]} */
const kinds = ['transfer', 'transfers', 'deposit', 'withdraw', 'open'];
/** Records that the storage refused, for as long as the page lives. @type {Map<string, Pending>} */
const memory = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * @param {string} account
 * @param {Kind} kind
 */
function nameOf(account, kind) {
  return `${ours} pending ${account} ${kind}`;
}

/**
 * @param {string} account
 * @param {Kind} kind
 * @returns {Pending | null}
 */
export function pending(account, kind) {
  const name = nameOf(account, kind);
  const kept = memory.get(name);
  if (kept) return kept;
  try {
    const record = JSON.parse(localStorage.getItem(name) ?? 'null');
    return isPending(record) && record.account === account && record.kind === kind ? record : null;
  } catch {
    return null; // no storage, or not ours
  }
}

/**
 * All records of an account.
 * @param {string} account
 */
export function allPending(account) {
  return kinds.map((kind) => pending(account, kind)).filter((record) => record !== null);
}

/** Whether there may be a record of any account. */
export function hasRecords() {
  try {
    return memory.size > 0 || Object.keys(localStorage).some((name) => name.startsWith(`${ours} pending `));
  } catch {
    return memory.size > 0;
  }
}

/** @param {Pending} record */
export function keep(record) {
  const name = nameOf(record.account, record.kind);
  try {
    localStorage.setItem(name, JSON.stringify(record));
    memory.delete(name);
  } catch {
    memory.set(name, record);
  }
  changed();
}

/**
 * Forgets a record, unless another one has taken its place.
 * @param {Pending} record
 */
export function forget(record) {
  if (pending(record.account, record.kind)?.key !== record.key) return;
  const name = nameOf(record.account, record.kind);
  memory.delete(name);
  try {
    localStorage.removeItem(name);
  } catch {
    // There is no storage.
  }
  changed();
}

/**
 * Calls a listener when a record is added or deleted, here or in another tab.
 * @param {() => void} listener
 * @param {AbortSignal} [signal] ends the calls
 */
export function onPending(listener, signal) {
  listeners.add(listener);
  signal?.addEventListener('abort', () => listeners.delete(listener));
}

/** Tells the listeners on this page. */
export function changed() {
  for (const listener of listeners) listener();
}

addEventListener('storage', (event) => {
  if (event.key === null || event.key.startsWith(`${ours} pending `)) changed();
});

/**
 * @param {any} record
 * @returns {record is Pending}
 */
function isPending(record) {
  const body = record?.body;
  const parts = [body, ...(Array.isArray(body?.items) ? body.items : [])];
  if (!kinds.includes(record?.kind) || parts.some((part) => typeof part !== 'object' || part === null)) return false;
  if ((record.kind === 'transfers') !== (parts.length > 1)) return false;
  const texts = [record.key, record.account, record.currency, ...parts.flatMap((part) => [part.to_account, part.description, part.reference, part.account_holder_name].map((text) => text ?? ''))];
  const numbers = [record.at, body.initial_deposit ?? 0, ...parts.map((part) => part.amount ?? 0)];
  return texts.every((text) => typeof text === 'string') && numbers.every(Number.isSafeInteger)
    && /^[\x20-\x7e]{1,255}$/.test(record.key) && /^[A-Z]{3,8}$/.test(record.currency);
}
