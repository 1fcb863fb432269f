import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCurrencies } from './page.js';
import { readTransfers, template, tooLarge, tooManyRows } from '../app/js/transfer-file.js';

await loadCurrencies();
const [own, friend] = ['481207359144', '905518237466'];
const account = { account_number: own, currency: 'USD' };
const read = (text, { currency = 'USD', locale } = {}) => readTransfers(text, { ...account, currency }, locale);

/** The faults of the only row of a file. */
function faults(row, head = 'to,amount,description,reference') {
  const file = read(`${head}\n${row}`);
  assert.ok('rows' in file, file.fault);
  assert.equal(file.rows.length, 1);
  return file.rows[0].faults;
}

test('a row becomes a transfer', () => {
  const { rows, unused } = read(`Name,To Account,AMOUNT,Description,Reference,\nBob,9055 1823 7466,"1,250.50", Salary ,2026-11/1,\nEve,${friend},3,,,\n`);
  assert.deepEqual(rows.map((row) => row.item), [
    { to_account: friend, amount: 125_050, description: 'Salary', reference: '2026-11/1' }, { to_account: friend, amount: 300 }]);
  assert.deepEqual(rows.map(({ line, faults: none }) => [line, none]), [[2, []], [3, []]]);
  assert.deepEqual(unused, ['Name']);
});

test('amounts are read as elsewhere, by the decimals of the currency, or with the sign that was chosen', () => {
  const minor = (amount, options) => read(`to;amount\n${friend};${amount}`, options).rows[0].item.amount;
  assert.equal(minor('1250.5'), 125_050);
  assert.equal(minor('1250,5', { locale: 'de' }), 125_050);
  assert.equal(minor('1.250', { locale: 'de' }), 125_000);
  assert.equal(minor('1.250', { currency: 'KWD' }), 1_250);
  assert.equal(minor('1,250', { currency: 'JPY' }), 1_250);
  assert.equal(minor('1250,5'), 0, 'which is a fault');
});

test('each fault is said in words', () => {
  for (const [row, fault] of [
    [',5', 'The account number is missing.'],
    ['90551823746,5', 'An account number has 12 digits.'],
    [`${friend}1,5`, 'An account number has 12 digits.'],
    ['905518237465,5', 'This number looks mistyped: its last digit does not fit the others.'],
    ['9.05518E+11,5', 'The spreadsheet has rounded this account number. Format its column as text.'],
    ['Bob,5', 'An account number has digits only.'],
    [`${own},5`, 'The money would stay where it is.'],
    [`${friend},`, 'Enter an amount.'],
    [`${friend},0`, 'The amount must be above zero.'],
    [`${friend},-5`, 'Enter the amount without a minus sign or dash.'],
    [`${friend},1.250`, 'The amount could mean $1,250.00 or $1.25. Write it as 1250.00, or choose above how amounts are written.'],
    [`${friend},1.2551`, 'USD has 2 decimals at most.'],
    [`${friend},10000000000.01`, 'The most for one payment is $10,000,000,000.00.'],
    [`${friend},5,${'a'.repeat(141)}`, 'The description has more than 140 characters.'],
    [`${friend},5,,${'🂡'.repeat(65)}`, 'The reference has more than 64 characters.'],
    [`${friend},5,"two\nlines"`, 'The description has a character that cannot be shown, such as a line break.'],
    [`${friend},5,rent, November,7`, 'It has more columns than the first row. Put a text with a separator in it between quotation marks.'],
  ]) assert.deepEqual(faults(row), [fault], row);
  assert.deepEqual(read(`to,amount\n${friend},1.25`, { currency: 'JPY' }).rows[0].faults, ['JPY has no decimals.']);
  assert.deepEqual(faults(`${friend},5,${'🂡'.repeat(140)},${'🂡'.repeat(64)}`), []);
  assert.equal(faults(`${own},0`).length, 2);
});

test('a reference that is in the file twice is a fault of the later row', () => {
  const { rows } = read(`to,amount,ref\n${friend},1,A\n${friend},1,\n${friend},1,\n${friend},1,a\n${friend},1,A`);
  assert.deepEqual(rows.map((row) => row.faults), [[], [], [], [], ['Line 2 has the same reference.']]);
});

test('a file without what it needs is refused as a whole', () => {
  for (const [text, fault] of [
    [' \n', 'Choose a file, or paste its rows.'],
    ['name,value\na,b', 'The first row needs the headers “to account” and “amount”.'],
    [`${friend},5`, 'The first row needs the headers “to account” and “amount”.'],
    ['account\n5', 'The first row needs the header “amount”.'],
    ['To,Account number,amount\n1,2,3', '“Account number” and “To” are headers of the same column. Remove one.'],
    ['to,amount\n', 'There are no rows below the headers.'],
    ['to,amount\n"', 'Line 2: a quotation mark is not closed.'],
  ]) assert.deepEqual(read(text), { fault }, text);
});

test('a file has 1,000 rows at most, and makes a request of 256 KiB at most', () => {
  const rows = (count, more = '') => `to,amount,description\n${`${friend},1,${more}\n`.repeat(count)}`;
  assert.equal(read(rows(1_000)).rows.length, 1_000);
  assert.deepEqual(read(rows(1_001)), { fault: tooManyRows });
  assert.equal(read(rows(1_000, 'a'.repeat(140))).rows?.length, 1_000);
  assert.deepEqual(read(rows(1_000, 'ä'.repeat(135))), { fault: tooLarge });
});

test('the template is itself a file, in which the number is still to come', () => {
  for (const [currency, locale] of [['USD', 'en'], ['EUR', 'de'], ['JPY', 'en'], ['KWD', 'fr']]) {
    const { rows: [row], unused } = read(template(currency, locale), { currency, locale });
    assert.deepEqual([row.faults, unused], [['The account number is missing.'], []]);
    assert.ok(row.item.amount > 0);
  }
});
