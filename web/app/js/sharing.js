// @ts-check
// Reads that several parts of a page need.

/**
 * A read whose answer all share who ask for it while it is under way: the parts of a page that load at the same time cause one request.
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
