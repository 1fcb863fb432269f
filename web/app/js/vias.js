// @ts-check
// What money is settled against.

/**
 * A settlement code as people read it.
 * @param {string} code
 */
export function viaWords(code) {
  return code.charAt(0).toUpperCase() + code.slice(1);
}
