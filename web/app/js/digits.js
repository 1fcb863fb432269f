// @ts-check
// Digits as people type and paste them: of any script, and with invisible marks between them.

const digit = /\p{Nd}/u;
const ideographs = '〇一二三四五六七八九'; // the one decimal numbering system of Intl whose digits Unicode counts as letters
const digits = new RegExp(`[\\p{Nd}${ideographs}]`, 'gu');

/**
 * A text with ASCII digits and without invisible characters, which change its layout but not its meaning: direction marks,
 * isolates, joiners.
 * @param {string} text
 */
export function asciiDigits(text) {
  return text.replace(/\p{Cf}/gu, '').replace(digits, (one) => String(valueOf(one)));
}

/**
 * A digit's value. Unicode guarantees that the ten digits of a script follow one another, from zero up.
 * @param {string} one
 */
function valueOf(one) {
  if (ideographs.includes(one)) return ideographs.indexOf(one);
  const code = one.codePointAt(0) ?? 0;
  let before = 0;
  while (digit.test(String.fromCodePoint(code - before - 1))) before += 1;
  return before % 10; // the digits of some scripts are next to those of others
}
