import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checks, digitsOf, faultOf, formatNumber, isNumber } from '../app/js/numbers.js';

const number = '481207359144';
const mistyped = 'This number looks mistyped: its last digit does not fit the others.';

test('a check digit fits or not', () => {
  for (const right of [number, '79927398713', '4111111111111111', '0']) assert.ok(checks(right), right);
  for (const wrong of ['481207359143', '79927398710', '4111111111111112', '1']) assert.ok(!checks(wrong), wrong);
});

test('one wrong digit is always noticed', () => {
  for (let place = 0; place < number.length; place += 1) {
    for (const digit of '0123456789') {
      const typed = number.slice(0, place) + digit + number.slice(place + 1);
      if (typed !== number) assert.equal(faultOf(typed), mistyped, typed);
    }
  }
});

test('two swapped digits are noticed, except 09 and 90', () => {
  for (const one of '0123456789') {
    for (const other of '0123456789') {
      if (one === other) continue;
      const [written, swapped] = [`4${one}${other}`, `4${other}${one}`];
      const digit = [...'0123456789'].find((last) => checks(written + last));
      assert.equal(checks(swapped + digit), `${one}${other}` === '09' || `${one}${other}` === '90', `${written}${digit}`);
    }
  }
});

test('a number is complete with twelve digits, and none starts with 0', () => {
  assert.equal(faultOf(number), '');
  for (let length = 0; length < 12; length += 1) assert.equal(faultOf(number.slice(0, length)), '', 'it is still being typed');
  assert.equal(faultOf('48120735913'), '', 'the last digit of eleven is no check digit');
  assert.equal(faultOf(`${number}0`), 'An account number has 12 digits.');
  assert.ok(checks('012345678903'));
  assert.equal(faultOf('012345678903'), mistyped);
});

test('separators are spaces and dashes of any kind, and nothing else', () => {
  for (const text of ['4812 0735 9144', '4812-0735-9144', '4812\u00a00735\u202f9144', '4812 – 0735 – 9144', ' 481207359144\n', '\u20664812 0735 9144\u2069']) {
    assert.ok(isNumber(text), text);
    assert.equal(digitsOf(text), number);
    assert.equal(faultOf(text), '');
  }
  for (const text of ['48120735914x', '4812.0735.9144', '4812/0735', '+4812', 'IBAN 4812']) {
    assert.ok(!isNumber(text), text);
    assert.equal(faultOf(text), 'An account number has digits only.', text);
  }
  for (const text of ['', ' ', '-']) assert.ok(!isNumber(text), 'no digit');
  assert.equal(faultOf(' '), '', 'nothing is typed yet');
});

test('digits of every script are read', () => {
  for (const text of ['\u200f٤٨١٢ ٠٧٣٥ ٩١٤٤', '۴۸۱۲ ۰۷۳۵ ۹۱۴۴', '৪৮১২০৭৩৫৯১৪৪', '४८१२‐०७३५‐९१४४', '၄၈၁၂ ၀၇၃၅ ၉၁၄၄', '๔๘๑๒ ๐๗๓๕ ๙๑๔๔', '４８１２　０７３５　９１４４']) {
    assert.ok(isNumber(text), text);
    assert.equal(digitsOf(text), number);
    assert.equal(faultOf(text), '');
  }
});

test('a number is written in groups of four, and read back', () => {
  assert.equal(formatNumber(number), '4812 0735 9144');
  assert.equal(formatNumber('48120'), '4812 0');
  assert.equal(formatNumber('4812'), '4812');
  assert.equal(formatNumber(''), '');
  assert.equal(digitsOf(formatNumber(number)), number);
});
