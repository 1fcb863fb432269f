import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCurrencies } from './page.js';
import { amountField } from '../app/js/amount-field.js';

await loadCurrencies();

/** A field, and what is said below it once a text is typed. */
function typed(text, { currency = 'USD', ...options } = {}) {
  const field = amountField('Amount', () => currency, options);
  field.input.value = text;
  field.input.dispatchEvent(new Event('input'));
  return { field, hint: () => field.node.childNodes[2].textContent, answers: () => field.node.childNodes[4].childNodes };
}

test('a field says how it reads an amount', () => {
  const { field, hint } = typed('1250.5');
  assert.equal(hint(), 'That is $1,250.50.');
  assert.equal(field.minor(), 125_050);
  assert.equal(field.check(), '');
});

test('an ambiguous amount is asked about, and counts as none until it is chosen', () => {
  const { field, hint, answers } = typed('1.250');
  assert.equal(hint(), 'Do you mean $1,250.00 or $1.25?');
  assert.equal(field.minor(), 0);
  assert.equal(field.check(), 'Choose the amount you mean.');
  assert.deepEqual(answers().map((button) => button.textContent), ['$1,250.00', '$1.25']);
  answers()[1].dispatchEvent(new Event('click'));
  assert.equal(field.value(), '1.25');
  assert.equal(hint(), 'That is $1.25.');
  assert.equal(answers().length, 0);
  assert.equal(field.minor(), 125);
  assert.equal(field.check(), '');
});

test('an amount must be above zero, unless it is optional', () => {
  assert.equal(typed('').field.check(), 'Enter an amount.');
  assert.equal(typed('0').field.check(), 'Enter an amount above zero.');
  for (const text of ['', ' ', '0']) {
    const { field, hint } = typed(text, { optional: true });
    assert.equal(field.check(), '', text);
    assert.equal(field.minor(), 0);
    assert.equal(hint(), '');
  }
  assert.notEqual(typed('ten', { optional: true }).field.check(), '');
});

test('an amount at fault counts as none', () => {
  const { field, hint } = typed('-5');
  assert.equal(field.minor(), 0);
  assert.equal(hint(), '');
  assert.equal(field.check(), 'Enter the amount without a minus sign or dash.');
});

test('the same digits are read again once the currency has changed', () => {
  let currency = 'KWD';
  const field = amountField('Amount', () => currency, { value: '1.234' });
  const hint = () => field.node.childNodes[2].textContent;
  assert.equal(field.minor(), 1_234, 'what was typed before is read at once');
  assert.equal(hint(), 'That is KWD\u00a01.234.');
  currency = 'JPY';
  field.refresh();
  assert.equal(hint(), 'Do you mean ¥1,234?');
  assert.equal(field.check(), 'Choose the amount you mean.');
  assert.equal(field.input.placeholder, '0');
});
