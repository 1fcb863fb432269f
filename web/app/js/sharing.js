// @ts-check
// Reads that several parts of a page need.

/**
 * A read whose answer is shared by all callers that ask while it is under way, so that parts of a page that load together cause one request.
 * @template T
 * @param {() => Promise<T>} read
 * @returns {() => Promise<T>}
 */
export function shared(read) {
  /** @type {Promise<T> | null} */
  let reading = null;
  return () => {
    reading ??= read().finally(() => { reading = null; });
    return reading;
  };
}
