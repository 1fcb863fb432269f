import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from './page.js';
import { faultOfLength, faultOfPin, field, form, newPinField, pinField } from '../app/js/forms.js';
import { Refusal } from '../app/js/problems.js';

test('a PIN has 4 to 12 ASCII digits', () => {
  for (const pin of ['1234', '482913', '123456789012']) assert.equal(faultOfPin(pin), '', pin);
  for (const pin of ['', '123', '1234567890123', '12 34', '12a4', '-123', '1234\n', '١٢٣٤']) assert.equal(faultOfPin(pin), 'A PIN has 4 to 12 digits.', pin);
});

test('a longer PIN can be asked for', () => {
  assert.equal(faultOfPin('12345', 6), 'A PIN has 6 to 12 digits.');
  assert.equal(faultOfPin('123456', 6), '');
});

test('a PIN is read in digits of any script', () => {
  const pin = pinField('PIN', 'current-password');
  pin.input.value = '\u200f٤٨٢٩١٣';
  assert.equal(pin.value(), '482913');
});

test('a PIN is hidden, typed on a number pad, and known to password managers', () => {
  for (const [pin, purpose] of [[pinField('PIN', 'current-password'), 'current-password'], [newPinField('New PIN'), 'new-password']]) {
    assert.equal(pin.input.getAttribute('type'), 'password');
    assert.equal(pin.input.getAttribute('inputmode'), 'numeric');
    assert.equal(pin.input.getAttribute('autocomplete'), purpose);
  }
});

test("a text's length is counted in code points", () => {
  assert.equal(faultOfLength('🏠'.repeat(10), 10), '');
  assert.equal(faultOfLength('🏠'.repeat(11), 10), 'At most 10 characters, please.');
});

/** A form of one field, and a function that presses its button. */
function one(check, send, pointers = {}) {
  const name = field('Name', {});
  const made = form({ fields: [name], action: 'Go', check: () => [[name, check()]], send, pointers: { ...pointers, '/name': name } });
  return { name, fault: () => name.node.childNodes[3].textContent, submit: () => made.dispatchEvent(new Event('submit', { cancelable: true })) };
}

test('nothing is sent while a field is at fault', async () => {
  let [sent, fault] = [0, 'Enter a name.'];
  const made = one(() => fault, async () => { sent += 1; });
  made.submit();
  await settled();
  assert.equal(sent, 0);
  assert.equal(made.fault(), 'Enter a name.');
  fault = '';
  made.submit();
  await settled();
  assert.equal(sent, 1);
  assert.equal(made.fault(), '');
});

test('a form sends one request at a time', async () => {
  let sent = 0;
  let finish = () => {};
  const made = one(() => '', () => new Promise((resolve) => { sent += 1; finish = resolve; }));
  made.submit();
  made.submit();
  assert.equal(sent, 1);
  finish();
  await settled();
  made.submit();
  assert.equal(sent, 2);
});

test('a refusal is shown at the field that it points to', async () => {
  const made = one(() => '', async () => {
    throw new Refusal({ type: '', title: '', status: 422, code: 'invalid_request', detail: '', request_id: '', errors: [{ pointer: '/name', detail: 'is too long' }] }, 0);
  });
  made.submit();
  await settled();
  assert.equal(made.fault(), 'This is too long.');
  made.name.input.dispatchEvent(new Event('input'));
  assert.equal(made.fault(), '', 'until something is typed');
});
