import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Storage, bank, define, json, signIn } from './page.js';

define('location', { hash: '' });
define('history', { state: null, replaceState: (_state, _title, url) => { location.hash = url; } });
const session = await import('../app/js/session.js');
const { chosen, choose, isOpen, lineOf, nameOf, onChosen, ownNumbers, pendingOfAll, readAccounts, readChosen, totalsOf, turnTo } = await import('../app/js/accounts.js');
const { keep } = await import('../app/js/pending.js');

const [first, second, strange] = ['481207359144', '730164500219', '790000000001'];
const account = (number, more = {}) => ({ account_number: number, account_holder_name: 'Ada Lovelace', balance: 0, held_balance: 0, available_balance: 0, currency: 'USD', role: 'customer', is_locked: false, status: 'open', created_at: '', ...more });
const { signal } = new AbortController();

beforeEach(async () => {
  define('localStorage', new Storage());
  location.hash = '#/overview';
  if (session.who()) await session.signOut();
  await signIn(session, { account: first });
  const others = bank.answer;
  bank.answer = (request) => (request.url.endsWith('/accounts') ? json(200, { data: [account(first), account(second)] }) : others(request));
  bank.requests = [];
});
after(() => session.signOut());

test('until the accounts are read, only the one signed in with is known', async () => {
  assert.deepEqual(ownNumbers(), [first]);
  assert.equal(chosen(), first);
  await readAccounts();
  assert.deepEqual(ownNumbers(), [first, second]);
  await session.signOut();
  assert.deepEqual(ownNumbers(), []);
});

test('the address names the account, unless it is the one signed in with', async () => {
  await readAccounts();
  let told = 0;
  const page = new AbortController();
  onChosen(() => { told += 1; }, page.signal);
  choose(second);
  assert.equal(location.hash, `#/overview?account=${second}`);
  assert.equal(chosen(), second);
  choose(first);
  assert.equal(location.hash, '#/overview');
  page.abort();
  choose(second);
  assert.equal(told, 2);
});

test('the account that was turned to is that of the next page, too', async () => {
  await readAccounts();
  choose(second);
  location.hash = '#/transactions';
  assert.equal(await readChosen(signal), second);
  assert.equal(location.hash, `#/transactions?account=${second}`);
  turnTo(first);
  location.hash = '#/transfer';
  assert.equal(chosen(), first);
});

test('after a reload the address tells the account, if it is the customer’s', async () => {
  location.hash = `#/overview?account=${second}`;
  assert.equal(await readChosen(signal), second);
  location.hash = `#/overview?account=${strange}`;
  turnTo('');
  assert.equal(await readChosen(signal), first);
  assert.equal(location.hash, '#/overview');
});

test('another customer starts with the account of their own', async () => {
  await readAccounts();
  choose(second);
  await session.signOut();
  location.hash = '#/overview';
  await signIn(session, { account: strange });
  assert.equal(chosen(), strange);
});

test('requests that were not answered count for all accounts once these are known', async () => {
  keep({ kind: 'deposit', key: '0197-b', account: second, currency: 'USD', body: { amount: 5 }, at: 1 });
  assert.deepEqual(pendingOfAll(), []);
  await readAccounts();
  assert.deepEqual(pendingOfAll().map(({ key }) => key), ['0197-b']);
});

test('an account without a name is called by its currency, and a long name is cut for lists', () => {
  assert.equal(nameOf(account(first)), 'USD account');
  assert.equal(lineOf(account(first, { nickname: 'Roof' })), 'Roof, 9144');
  assert.equal(lineOf(account(first, { nickname: '🏖'.repeat(50) })), `${'🏖'.repeat(15)}…, 9144`);
});

test('totals are exact, of what is available, and by currency', () => {
  const most = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(totalsOf([account(first, { available_balance: most }), account(second, { available_balance: most }), account(strange, { balance: 3, held_balance: 2, available_balance: 1 }), account('1', { currency: 'EUR', available_balance: 7 })]),
    [['USD', 18_014_398_509_481_983n], ['EUR', 7n]]);
  assert.ok(!isOpen(account(first, { status: 'closed' })));
});
