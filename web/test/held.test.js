import assert from 'node:assert/strict';
import { test } from 'node:test';
import { define } from './page.js';

define('history', {});
define('location', { hash: '' });

const { faultOfFunds, fundsLine, heldFailure, heldNote, heldWarning } = await import('../app/js/held.js');
const { placerWords, waysOf } = await import('../app/js/holds.js');
const { Refusal, Unreachable } = await import('../app/js/problems.js');

const funds = (balance, held) => ({ account_number: '481207359144', balance, held_balance: held, available_balance: balance - held, currency: 'JPY', status: 'open' });
const hold = (more = {}) => ({ status: 'pending', placed_by: 'owner', to_account: '905518237466', ...more });
const refusal = (code) => new Refusal({ type: '', title: 'Title', status: 409, detail: 'Capture or void it.', code, request_id: '1' }, 0);

test('nothing is said of an account of which nothing is held', () => {
  assert.equal(heldNote(funds(500, 0)), null);
  assert.equal(heldWarning(funds(500, 0), ''), null);
  assert.equal(fundsLine(funds(500, 0)).textContent, 'You have ¥500.');
});

test('what is held is told apart from what is available', () => {
  assert.equal(heldNote(funds(500, 120)).textContent, 'Available to spendThe balance is ¥500, of which ¥120 is held. Show what is held');
  assert.equal(fundsLine(funds(500, 120)).textContent, 'You have ¥380 available. Another ¥120 is held.');
  assert.equal(heldWarning(funds(500, 120), 'Wait.').textContent, '¥120 of this account is held. Wait.');
});

test('an amount is measured against what is available', () => {
  assert.equal(faultOfFunds(funds(500, 120), 380), '');
  assert.equal(faultOfFunds(funds(500, 120), 381), 'That is more than is available: ¥120 is held.');
  assert.equal(faultOfFunds(funds(500, 120), 501), 'That is more than you have.');
  assert.equal(faultOfFunds(funds(500, 0), 500), '');
  assert.equal(faultOfFunds(funds(500, 0), 501), 'That is more than you have.');
});

test('owners use the holds that they have placed, and staff every one', () => {
  const account = funds(500, 120);
  assert.deepEqual(waysOf(hold(), { account, own: true }), { gives: true, pays: true });
  for (const placer of ['staff', 'client']) {
    assert.deepEqual(waysOf(hold({ placed_by: placer }), { account, own: true }), { gives: false, pays: false }, placer);
    assert.deepEqual(waysOf(hold({ placed_by: placer }), { account, own: false }), { gives: true, pays: true }, placer);
  }
  for (const status of ['captured', 'voided', 'expired']) assert.deepEqual(waysOf(hold({ status }), { account, own: true }), { gives: false, pays: false }, status);
});

test('a freeze stops what would leave, and not what is given back', () => {
  const frozen = (debits, credits) => ({ ...funds(500, 120), status: 'frozen', frozen: { debits, credits } });
  assert.deepEqual(waysOf(hold(), { account: frozen(true, false), own: true }), { gives: true, pays: false });
  assert.deepEqual(waysOf(hold(), { account: frozen(false, true), own: true }), { gives: true, pays: true });
});

test('where cash is the staff’s alone, owners pay others from their holds, and withdraw nothing', async () => {
  document.documentElement.dataset.cash = 'staff';
  const { waysOf: ways } = await import('../app/js/holds.js?cash=staff');
  const account = funds(500, 120);
  assert.deepEqual(ways(hold({ to_account: undefined }), { account, own: true }), { gives: true, pays: false });
  assert.deepEqual(ways(hold({ to_account: undefined }), { account, own: false }), { gives: true, pays: true });
  assert.deepEqual(ways(hold(), { account, own: true }), { gives: true, pays: true });
  delete document.documentElement.dataset.cash;
});

test('who holds money is named for who reads it', () => {
  assert.equal(placerWords(hold(), true), 'You');
  assert.equal(placerWords(hold(), false), 'The customer');
  assert.equal(placerWords(hold({ placed_by: 'staff' }), true), 'The bank');
  assert.equal(placerWords(hold({ placed_by: 'client' }), true), 'A service of the bank');
});

test('refusals for holds are in plain words, and others are left alone', () => {
  for (const code of ['account_has_holds', 'hold_not_pending', 'hold_expired', 'hold_exceeded']) assert.doesNotMatch(heldFailure(refusal(code)).textContent, /capture|void/i, code);
  assert.match(heldFailure(refusal('account_has_holds')).textContent, /Pay what is held or give it back/);
  assert.equal(heldFailure(refusal('account_frozen')), null);
  assert.equal(heldFailure(new Unreachable('')), null);
});
