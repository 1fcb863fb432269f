// @ts-check
// The batches of transfers that this page has sent.

/** @typedef {import('../../types/call').Schemas['TransferItem']} TransferItem */

/** What each consisted of, by its id: the bank tells only what became of each transfer. @type {Map<string, TransferItem[]>} */
const sent = new Map();

/**
 * @param {string} id
 * @param {TransferItem[]} items
 */
export function remember(id, items) {
  sent.set(id, items);
}

/**
 * The content of a batch; undefined if another page sent it.
 * @param {string} id
 */
export function itemsOf(id) {
  return sent.get(id) ?? [];
}
