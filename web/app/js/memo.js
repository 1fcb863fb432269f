// @ts-check
// What is costly to make and is needed again, such as the formats of Intl, is made once.

/**
 * Makes a function remember its results. What it is given must be texts, numbers and plain objects.
 * @template {unknown[]} A
 * @template R
 * @param {(...given: A) => R} make
 * @returns {(...given: A) => R}
 */
export function memo(make) {
  /** @type {Map<string, R>} */
  const made = new Map();
  return (...given) => {
    const key = JSON.stringify(given);
    const known = made.get(key);
    if (known !== undefined) return known;
    const result = make(...given);
    made.set(key, result);
    return result;
  };
}
