import assert from 'node:assert/strict';
import { test } from 'node:test';
import { define } from './page.js';

define('history', {});
define('location', { hash: '' });

const { extent, outlook, rhythm, runWords } = await import('../app/js/standing-orders.js');
const { endsMonth } = await import('../app/js/pages/standing-order-new.js');

test('a rhythm says how often, and on the last day of the month', () => {
  assert.equal(rhythm({ frequency: 'once', every: 1 }), 'Once');
  assert.equal(rhythm({ frequency: 'weekly', every: 1 }), 'Every week');
  assert.equal(rhythm({ frequency: 'monthly', every: 3, day: 15 }), 'Every 3 months');
  assert.equal(rhythm({ frequency: 'monthly', every: 1, day: 31 }), 'Every month, on the last day of the month');
});

test('an order goes on until a date, for a number of dates, or until it is ended', () => {
  assert.equal(extent({ until: '2027-01-31' }), 'Until Jan 31, 2027');
  assert.equal(extent({ times: 1 }), '1 date');
  assert.equal(extent({ times: 12 }), '12 dates');
  assert.equal(extent({}), 'Until it is ended');
});

test('what comes next depends on the status', () => {
  assert.equal(outlook({ status: 'active', next_on: '2027-01-31' }), 'Next on Jan 31, 2027');
  assert.equal(outlook({ status: 'active', next_on: '2027-01-31', retry_on: '2027-02-01' }), 'The balance was too low on Jan 31, 2027. It is tried again on Feb 1, 2027.');
  assert.equal(outlook({ status: 'ended', end_reason: 'recipient_closed' }), 'It ended because the recipient’s account was closed.');
  assert.equal(outlook({ status: 'completed' }), 'Its last date has run.');
});

test('a run says what became of its date', () => {
  assert.equal(runWords({ status: 'posted' }), 'Sent');
  assert.equal(runWords({ status: 'skipped', code: 'insufficient_funds' }), 'Skipped. The balance was too low.');
  assert.equal(runWords({ status: 'failed', code: 'internal' }), 'Failed.');
});

test('the last day of a month', () => {
  for (const date of ['2026-11-30', '2027-02-28', '2028-02-29', '2026-12-31']) assert.equal(endsMonth(date), true, date);
  for (const date of ['2028-02-28', '2026-12-30', '']) assert.equal(endsMonth(date), false, date);
});
