import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCurrencies } from './page.js';
import { amountOf, countOf } from '../app/js/amount-text.js';
import { formatInput, formatMoney, formatShort } from '../app/js/money.js';

await loadCurrencies();

test('an amount has its currency\'s decimals, exactly', () => {
  for (const [minor, currency, text] of [
    [0, 'USD', '$0.00'], [5, 'USD', '$0.05'], [125_050, 'USD', '$1,250.50'], [9_007_199_254_740_991, 'USD', '$90,071,992,547,409.91'],
    [1_234, 'JPY', '¥1,234'], [5, 'KWD', 'KWD\u00a00.005'], [1_234, 'KWD', 'KWD\u00a01.234'], [125_050, 'UYW', 'UYW\u00a012.5050'],
  ]) assert.equal(formatMoney(minor, currency), text);
});

test('a currency of the bank\'s own shows its code, however long that is', () => {
  assert.equal(formatMoney(-105, 'MEAL', { sign: true }), '−MEAL\u00a01.05');
  assert.equal(formatMoney(125_050, 'MEAL', { locale: 'de' }), '1.250,50\u00a0MEAL');
  assert.equal(formatInput(125_050, 'MEAL'), '1250.50');
});

test('an amount beyond what a number holds is exact', () => {
  assert.equal(formatMoney(18_014_398_509_481_983n, 'USD'), '$180,143,985,094,819.83');
});

test('a minus is as wide as a plus, and a plus is shown on demand and never at zero', () => {
  assert.equal(formatMoney(-105, 'USD'), '−$1.05');
  assert.equal(formatMoney(-105, 'USD', { sign: true }), '−$1.05');
  assert.equal(formatMoney(105, 'USD', { sign: true }), '+$1.05');
  assert.equal(formatMoney(0, 'USD', { sign: true }), '$0.00');
});

test('a field holds digits and the decimal sign of the language alone', () => {
  assert.equal(formatInput(123_456_789, 'USD'), '1234567.89');
  assert.equal(formatInput(123_456_789, 'EUR', 'de'), '1234567,89');
  assert.equal(formatInput(1_234, 'JPY'), '1234');
  assert.equal(formatInput(5, 'KWD'), '0.005');
});

test('an axis has short amounts', () => {
  assert.equal(formatShort(125_050, 'USD'), '1.3K');
  assert.equal(formatShort(125_050, 'JPY'), '125.1K');
});

test('an amount breaks beside letters and between groups, never at the decimal point', () => {
  const pieces = (node) => node.childNodes.map((piece) => (typeof piece === 'string' ? piece.replace(/\s/g, '_') : '|')).join('');
  for (const [minor, currency, want] of [
    [9_007_199_254_740_991, 'KWD', 'KWD_|9,|007,|199,|254,|740.991'], [9_007_199_254_740_991, 'JPY', '¥9,|007,|199,|254,|740,|991'],
    [123_456, 'USD', '$1,|234.56'], [-105, 'USD', '−$1.05'], [1_234, 'KWD', 'KWD_|1.234'],
  ]) assert.equal(pieces(amountOf(minor, currency)), want);
  assert.equal(pieces(countOf(1_234_567)), '1,|234,|567');
});
