// @ts-check
// Folds texts for searching, regardless of case, marks, width, punctuation, spaces and digits. internal/names/folding.go does the
// same, and a test compares the two.

/** What people type for letters with strokes and hooks, which Unicode does not decompose.
 * @type {[string, string][]}
 */
const replacements = [
  ['a', 'ⱥ'], ['b', 'ƀƃɓ'], ['c', 'ƈȼɕ'], ['d', 'đƌɖɗð'], ['e', 'ɇəɛ'], ['f', 'ƒ'], ['g', 'ǥɠɣ'], ['h', 'ħɦⱨ'], ['i', 'ıɨ'],
  ['j', 'ɉȷ'], ['k', 'ƙⱪĸ'], ['l', 'łƚɫⱡ'], ['m', 'ɱ'], ['n', 'ƞɲŋ'], ['o', 'øɔɵⱺ'], ['p', 'ƥᵽ'], ['q', 'ɋ'], ['r', 'ɍɽ'], ['s', 'ȿʂ'],
  ['t', 'ŧƫƭʈⱦ'], ['u', 'ʉʊ'], ['v', 'ʋⱱ'], ['w', 'ⱳ'], ['y', 'ƴɏ'], ['z', 'ƶȥɀⱬ'],
  ['ae', 'æ'], ['oe', 'œ'], ['ss', 'ß'], ['th', 'þ'], ['σ', 'ς'],
  ['а', 'ә'], ['г', 'ґғҕӷӻ'], ['ж', 'җ'], ['з', 'ҙ'], ['к', 'қҝҟҡӄ'], ['л', 'ӆԓԡԯ'], ['м', 'ӎ'], ['н', 'ңӈӊҥԣԩ'], ['о', 'ө'], ['п', 'ҧԥ'],
  ['р', 'ҏ'], ['с', 'ҫ'], ['т', 'ҭ'], ['у', 'үұ'], ['х', 'ҳһӽӿ'], ['ч', 'ҷҹ'],
  ['ا', 'ٱ'], ['ي', 'ىی'], ['ك', 'ک'], ['ه', 'ةہھە'],
];
const plain = new Map(replacements.flatMap(([letter, others]) => [...others].map((other) => /** @type {[string, string]} */ ([other, letter]))));

/** Letters by category, but used as apostrophes, dots or lengthening strokes. */
const modifiers = /[ʹʺʻʼʽʾʿˈˊˋꞋꞌꞏـ]/gu;
/** Marks that people leave out when typing; in other scripts marks are vowels. Those that turn one kana into another stay. */
const diacritics = /(?![\u3099\u309a])(?=[\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}])[\p{Mn}\p{Me}]|[\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc]/gu;
const ignorable = /[\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0]/gu;

/** @param {string} text */
export function fold(text) {
  return text.normalize('NFKD')
    .replace(modifiers, '').replace(diacritics, '').replace(ignorable, '')
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[ァ-ヶ]/gu, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) - 0x60))
    .toUpperCase().toLowerCase() // some letters share only their capital
    .replace(/[\u0080-\uffff]/gu, (letter) => plain.get(letter) ?? letter)
    .normalize('NFC');
}

/**
 * Each script's digits are ten in a row, from zero up.
 * @param {string} digit
 */
function asciiDigit(digit) {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
