import assert from 'node:assert/strict';
import { after, beforeEach, mock, test } from 'node:test';
import { Storage, bank, define, json, noStorage, problem, signIn } from './page.js';
import { intent, isHeld, newKey, payment, settle } from '../app/js/intents.js';
import { pending } from '../app/js/pending.js';
import { Refusal, Unanswered, Unreachable, Unsettled, codeOf } from '../app/js/problems.js';
import * as session from '../app/js/session.js';

const account = '481207359144';
const wish = { kind: 'transfer', account, currency: 'USD', body: { to_account: '790000000001', amount: 1_250 } };
const opening = { kind: 'open', account: '', currency: 'USD', body: { account_holder_name: 'Ada' } };

await signIn(session, { account });
after(() => {
  bank.answer = () => new Response(null, { status: 204 });
  return session.signOut(); // ends its timer
});

beforeEach(() => {
  define('localStorage', new Storage());
  bank.requests = [];
  bank.answer = () => { throw new Error('nothing is to be looked up'); };
});

function refusal(status, code) {
  return new Refusal({ type: '', title: '', status, code, detail: '', request_id: '' }, 0);
}

/** Sends an intent, and returns what it throws. */
function failing(making) {
  return making.send().then(() => null, (error) => error);
}

/** An intent whose attempts end with these errors, one after another; null is success. */
function ending(errors, alike = true, what = wish) {
  const left = [...errors];
  return intent(what, async () => {
    const error = left.shift();
    if (error) throw error;
    return 'done';
  }, alike);
}

/** Checks that the outcome is unknown, and that the record stays for the next attempt; or that both are settled. */
function expect(making, unknown, message) {
  assert.equal(making.unknown, unknown, message);
  assert.equal(pending(making.record.account, making.record.kind)?.key ?? null, unknown ? making.record.key : null, message);
  if (unknown) settle(making.record);
}

test('a key is a UUID of version 7', () => {
  for (let i = 0; i < 100; i += 1) assert.match(newKey(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a key begins with the time in milliseconds, so that later ones sort later', () => {
  mock.timers.enable({ apis: ['Date'], now: 0x0197_89ab_cdef });
  try {
    assert.equal(newKey().slice(0, 13), '019789ab-cdef');
    mock.timers.tick(0x10000);
    assert.equal(newKey().slice(0, 13), '019789ac-cdef');
  } finally {
    mock.timers.reset();
  }
});

test('no two keys are the same', () => {
  assert.equal(new Set(Array.from({ length: 10_000 }, newKey)).size, 10_000);
});

test('a request is recorded before it is sent, and its success settles it', async () => {
  const before = Date.now();
  const making = intent(wish, async (key) => {
    const kept = pending(account, 'transfer');
    assert.equal(kept.key, key);
    assert.ok(kept.at >= before);
    assert.deepEqual(kept.body, wish.body);
    return 'done';
  });
  assert.equal(making.unknown, false);
  assert.equal(await making.send(), 'done');
  expect(making, false);
});

test('what leaves the outcome unknown: no answer, or an error in place of one', async () => {
  for (const error of [new Unreachable(''), new Unanswered(''), refusal(503, 'unavailable'), refusal(500, 'internal'), refusal(502, 'internal')]) {
    const making = ending([error]);
    assert.equal(await failing(making), error);
    expect(making, true, `${error.constructor.name} ${codeOf(error)}`);
  }
});

test('what settles a first attempt: a refusal for which the bank looked the key up', async () => {
  for (const error of [refusal(400, 'invalid_request'), refusal(404, 'account_not_found'), refusal(422, 'idempotency_key_reused'), refusal(422, 'insufficient_funds')]) {
    const making = ending([error]);
    await failing(making);
    expect(making, false, error.code);
  }
});

test('such a refusal settles earlier attempts as well, if each sent the same', async () => {
  const alike = ending([new Unanswered(''), refusal(422, 'insufficient_funds')]);
  await failing(alike);
  await failing(alike);
  expect(alike, false);
  const other = ending([new Unanswered(''), refusal(422, 'insufficient_funds')], false);
  await failing(other);
  await failing(other);
  expect(other, true, 'a different request says nothing about the first');
});

test('a refusal before the key was looked up settles nothing that was sent before', async () => {
  for (const error of [refusal(401, 'token_revoked'), refusal(403, 'forbidden'), refusal(429, 'rate_limited')]) {
    const making = ending([new Unanswered(''), error]);
    await failing(making);
    await failing(making);
    expect(making, true, error.code);
  }
  assert.equal(bank.requests.length, 0);
});

test('such a refusal of a first attempt makes the page ask the bank for the key', async () => {
  for (const error of [refusal(401, 'token_revoked'), refusal(403, 'forbidden'), refusal(429, 'rate_limited')]) {
    for (const [answer, unknown] of [
      [() => problem(404, 'idempotency_key_not_found'), false], [() => json(200, {}), true], [() => problem(429, 'rate_limited'), true],
      [() => problem(404, 'account_not_found'), true], [() => { throw new TypeError('lost'); }, true],
    ]) {
      bank.answer = answer;
      const making = ending([error]);
      assert.equal(await failing(making), error);
      assert.equal(bank.requests.at(-1).url, `/accounts/${account}/idempotency-keys/${making.record.key}`);
      expect(making, unknown, `${error.code}, ${answer}`);
    }
  }
});

test('an opening has no account to ask with', async () => {
  const making = ending([refusal(429, 'rate_limited')], true, opening);
  await failing(making);
  expect(making, true);
  assert.equal(bank.requests.length, 0);
});

test('invitations are checked after the key, so their refusal settles', async () => {
  for (const code of ['invalid_invitation', 'invitation_required', 'openings_closed']) {
    const making = ending([new Unanswered(''), refusal(403, code)], true, opening);
    await failing(making);
    await failing(making);
    expect(making, false, code);
  }
});

test('each attempt has the same key, also after a reload', async () => {
  const keys = [];
  const send = async (key) => {
    keys.push(key);
    throw new Unanswered('');
  };
  const making = intent(wish, send);
  await failing(making);
  await failing(making);
  const later = intent(pending(account, 'transfer'), send);
  assert.ok(later.unknown, 'it was sent before');
  await failing(later);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  settle(making.record);
});

test('another request of the same kind is not sent until the first is settled', async () => {
  for (const storage of [new Storage(), noStorage]) {
    define('localStorage', storage);
    const first = ending([new Unanswered('')]);
    await failing(first);
    let sent = 0;
    const second = intent(wish, async () => { sent += 1; });
    assert.ok(await failing(second) instanceof Unsettled);
    assert.equal(sent, 0);
    assert.equal(pending(account, 'transfer').key, first.record.key, 'the record of the first stays');
    await intent({ ...wish, kind: 'deposit' }, async () => { sent += 1; }).send();
    assert.equal(sent, 1, 'another kind is');
    settle(first.record);
    await second.send();
    assert.equal(sent, 2);
  }
});

test('a form holds its request until it is settled, or the form is gone', async () => {
  const making = ending([new Unanswered(''), null]);
  assert.ok(!isHeld(making.record));
  await failing(making);
  assert.ok(isHeld(making.record));
  making.release();
  assert.ok(!isHeld(making.record));
  await making.send();
  assert.ok(!isHeld(making.record));
});

test('the browser asks before it leaves a page with an unknown outcome', async () => {
  const leaves = () => dispatchEvent(new Event('beforeunload', { cancelable: true }));
  assert.ok(leaves());
  const making = ending([new Unanswered(''), null]);
  await failing(making);
  assert.ok(!leaves());
  await making.send();
  assert.ok(leaves());
});

test('a payment goes to the path of its kind, with its key', async () => {
  for (const kind of ['transfer', 'deposit', 'withdraw']) {
    bank.answer = () => json(201, { kind });
    const making = payment({ ...wish, kind });
    assert.deepEqual(await making.send(), { kind });
    const { url, method, headers, body } = bank.requests.at(-1);
    assert.equal(`${method} ${url}`, `POST /accounts/${account}/${kind}`);
    assert.equal(headers['Idempotency-Key'], making.record.key);
    assert.deepEqual(JSON.parse(body), wish.body);
  }
});
