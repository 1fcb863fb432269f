// @ts-check
// Digits as people type and paste them: of any script, and with invisible marks between them.

const digit = /\p{Nd}/u;
const ideographs = '〇一二三四五六七八九'; // the one decimal numbering system of Intl whose digits Unicode takes for letters
const digits = new RegExp(`[\\p{Nd}${ideographs}]`, 'gu');

/**
 * A text with its digits in ASCII and without its invisible characters, which change how a text is laid out, but not what it
 * says: marks of direction, isolates, joiners.
 * @param {string} text
 */
export function asciiDigits(text) {
  return text.replace(/\p{Cf}/gu, '').replace(digits, (one) => String(valueOf(one)));
}

/**
 * What a digit stands for. Unicode guarantees that the ten digits of a script follow one another, from zero on.
 * @param {string} one
 */
function valueOf(one) {
  if (ideographs.includes(one)) return ideographs.indexOf(one);
  const code = one.codePointAt(0) ?? 0;
  let before = 0;
  while (digit.test(String.fromCodePoint(code - before - 1))) before += 1;
  return before % 10; // the digits of some scripts lie next to those of others
}
