// @ts-check
// An intent is one thing that a customer wants to happen once. Its key is made before it is first sent, and kept until its
// outcome is known, so that sending it again cannot repeat it. Until the answer comes, its outcome counts as unknown.

import { call } from './api.js';
import { inTurn } from './locks.js';
import { changed, forget, keep, pending } from './pending.js';
import { Refusal, Unsettled, codeOf, isUnknown } from './problems.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./pending.js').Pending} Pending */
/** @typedef {Omit<Pending, 'key' | 'at'> & { key?: string }} Wish */

/** A UUID of version 7 (RFC 9562): time first, so that the bank's index grows at its end. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint32(0, Math.floor(Date.now() / 0x10000));
  new DataView(bytes.buffer).setUint16(4, Date.now() % 0x10000);
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x70;
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Keys of requests sent from here whose outcome is unknown. @type {Set<string>} */
const open = new Set();
/** Keys of requests that a form on the page handles itself. @type {Set<string>} */
const held = new Set();

addEventListener('beforeunload', (event) => {
  if (open.size > 0) event.preventDefault();
});

/**
 * Whether a form on this page handles a record, so that it needs no notice.
 * @param {Pending} record
 */
export function isHeld(record) {
  return held.has(record.key);
}

/**
 * Forgets a record: its outcome is known, or given up.
 * @param {Pending} record
 */
export function settle(record) {
  open.delete(record.key);
  held.delete(record.key);
  forget(record);
}

/**
 * Makes an intent for one request. It can be sent until its outcome is known.
 * @template T
 * @param {Wish | Pending} wish a record, if it was sent before
 * @param {(key: string) => Promise<T>} send
 * @param {boolean} [alike] whether a retry is sure to send the same
 */
export function intent(wish, send, alike = true) {
  /** @type {Pending} */
  const record = { key: newKey(), at: 0, ...wish };
  let unknown = record.at > 0;
  return {
    record,
    /** Whether it was sent and its outcome is unknown. */
    get unknown() {
      return unknown;
    },
    /** @returns {Promise<T>} */
    async send() {
      await begin(record);
      try {
        const answer = await send(record.key);
        unknown = false;
        settle(record);
        return answer;
      } catch (error) {
        if (isFinal(error)) unknown = unknown && !alike;
        else unknown = unknown || isUnknown(error) || !(await isUnheard(record));
        if (!unknown) settle(record);
        throw error;
      }
    },
    /** Hands it over to the notice on the page: the form is gone. */
    release() {
      if (held.delete(record.key)) changed();
    },
  };
}

/**
 * Records a request before it is sent, unless another one of the same form is not settled.
 * @param {Pending} record
 */
async function begin(record) {
  await inTurn('pending', 1_000, async () => {
    const other = pending(record.account, record.kind);
    if (other && other.key !== record.key) throw new Unsettled('Another one is not settled yet.');
    record.at = Date.now();
    open.add(record.key);
    held.add(record.key);
    keep(record);
  });
}

/**
 * Whether a refusal proves that earlier attempts had no effect, either: the bank looks up the key before it refuses a well-formed
 * request, but after it has checked the credentials and the rate limits. Invitations are checked after that look-up.
 * @param {unknown} error
 */
function isFinal(error) {
  return error instanceof Refusal && !isUnknown(error) && (![401, 403, 429].includes(error.problem.status) || /invitation|openings|cash/.test(error.code));
}

/**
 * Whether the bank knows no request under a key, after it refused one without looking the key up. A browser that loses a
 * connection resends requests by itself, so a first attempt may have been a second one.
 * @param {Pending} record
 */
async function isUnheard({ account, key }) {
  if (account === '') return false;
  return lookUp(account, key).then(() => false, (error) => codeOf(error) === 'idempotency_key_not_found');
}

/**
 * Looks up what the bank has done under a key.
 * @param {string} account
 * @param {string} key
 */
export function lookUp(account, key) {
  return call('get', '/accounts/{account_number}/idempotency-keys/{key}', { path: { account_number: account, key } });
}

/** @type {Record<Exclude<Pending['kind'], 'open' | 'transfers'>, '/accounts/{account_number}/transfer' | '/accounts/{account_number}/deposit' | '/accounts/{account_number}/withdraw'>} */
const paths = {
  transfer: '/accounts/{account_number}/transfer', deposit: '/accounts/{account_number}/deposit', withdraw: '/accounts/{account_number}/withdraw',
};

/**
 * Makes an intent that moves money.
 * @param {Wish | Pending} wish
 */
export function payment(wish) {
  const path = paths[/** @type {keyof typeof paths} */ (wish.kind)];
  /** @type {(key: string) => Promise<Schemas['Transaction']>} */
  const send = (key) => call('post', path, {
    path: { account_number: wish.account }, body: /** @type {any} */ (wish.body), idempotencyKey: key,
  });
  return intent(wish, send);
}

/**
 * Makes an intent of many transfers.
 * @param {Wish | Pending} wish
 */
export function manyTransfers(wish) {
  return intent(wish, (key) => call('post', '/accounts/{account_number}/transfers', {
    path: { account_number: wish.account }, body: { mode: wish.body.mode, items: wish.body.items ?? [] }, idempotencyKey: key,
  }));
}
