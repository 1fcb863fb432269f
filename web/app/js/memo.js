// @ts-check
// Remembers what is costly to make and needed again, such as the formats of Intl.

/**
 * Makes a function remember its results. Its arguments must be strings, numbers and plain objects.
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
