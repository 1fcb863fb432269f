import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCurrencies } from './page.js';
import { h } from '../app/js/dom.js';
import { askerWords, wantedText, whyUndecided } from '../app/js/request-words.js';

await loadCurrencies();
const [own, others] = ['481207359144', '905518237466'];
const request = (more) => ({ kind: 'change_name', status: 'pending', account_number: others, may_decide: false, requested_by: 'customer', wanted: {}, ...more });

test('who cannot decide is told why', () => {
  const employee = { role: 'employee', numbers: [own] };
  const admin = { role: 'admin', numbers: [own] };
  assert.equal(whyUndecided(request({ may_decide: true }), 'customer', employee), '');
  assert.equal(whyUndecided(request({ status: 'approved' }), 'customer', employee), '');
  assert.match(whyUndecided(request({ account_number: own }), 'employee', employee), /your own account/);
  assert.match(whyUndecided(request({ kind: 'change_role' }), 'customer', employee), /Only an administrator/);
  assert.match(whyUndecided(request(), 'employee', employee), /Only an administrator/);
  assert.match(whyUndecided(request(), 'customer', employee), /asked for this yourself/);
  assert.match(whyUndecided(request({ kind: 'change_role' }), 'employee', admin), /asked for this yourself/);
});

test('each kind of request says what is wanted', () => {
  const text = (kind, wanted) => h('p', null, wantedText({ kind, wanted }, 'USD')).textContent;
  assert.equal(text('change_name', { name: 'Ada King' }), 'The name becomes Ada King.');
  assert.equal(text('raise_limit', { per_transfer: 50_000, monthly: 0 }), 'The limits become: per payment $500.00, per month $0.00.');
  assert.equal(text('raise_limit', {}), 'The limits become: none.');
  assert.equal(text('close_account', { sweep_to: others }), 'What is left goes to 9055 1823 7466.');
  assert.equal(text('close_account', {}), 'It will be empty by then.');
  assert.equal(text('change_role', { role: 'admin' }), 'The role becomes: administrator.');
  assert.equal(text('deposit', { amount: 250_000, description: 'Car' }), '$2,500.00, Car.');
  assert.equal(text('withdrawal', { amount: 250_000 }), '$2,500.00.');
});

test('who has asked is named, unless it is a program', () => {
  const words = (more) => h('p', null, askerWords(request(more))).textContent;
  assert.equal(words({ requested_by: 'staff', requested_by_name: 'Grace Hopper' }), 'Grace Hopper');
  assert.equal(words({ requested_by: 'client' }), 'A service client');
});
