import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { bank, json, settled } from './page.js';
import { callPublic } from '../app/js/api.js';
import { Refusal, Unanswered, Unreachable, codeOf, contentOf, isUnknown, refusalOf } from '../app/js/problems.js';
import { request } from '../app/js/requests.js';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
afterEach(() => mock.timers.reset());

/** An answer that never comes; an abort ends the wait, as with fetch. */
function silence({ signal }) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** An answer whose body comes when the test sends it. */
function slowBody() {
  let source;
  const body = new ReadableStream({ start: (controller) => { source = controller; } });
  bank.answer = ({ signal }) => {
    signal.addEventListener('abort', () => source.error(signal.reason));
    return new Response(body);
  };
  return { part: (text) => source.enqueue(new TextEncoder().encode(text)), end: () => source.close(), fail: () => source.error(new TypeError('lost')) };
}

/** Watches a promise, which a mocked clock decides. */
function watched(promise) {
  const seen = { done: false, value: undefined, error: undefined };
  promise.then((value) => Object.assign(seen, { done: true, value }), (error) => Object.assign(seen, { done: true, error }));
  return seen;
}

/** Passes time, and lets what it causes happen. */
async function pass(milliseconds) {
  await settled();
  mock.timers.tick(milliseconds);
  await settled();
}

test('a change waits 10 seconds for its answer, and a reading 20', async () => {
  bank.answer = silence;
  for (const [method, seconds] of [['post', 10], ['patch', 10], ['delete', 10], ['get', 20]]) {
    const seen = watched(callPublic(method, '/accounts', {}));
    await pass(seconds * 1_000 - 1);
    assert.equal(seen.done, false, `${method} gave up early`);
    await pass(1);
    assert.ok(seen.error instanceof Unanswered, method);
  }
});

test('the deadline aborts the request', async () => {
  bank.answer = silence;
  const seen = watched(request('/x', {}, { deadline: 1_000 }));
  await pass(1_000);
  assert.ok(bank.requests.at(-1).signal.aborted);
  assert.ok(seen.error instanceof Unanswered);
});

test('the deadline is for the whole answer, not for its beginning', async () => {
  const body = slowBody();
  const seen = watched(request('/x', {}, { deadline: 1_000 }));
  await pass(900);
  body.part('{');
  await pass(100);
  assert.ok(seen.error instanceof Unanswered);
});

test('an answer that comes in parts may have the deadline for each part', async () => {
  const body = slowBody();
  const seen = watched(request('/x', {}, { deadline: 1_000, byPart: true }));
  for (const text of ['a', 'b', 'c']) {
    await pass(900);
    body.part(text);
  }
  await pass(900);
  assert.equal(seen.done, false);
  body.end();
  await settled();
  assert.equal(await seen.value.text(), 'abc');

  const stalled = slowBody();
  const lost = watched(request('/x', {}, { deadline: 1_000, byPart: true }));
  stalled.part('a');
  await pass(1_000);
  assert.ok(lost.error instanceof Unanswered);
});

test('an answer in time is handed over whole, and its deadline ends', async () => {
  bank.answer = () => json(201, { ok: true });
  const response = await request('/x', {}, { deadline: 1_000 });
  await pass(5_000);
  assert.equal(bank.requests.at(-1).signal.aborted, false);
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('Content-Type'), 'application/json');
  assert.deepEqual(await response.json(), { ok: true });
  bank.answer = () => new Response(null, { status: 204 });
  assert.equal((await request('/x', {}, { deadline: 1_000 })).status, 204);
});

test('a connection that fails is unreachable, not unanswered', async () => {
  bank.answer = () => { throw new TypeError('Failed to fetch'); };
  const refused = await request('/x', {}, { deadline: 1_000 }).catch((error) => error);
  assert.ok(refused instanceof Unreachable && !(refused instanceof Unanswered));
  const body = slowBody();
  const seen = watched(request('/x', {}, { deadline: 1_000 }));
  body.part('{');
  await settled();
  body.fail();
  await settled();
  assert.ok(seen.error instanceof Unreachable && !(seen.error instanceof Unanswered), 'also within the body');
});

test("the caller's own abort stays an abort", async () => {
  bank.answer = silence;
  for (const early of [true, false]) {
    const caller = new AbortController();
    if (early) caller.abort();
    const seen = watched(request('/x', { signal: caller.signal }, { deadline: 1_000 }));
    await settled();
    caller.abort();
    await settled();
    assert.equal(seen.error?.name, 'AbortError', early ? 'before the request' : 'during it');
  }
});

test('a refusal is the bank\'s only with a code and a detail', async () => {
  const full = { status: 422, code: 'insufficient_funds', detail: 'Too little.', title: '', type: '', request_id: 'r1' };
  const refusal = await refusalOf(new Response(JSON.stringify(full), { status: 422, headers: { 'Retry-After': '7' } }));
  assert.equal(codeOf(refusal), 'insufficient_funds');
  assert.equal(refusal.message, 'Too little.');
  assert.equal(refusal.retryAfter, 7);
  for (const text of ['', '<html>502</html>', '{}', '{"code":5,"detail":"x"}', '{"code":"x"}', 'null']) {
    const other = await refusalOf(new Response(text, { status: 422 }));
    assert.equal(codeOf(other), 'internal', text);
    assert.ok(isUnknown(other), 'whether the bank did anything is not known');
  }
  await assert.rejects(contentOf(new Response('<html>Sign in to the Wi-Fi</html>')), (error) => error instanceof Refusal && isUnknown(error));
});
