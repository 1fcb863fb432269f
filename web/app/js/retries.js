// @ts-check
// Requests that are sent again the same, under the same key, until their outcome is known.

import { newKey } from './intents.js';
import { isUnknown } from './problems.js';

/**
 * Returns a function that sends a form's request. While the outcome of an attempt is unknown, the next one has the same key, and the fields
 * stay as they are.
 * @param {Pick<import('./forms.js').Field, 'input'>[]} fields
 */
export function retrying(fields) {
  let key = newKey();
  let unknown = false;
  return async (/** @type {(key: string) => Promise<void>} */ send) => {
    if (!unknown) key = newKey();
    try {
      await send(key);
      unknown = false;
    } catch (error) {
      unknown = isUnknown(error);
      throw error;
    } finally {
      for (const { input } of fields) input.disabled = unknown;
    }
  };
}
