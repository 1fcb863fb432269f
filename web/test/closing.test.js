import assert from 'node:assert/strict';
import { test } from 'node:test';
import './page.js';
import { faultOfHeir, heirsOf } from '../app/js/closing.js';

const [own, others, third] = ['481207359144', '905518237466', '730164500219'];
const account = (number, more) => ({ account_number: number, account_holder_name: 'Ada Lovelace', balance: 500, currency: 'USD', status: 'open', ...more });

test('money can go to an open account of the same currency alone, and not to the one that is closed', () => {
  const all = [account(own), account(others), account(third, { currency: 'EUR' }), account('790000000001', { status: 'closed' }), account('790000000019', { status: 'frozen' })];
  assert.deepEqual(heirsOf(all[0], all).map((one) => one.account_number), [others, '790000000019']);
});

test('staff name an account for what is left, if something is', () => {
  assert.equal(faultOfHeir(account(own, { balance: 0 }), ''), '');
  assert.match(faultOfHeir(account(own), ''), /12 digits/);
  assert.match(faultOfHeir(account(own), '9055 1823'), /12 digits/);
  assert.match(faultOfHeir(account(own), '4812 0735 9144'), /want to close/);
  assert.match(faultOfHeir(account(own), '9055 1823 7460'), /mistyped/);
  assert.equal(faultOfHeir(account(own), '9055 1823 7466'), '');
});
