import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shared } from '../app/js/sharing.js';

test('who reads at the same time shares one answer, and who reads later gets a new one', async () => {
  let reads = 0;
  const read = shared(async () => { reads += 1; return reads; });
  assert.deepEqual(await Promise.all([read(), read()]), [1, 1]);
  assert.equal(await read(), 2);
});

test('a read that failed is tried again', async () => {
  let reads = 0;
  const read = shared(async () => {
    reads += 1;
    if (reads === 1) throw new Error('gone');
    return reads;
  });
  const both = await Promise.allSettled([read(), read()]);
  assert.deepEqual(both.map(({ status }) => status), ['rejected', 'rejected']);
  assert.equal(await read(), 2);
});
