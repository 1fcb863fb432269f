import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Storage, define, noStorage } from './page.js';
import { allPending, forget, keep, onPending, pending } from '../app/js/pending.js';

const account = '481207359144';
const record = { kind: 'transfer', key: '0197-a', account, currency: 'USD', body: { to_account: '790000000001', amount: 1_250, description: 'Rent' }, at: 1_790_000_000_000 };
const name = `bankcore pending ${account} transfer`;

beforeEach(() => define('localStorage', new Storage()));

test('a record is read back as it was kept, also by a page that is loaded later', async () => {
  keep(record);
  assert.deepEqual(pending(account, 'transfer'), record);
  assert.deepEqual(localStorage.names, [name]);
  assert.deepEqual((await import('../app/js/pending.js?later')).pending(account, 'transfer'), record);
});

test('an account has one record of each kind', () => {
  const deposit = { ...record, kind: 'deposit', key: '0197-b', body: { amount: 5 } };
  keep(record);
  keep(deposit);
  keep({ ...record, key: '0197-c' });
  assert.equal(pending(account, 'transfer').key, '0197-c');
  assert.deepEqual(allPending(account).map(({ key }) => key), ['0197-c', '0197-b']);
  assert.equal(pending(account, 'withdraw'), null);
});

test("another account's record is not shown", () => {
  keep(record);
  assert.equal(pending('790000000001', 'transfer'), null);
  assert.deepEqual(allPending('790000000001'), []);
  localStorage.setItem('bankcore pending 790000000001 transfer', JSON.stringify(record));
  assert.equal(pending('790000000001', 'transfer'), null, 'whatever its name in the storage');
  localStorage.setItem(`bankcore pending ${account} deposit`, JSON.stringify(record));
  assert.equal(pending(account, 'deposit'), null, 'nor one of another kind');
});

test('what is not a record counts as none', () => {
  const broken = [
    '', '{', 'null', '5', '"text"', '[]', '{}', { ...record, kind: 'theft' }, { ...record, key: undefined }, { ...record, key: '' }, { ...record, key: 'ä' },
    { ...record, key: 'a\nb' }, { ...record, key: 'a'.repeat(256) }, { ...record, currency: 'usd' }, { ...record, currency: 5 }, { ...record, body: null },
    { ...record, body: 'text' }, { ...record, body: { ...record.body, amount: 12.5 } }, { ...record, body: { ...record.body, amount: '1250' } },
    { ...record, body: { ...record.body, amount: 2 ** 53 } }, { ...record, body: { ...record.body, to_account: 79 } }, { ...record, at: undefined }, { ...record, at: 'now' },
  ];
  for (const one of broken) {
    const text = typeof one === 'string' ? one : JSON.stringify(one);
    localStorage.setItem(name, text);
    assert.equal(pending(account, 'transfer'), null, text);
  }
  localStorage.setItem(name, JSON.stringify(record));
  assert.notEqual(pending(account, 'transfer'), null);
});

test('a record of many transfers keeps them all', () => {
  const items = [{ to_account: '790000000001', amount: 1_250, reference: '7' }, { to_account: '790000000001', amount: 1, description: 'Rent' }];
  const many = { ...record, kind: 'transfers', body: { mode: 'each', items } };
  keep(many);
  assert.deepEqual(pending(account, 'transfers'), many);
  assert.deepEqual(allPending(account), [many]);
  for (const body of [{}, { items: [] }, { items: 'all' }, { items: [null] }, { items: [{ ...items[0], amount: '5' }] }, { items: [{ ...items[0], reference: 5 }] }]) {
    localStorage.setItem(`bankcore pending ${account} transfers`, JSON.stringify({ ...many, body }));
    assert.equal(pending(account, 'transfers'), null, JSON.stringify(body));
  }
});

test('a record is forgotten, unless another one has taken its place', () => {
  keep(record);
  forget({ ...record, key: '0197-b' });
  assert.notEqual(pending(account, 'transfer'), null);
  forget(record);
  assert.equal(pending(account, 'transfer'), null);
  assert.deepEqual(localStorage.names, []);
});

test('without storage, a record lives as long as the page', () => {
  define('localStorage', noStorage);
  assert.equal(pending(account, 'transfer'), null);
  keep(record);
  assert.deepEqual(pending(account, 'transfer'), record);
  assert.deepEqual(allPending(account), [record]);
  forget(record);
  assert.equal(pending(account, 'transfer'), null);
});

test('listeners hear of each change, here and in another tab', () => {
  let heard = 0;
  const listening = new AbortController();
  onPending(() => { heard += 1; }, listening.signal);
  keep(record);
  assert.equal(heard, 1);
  forget(record);
  assert.equal(heard, 2);
  const stored = (key) => dispatchEvent(Object.assign(new Event('storage'), { key }));
  stored(name);
  assert.equal(heard, 3);
  stored(null); // everything was cleared
  assert.equal(heard, 4);
  stored('bankcore/other pending 481207359144 transfer');
  stored('theme');
  assert.equal(heard, 4, "another bank's, or another program's");
  listening.abort();
  keep(record);
  assert.equal(heard, 4);
});
