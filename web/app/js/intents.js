// @ts-check
// An intent is one thing that somebody wants to happen once. Its key is made before it is first sent and kept until its
// outcome is known, so that sending it again cannot do it again.

import { isUnknown } from './problems.js';

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

/** @type {Set<object>} */
const open = new Set();

addEventListener('beforeunload', (event) => {
  if (open.size > 0) event.preventDefault(); // the key would be lost before the outcome is known
});

/**
 * An intent for one request. It can be sent until its outcome is known.
 * @template T
 * @param {(key: string) => Promise<T>} send
 */
export function intent(send) {
  const key = newKey();
  const self = {
    /** Whether it was sent and nobody knows what became of it. */
    get unknown() {
      return open.has(self);
    },
    /** @returns {Promise<T>} */
    async send() {
      try {
        const answer = await send(key);
        open.delete(self);
        return answer;
      } catch (error) {
        if (isUnknown(error)) open.add(self);
        else open.delete(self);
        throw error;
      }
    },
    /** Gives up asking. */
    abandon() {
      open.delete(self);
    },
  };
  return self;
}
