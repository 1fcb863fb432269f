import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Storage, bank, define, settled, signIn, tabs } from './page.js';
import { watch } from '../app/js/idle.js';
import * as session from '../app/js/session.js';

const [second, minute] = [1_000, 60_000];
mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-11-22T12:00:00Z') });
/** What the page does every second. */
let look;
define('setInterval', (work, milliseconds) => {
  assert.equal(milliseconds, second);
  look = work;
});
watch();
await import('../app/js/idle-warning.js'); // so that loading it later takes no time

/** The questions that were opened. */
const questions = [];
document.body.append = (dialog) => { questions.push(dialog); };
const asked = () => questions.some((dialog) => dialog.open);

beforeEach(async () => {
  await session.signOut();
  look(); // takes away a question that is still open
  define('localStorage', new Storage());
  document.visibilityState = 'visible';
  questions.length = 0;
  await begin(1_800);
  tabs.heard = [];
});

/** Signs in at a bank that ends idle sessions after so many seconds; undefined for never. */
async function begin(idle) {
  await signIn(session, { idle });
  await settled();
}

/** Passes time, after which the page looks at the clock. */
async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  look();
  await settled();
}

/** Passes time in which the page does nothing, as in a laptop that sleeps. */
function sleep(milliseconds) {
  mock.timers.setTime(Date.now() + milliseconds);
}

function act(type) {
  (type === 'visibilitychange' ? document : globalThis).dispatchEvent(new Event(type));
}

test('the page asks a minute before it ends the session, ten seconds before the bank would', async () => {
  await pass(29 * minute - 11 * second);
  assert.ok(!asked());
  await pass(second);
  assert.ok(asked());
  assert.match(questions[0].textContent, /You will be signed out in 60 seconds\./);
  await pass(59 * second);
  assert.match(questions[0].textContent, /You will be signed out in 1 second\./);
  assert.notEqual(session.who(), null);
  await pass(second);
  assert.equal(session.who(), null);
  assert.equal(session.whyNot(), 'idle');
  assert.ok(!asked(), 'the question is gone');
});

test('the question counts the seconds that have begun', async () => {
  await pass(29 * minute - 9.5 * second);
  assert.match(questions[0].textContent, /in 60 seconds/); // 59.5
});

test('at a short limit it asks in the last quarter, and ends after nine tenths at the latest', async () => {
  await session.signOut();
  await begin(60);
  await pass(38 * second);
  assert.ok(!asked());
  await pass(second);
  assert.ok(asked());
  await pass(14 * second);
  assert.notEqual(session.who(), null);
  await pass(second);
  assert.equal(session.who(), null);
});

test('a session without a limit neither asks nor ends', async () => {
  await session.signOut();
  await begin(undefined);
  assert.equal(session.idleLeft(), Infinity);
  sleep(24 * 60 * minute);
  await pass(second);
  assert.ok(!asked());
  assert.notEqual(session.who(), null);
});

test('pointers, keys, wheels, scrolling and coming back to the page count as activity', async () => {
  for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'visibilitychange']) {
    sleep(20 * minute);
    act(type);
    assert.equal(session.idleLeft(), 30 * minute - 10 * second, type);
  }
});

test('nothing else counts as activity', () => {
  sleep(20 * minute);
  for (const type of ['focus', 'blur', 'resize', 'online', 'storage', 'hashchange', 'keyup']) act(type);
  document.visibilityState = 'hidden';
  for (const type of ['pointermove', 'scroll', 'visibilitychange']) act(type);
  assert.equal(session.idleLeft(), 10 * minute - 10 * second, 'nor anything on a page that is not shown');
});

test('activity in another tab counts, and takes the question away', async () => {
  await pass(29 * minute);
  assert.ok(asked());
  tabs.say({ type: 'active', at: Date.now() });
  await pass(second);
  assert.ok(!asked());
  assert.ok(session.idleLeft() > 29 * minute);
  tabs.say({ type: 'active', at: Date.now() - 20 * minute });
  assert.ok(session.idleLeft() > 29 * minute, 'a late message takes nothing back');
});

test('other tabs hear of activity here, once a second', async () => {
  const told = () => tabs.heard.filter(({ type }) => type === 'active').map(({ at }) => at - Date.now());
  await pass(2 * second);
  act('keydown');
  act('keydown');
  assert.deepEqual(told(), [0]);
  await pass(second);
  act('keydown');
  assert.deepEqual(told(), [-second]);
  await pass(1);
  act('keydown');
  assert.deepEqual(told(), [-second - 1, 0]);
});

test('while the page asks, only an answer counts', async () => {
  await pass(29 * minute);
  assert.ok(asked());
  const left = session.idleLeft();
  for (const type of ['pointermove', 'keydown', 'scroll']) act(type);
  assert.equal(session.idleLeft(), left);
  questions[0].close();
  assert.equal(session.idleLeft(), 30 * minute - 10 * second, 'however the question was closed');
  await pass(second);
  assert.ok(!asked());
  await pass(29 * minute);
  assert.ok(asked(), 'it asks again the next time');
});

test('activity after the limit ends the session: the laptop was asleep', () => {
  sleep(31 * minute);
  act('pointermove');
  assert.equal(session.who(), null);
  assert.equal(session.whyNot(), 'idle');
  assert.equal(questions.length, 0);
});

test('an idle session ends in all tabs and at the bank, and is remembered as one', async () => {
  bank.requests = [];
  sleep(31 * minute);
  await pass(second);
  assert.deepEqual(tabs.heard.map(({ type }) => type), ['idle']);
  assert.ok(bank.requests.some(({ url }) => url === '/auth/logout'));
  assert.deepEqual(session.whatIdled(), { account: '481207359144', idle: 30 * minute });
  assert.deepEqual(localStorage.names, [], 'the note that it is still to be ended is gone');
});

test('a session that the bank could not be asked to end stays noted, and the page asks again', async () => {
  const { answer } = bank;
  bank.answer = () => { throw new TypeError('lost'); };
  session.lock();
  await settled();
  assert.deepEqual(localStorage.names, ['bankcore to end']);
  bank.answer = answer;
  await pass(15 * second);
  assert.deepEqual(localStorage.names, []);
});

test('a session that ended idle in another tab ends here', () => {
  tabs.say({ type: 'idle' });
  assert.equal(session.who(), null);
  assert.equal(session.whyNot(), 'idle');
});
