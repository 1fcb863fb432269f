import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsOf, lowers, raises } from '../app/js/limits.js';

test('limits are told apart from what is spent of them', () => {
  const used = (limit) => ({ limit, spent: 1, remaining: limit - 1, resets_at: '' });
  assert.deepEqual(limitsOf({ currency: 'USD', per_transfer: 500, monthly: used(2_000) }), { per_transfer: 500, daily: undefined, monthly: 2_000 });
});

test('a limit that goes, or becomes higher, is for the bank to decide', () => {
  for (const [before, after] of [
    [{ daily: 500 }, { daily: 501 }],
    [{ daily: 500 }, {}],
    [{ daily: 500 }, { per_transfer: 500 }],
    [{ per_transfer: 0 }, { per_transfer: 1 }],
    [{ per_transfer: 100, monthly: 900 }, { per_transfer: 50, monthly: 901 }],
  ]) assert.equal(raises(before, after), true, JSON.stringify([before, after]));
});

test('a limit that comes, or becomes lower, is not', () => {
  for (const [before, after] of [
    [{}, {}],
    [{}, { daily: 500 }],
    [{ daily: 500 }, { daily: 500 }],
    [{ daily: 500 }, { daily: 0, monthly: 10_000 }],
  ]) assert.equal(raises(before, after), false, JSON.stringify([before, after]));
});

test('limits can be lowered and raised at once, and are neither if they stay', () => {
  assert.equal(lowers({ daily: 500, monthly: 900 }, { daily: 400, monthly: 1_000 }), true);
  assert.equal(raises({ daily: 500, monthly: 900 }, { daily: 400, monthly: 1_000 }), true);
  assert.equal(lowers({ daily: 500 }, { daily: 500 }), false);
});
