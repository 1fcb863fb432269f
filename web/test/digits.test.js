import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asciiDigits } from '../app/js/digits.js';

test('the digits of every numbering system become ASCII digits', () => {
  let systems = 0;
  for (const system of Intl.supportedValuesOf('numberingSystem')) {
    const written = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(9_876_543_210);
    assert.equal(asciiDigits(written), '9876543210', system);
    systems += 1;
  }
  assert.ok(systems > 50, 'this version of node knows hardly any');
});

test('digits of scripts that follow one another keep their values', () => {
  // Five alphabets of mathematical digits stand in a row without a gap.
  const digits = Array.from({ length: 50 }, (_, i) => String.fromCodePoint(0x1d7ce + i)).join('');
  assert.equal(asciiDigits(digits), '0123456789'.repeat(5));
});

test('direction marks, isolates and joiners are dropped', () => {
  assert.equal(asciiDigits('\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202e12\u200b\u200c\u200d\u2060\ufeff3'), '123');
});

test('letters, spaces, signs and raised digits stay', () => {
  for (const text of ['', '$1,250.50', 'US$ 12', '1\u202f250', '1²', '−5', '½', 'Ⅻ', '③']) assert.equal(asciiDigits(text), text);
});
