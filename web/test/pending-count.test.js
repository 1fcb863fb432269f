import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { bank, define, json, signIn } from './page.js';

let now = 0;
define('performance', { now: () => now });
const session = await import('../app/js/session.js');
const { countAgain, counted, showCount } = await import('../app/js/pending-count.js');

let pending = 0;
const asked = () => bank.requests.filter(({ url }) => url.includes('/admin/requests?')).length;

before(async () => {
  await signIn(session, { role: 'employee' });
  const others = bank.answer;
  bank.answer = (request) => (request.url.includes('/admin/requests?') ? json(200, { data: [], pending, next_cursor: null }) : others(request));
});
beforeEach(() => {
  now += 3_600_000;
  bank.requests = [];
});
after(() => session.signOut());

test('the number is read once a minute at most, since each look is an event of the audit trail', async () => {
  await showCount();
  await showCount();
  assert.equal(asked(), 1);
  now += 60_001;
  await showCount();
  assert.equal(asked(), 2);
});

test('a page that has read the requests saves another look', async () => {
  counted(3);
  await showCount();
  assert.equal(asked(), 0);
  await countAgain();
  assert.equal(asked(), 1);
});

test('a bank that does not answer leaves the page as it is, until a minute has passed', async () => {
  const answer = bank.answer;
  bank.answer = () => json(500, { code: 'internal', detail: '' });
  await showCount();
  bank.answer = answer;
  await showCount();
  assert.equal(asked(), 1);
});
