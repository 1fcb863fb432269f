import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCurrencies } from './page.js';
import { parseMoney } from '../app/js/amounts.js';
import { mostOfLimit } from '../app/js/limits.js';
import { formatInput, formatMoney } from '../app/js/money.js';

await loadCurrencies();

/** Checks rows of a text, a currency, a language, and the amount in the minor unit. */
function read(...rows) {
  for (const [text, currency, locale, minor] of rows) assert.deepEqual(parseMoney(text, currency, locale), { minor }, `${text} in ${currency}, ${locale}`);
}

/** Checks rows of a text, a currency, a language, and what is refused about it. */
function refuse(...rows) {
  for (const [text, currency, locale, fault] of rows) assert.deepEqual(parseMoney(text, currency, locale), { fault }, `${text} in ${currency}, ${locale}`);
}

test('a currency has as many decimals as the bank says', () => {
  read(['12', 'USD', 'en', 1_200], ['12.5', 'USD', 'en', 1_250], ['12.05', 'USD', 'en', 1_205], ['0.01', 'USD', 'en', 1], ['0', 'USD', 'en', 0],
    ['12', 'JPY', 'en', 12], ['12', 'KWD', 'en', 12_000], ['1.234', 'KWD', 'en', 1_234], ['0.001', 'KWD', 'en', 1], ['1.2345', 'UYW', 'en', 12_345]);
});

test('a currency of the bank\'s own is typed as any other', () => {
  read(['12', 'GEM', 'en', 12], ['1,250.50 MEAL', 'MEAL', 'en', 125_050], ['MEAL 1.250,50', 'MEAL', 'de', 125_050], ['0.000001', 'LOYALTY', 'en', 1]);
  refuse(['1.5', 'GEM', 'en', 'GEM has no decimals.']);
  assert.ok('fault' in parseMoney('12 XTS', 'MEAL', 'en'), 'what the browser formats it as is not its name');
});

test('zeros beyond the decimals of a currency are read, other digits are not', () => {
  read(['1.0', 'JPY', 'en', 1], ['1.5000', 'USD', 'en', 150], ['1.2340', 'KWD', 'en', 1_234]);
  refuse(['1.5', 'JPY', 'en', 'JPY has no decimals.'], ['1.2345', 'USD', 'en', 'USD has 2 decimals at most.'], ['1.23456', 'KWD', 'en', 'KWD has 3 decimals at most.'],
    ['10000000000.001', 'USD', 'en', 'USD has 2 decimals at most.']);
});

test('digits are grouped in threes, or as in India, or not at all', () => {
  read(['1,250.50', 'USD', 'en', 125_050], ['1250.50', 'USD', 'en', 125_050], ['1,234,567', 'USD', 'en', 123_456_700], ['1,00,000', 'INR', 'en', 10_000_000],
    ['12,34,567.50', 'INR', 'en-IN', 123_456_750], ['1.250.000', 'EUR', 'de', 125_000_000], ['007', 'USD', 'en', 700]);
  for (const text of ['1,2,3', '12,34.56', '12 50', "1,250'000", '0,500.00', '1,2345', ',250']) assert.ok('fault' in parseMoney(text, 'USD', 'en'), text);
});

test('spaces and apostrophes group digits in every language', () => {
  read(['1 250.50', 'USD', 'en', 125_050], ['1\u00a0250.50', 'USD', 'en', 125_050], ['1\u202f250.50', 'USD', 'en', 125_050], ["1'250.50", 'CHF', 'en', 125_050],
    ['1’250.50', 'CHF', 'de-CH', 125_050], ['1 250,50', 'EUR', 'de', 125_050]);
});

test('the language decides what a comma and a full stop mean', () => {
  read(['1,250', 'USD', 'en', 125_000], ['1.250', 'EUR', 'de', 125_000], ['1,250', 'KWD', 'de', 1_250], ['1.250', 'KWD', 'en', 1_250],
    ['1.250,50', 'EUR', 'de', 125_050], ['1 250,50', 'SEK', 'sv', 125_050]);
});

test('a number may end with its decimal sign', () => {
  read(['5.', 'USD', 'en', 500], ['5,', 'EUR', 'de', 500]);
  assert.ok('fault' in parseMoney('5,', 'USD', 'en'));
  assert.ok('fault' in parseMoney('1.250.', 'USD', 'en'), 'three more digits may follow');
});

test('digits and signs of other scripts are read', () => {
  read(['١٢', 'USD', 'en', 1_200], ['۱٬۲۵۰٫۵۰', 'USD', 'fa', 125_050], ['১,২৫,০০০.৫০', 'BDT', 'bn', 12_500_050], ['१२५०.५०', 'INR', 'en', 125_050],
    ['１，２５０', 'JPY', 'ja', 1_250], ['一二.五〇', 'USD', 'zh', 1_250], ['١٬٢٥٠٫٥', 'USD', 'en', 125_050]);
});

test('direction marks and isolates around an amount do not matter', () => {
  read(['\u2066$1,250.50\u2069', 'USD', 'en', 125_050], ['\u200f١٬٢٥٠٫٥٠\u00a0د.إ.\u200f', 'AED', 'en', 125_050], ['\u200e+\u200e5', 'USD', 'en', 500]);
});

test("the currency's code or symbol may stand on either side, and no other's", () => {
  read(['$40', 'USD', 'en', 4_000], ['US$ 40', 'USD', 'en', 4_000], ['40 usd', 'USD', 'en', 4_000], ['+$40', 'USD', 'en', 4_000], ['1.250,50 €', 'EUR', 'de', 125_050],
    ['40 kr', 'SEK', 'en', 4_000], ['40 kr.', 'DKK', 'da', 4_000], ['SFr. 40', 'CHF', 'en', 4_000], ['Rs 40', 'INR', 'en', 4_000], ['40 Kčs', 'CZK', 'cs', 4_000]);
  for (const [text, currency] of [['€40', 'USD'], ['40 SEK', 'NOK'], ['40 USD', 'EUR'], ['5 mio', 'USD'], ['50 ct', 'USD'], ['10%', 'USD'], ['1k', 'USD']]) {
    assert.ok('fault' in parseMoney(text, currency, 'en'), text);
  }
});

test('an amount that contradicts the language is a choice, the likely reading first', () => {
  for (const [text, currency, locale, ...choices] of [
    ['1.250', 'USD', 'en', 125_000, 125], ['1,250', 'EUR', 'de', 125_000, 125], ['1.000', 'JPY', 'en', 1_000, 1], ['1.250', 'KWD', 'fr', 1_250_000, 1_250],
    ['1.234', 'USD', 'en', 123_400], ['1,25', 'USD', 'en', 125], ['1.250,50', 'USD', 'en', 125_050], ['1 250,50', 'USD', 'en', 125_050], ['0,500', 'USD', 'en', 50],
  ]) assert.deepEqual(parseMoney(text, currency, locale), { choices }, `${text} in ${currency}, ${locale}`);
});

test('no choice is above the most for one payment, or zero', () => {
  assert.deepEqual(parseMoney('10000000000,00', 'USD', 'en'), { choices: [1_000_000_000_000] });
  for (const text of ['10000000000,01', '0,00']) assert.ok('fault' in parseMoney(text, 'USD', 'en'), text);
});

test('an amount above the most for one payment is refused', () => {
  read(['10000000000', 'USD', 'en', 1_000_000_000_000], ['1000000000000', 'JPY', 'en', 1_000_000_000_000]);
  refuse(['10000000000.01', 'USD', 'en', 'The most for one payment is $10,000,000,000.00.'], ['1000000000001', 'JPY', 'en', 'The most for one payment is ¥1,000,000,000,000.'],
    ['90071992547409.93', 'USD', 'en', 'The most for one payment is $10,000,000,000.00.']);
});

test('a limit can be as high as a balance', () => {
  assert.deepEqual(parseMoney('90071992547409.91', 'USD', 'en', mostOfLimit), { minor: 2 ** 53 - 1 });
  assert.deepEqual(parseMoney('90071992547409.92', 'USD', 'en', mostOfLimit), { fault: 'The most is $90,071,992,547,409.91.' });
});

test('a refusal says what to do, with an example in the language', () => {
  refuse(['', 'USD', 'en', 'Enter an amount.'], [' \u200f', 'USD', 'en', 'Enter an amount.'], ['ten', 'USD', 'en', 'Enter an amount of USD in digits, such as 1250.00.'],
    ['zehn', 'EUR', 'de', 'Enter an amount of EUR in digits, such as 1250,00.'], ['ten', 'JPY', 'en', 'Enter an amount of JPY in digits, such as 1250.'],
    ['ten', 'KWD', 'en', 'Enter an amount of KWD in digits, such as 1250.000.']);
});

test('a minus or a dash of any kind is refused', () => {
  const fault = 'Enter the amount without a minus sign or dash.';
  refuse(...['-5', '−5', '5-', '–5', '$-5', '⁻5', '5 — 6', '－5'].map((text) => [text, 'USD', 'en', fault]));
});

test('what is not a plain number is refused', () => {
  for (const text of ['1e3', '0x10', '(5)', '1²', '.5', '1.2.3', '1,250.50.50', '1..5', '½', 'NaN', 'Infinity']) assert.ok('fault' in parseMoney(text, 'USD', 'en'), text);
});

const locales = ['en', 'en-DE', 'en-IN', 'de', 'de-AT', 'de-CH', 'fr', 'fr-CH', 'sv', 'pt', 'pt-CV', 'es', 'pl', 'hi', 'bn-u-nu-beng', 'fa', 'ar-u-nu-arab', 'ar-EG-u-nu-arab', 'he', 'ja', 'zh-u-nu-hanidec', 'my-u-nu-mymr', 'th-u-nu-thai'];

test('what the page writes, it reads: with a symbol, with a sign, and as in a field', () => {
  for (const locale of locales) {
    for (const currency of ['USD', 'EUR', 'JPY', 'KWD', 'CHF', 'INR', 'SEK', 'AED', 'UYW']) {
      read(...[1, 10, 99, 1_000, 1_250, 125_050, 1_234_567, 1e12].flatMap((minor) => [
        formatMoney(minor, currency, { locale }), formatMoney(minor, currency, { locale, sign: true }), formatInput(minor, currency, locale),
      ].map((text) => [text, currency, locale, minor])));
    }
  }
});

test('a sign means the same however many digits follow it', () => {
  for (const locale of locales) {
    for (const currency of ['USD', 'JPY', 'KWD', 'UYW']) {
      for (const sign of ['.', ',', "'", ' ', '٫', '٬']) {
        const meant = new Set();
        for (const [before, after] of [['1', '2'], ['1', '25'], ['1', '250'], ['1', '2505'], ['1', '25050'], ['12', '250'], ['123', '250']]) {
          const { minor } = parseMoney(before + sign + after, currency, locale);
          if (minor !== undefined) meant.add(minor === parseMoney(before + after, currency, locale).minor ? 'group' : 'decimal');
        }
        assert.ok(meant.size < 2, `${sign} in ${currency}, ${locale}`);
      }
    }
  }
});

test("a currency of the bank's own is named by its code", () => {
  for (const text of ['12.50', 'MEAL 12.50', '12.50 meal']) assert.deepEqual(parseMoney(text, 'MEAL', 'en'), { minor: 1_250 }, text);
  assert.ok('fault' in parseMoney('¤12.50', 'MEAL', 'en'));
});
