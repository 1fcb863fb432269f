// @ts-check
// Who is signed in. The access token is kept here, in memory, and nowhere else; the refresh token is in a cookie that no
// script can read. All tabs of a browser share both the session and each renewal of it.

import { base } from './base.js';
import { beCounted, haveCompany, inTurn, ours } from './locks.js';
import { Refusal, Unreachable, contentOf, refusalOf } from './problems.js';
import { deadlines, request } from './requests.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {{ token: string, expires: number, account: string, role: Schemas['Role'] }} Session */
/** @typedef {'none' | 'signed-out' | 'signed-out-elsewhere' | 'ended' | 'changed'} Reason why nobody is signed in */

const early = 60_000; // milliseconds before its end at which a token is renewed
const patience = 200; // milliseconds that other tabs have to hand over a token
const turn = 4_000; // milliseconds to wait for a tab that renews
/** How long each attempt at a renewal waits for its answer. All begin within the ten seconds in which the bank answers alike. */
const attempts = [3_000, 3_000, 4_000];

/** @type {Session | null} */
let current = null;
/** @type {Reason} */
let reason = 'none';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Set<() => void>} */
const listeners = new Set();
const channel = new BroadcastChannel(ours);

/** Whoever is signed in, or null. */
export function who() {
  return current;
}

/** Why nobody is signed in. */
export function whyNot() {
  return reason;
}

/**
 * Calls when somebody signs in or out, here or in another tab.
 * @param {() => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
}

/** Takes up the session of this browser, if there is one. */
export async function restore() {
  const state = await ask('GET', '/auth/session');
  if (!(await contentOf(state)).signed_in) return;
  try {
    await renew('');
  } catch (error) {
    if (!(error instanceof Refusal) || current !== null || reason === 'none') throw error;
  }
}

/**
 * Signs in; the refresh token goes into the cookie.
 * @param {string} account
 * @param {string} pin
 */
export async function signIn(account, pin) {
  const response = await ask('POST', '/auth/login', { body: { account_number: account, pin, session: 'cookie' } });
  take(await contentOf(response));
  tell({ type: 'signed-in', session: current });
  changed();
}

/** Signs this browser out, in all tabs. */
export async function signOut() {
  const leaving = current;
  if (!leaving) return;
  try {
    await ask('POST', '/auth/logout', { headers: { Authorization: `Bearer ${leaving.token}` } });
  } catch (error) {
    // A session that has ended needs no ending; otherwise the cookie still lives, and nobody is told that it does not.
    if (!(error instanceof Refusal) || error.problem.status !== 401) throw error;
  }
  tell({ type: 'signed-out' });
  drop('signed-out');
}

/** An access token that is good for a while. */
export async function freshToken() {
  if (current && current.expires - Date.now() < 10_000) await renew(current.token);
  if (!current) throw new Refusal(endedProblem, 0);
  return current.token;
}

/**
 * Renews the access token, once for all tabs: whoever gets the turn first asks the bank, and the others take what it got. One
 * that hangs is not waited for: two renewals at once get the same successor.
 * @param {string} spent the token that is not good any more; if there is another one by now, that one is
 */
export async function renew(spent) {
  const listening = new AbortController();
  const offer = offered(spent, listening.signal);
  try {
    const handed = await Promise.race([offer, inTurn('renewal', turn, () => renewInTurn(spent, offer, listening.signal))]);
    if (handed && (!current || current.token === spent)) adopt(handed);
  } finally {
    listening.abort();
  }
}

/**
 * @param {string} spent
 * @param {Promise<Session>} offer
 * @param {AbortSignal} signal
 * @returns {Promise<Session | null>} what another tab has handed over
 */
async function renewInTurn(spent, offer, signal) {
  if (current && current.token !== spent) return null;
  if (!current && spent !== '') throw new Refusal(endedProblem, 0); // somebody else has been told already
  if (await haveCompany()) {
    tell({ type: 'who-has' });
    const handed = await Promise.race([offer, pause(patience)]);
    if (handed) return handed;
  }
  await renewAtTheBank(signal);
  return null;
}

/** @param {AbortSignal} signal ends when another tab has handed over a token */
async function renewAtTheBank(signal) {
  try {
    const pair = await askForTokens(signal);
    const before = current;
    take(pair);
    tell({ type: 'renewed', session: current });
    if (before && before.account !== current?.account) drop('changed');
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 401) drop('ended');
    throw error;
  }
}

/**
 * Asks for new tokens, and asks again if no answer comes, whatever has lost it.
 * @param {AbortSignal} signal
 * @returns {Promise<Schemas['TokenPair']>}
 */
async function askForTokens(signal) {
  let missing;
  for (const deadline of attempts) {
    const end = Date.now() + deadline;
    try {
      const response = await ask('POST', '/auth/refresh', { deadline, signal });
      return await contentOf(response);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      missing = error;
    }
    await pause(Math.min(end - Date.now(), 1_000));
  }
  throw missing;
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds, null); });
}

/**
 * What another tab hands over, when one does: a token that is newer than the one spent here.
 * @param {string} spent
 * @param {AbortSignal} signal
 * @returns {Promise<Session>}
 */
function offered(spent, signal) {
  return new Promise((resolve) => {
    channel.addEventListener('message', ({ data }) => {
      const { type, session } = data;
      const ours = !current || current.account === session?.account;
      if ((type === 'have' || type === 'renewed') && session && session.token !== spent && ours) resolve(session);
    }, { signal });
  });
}

/** @param {Schemas['TokenPair']} pair */
function take(pair) {
  adopt({
    token: pair.access_token, expires: Date.now() + pair.expires_in * 1000, account: pair.account_number, role: pair.role,
  });
}

/** @param {Session} session */
function adopt(session) {
  current = session;
  reason = 'none';
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (!current) return;
  const { token, expires } = current;
  timer = setTimeout(() => { renew(token).catch(retryLater); }, Math.max(expires - Date.now() - early, 1_000));
}

/**
 * What is only unreachable is tried again; each request does so, too.
 * @param {unknown} error
 */
function retryLater(error) {
  if (current && (error instanceof Unreachable || error instanceof Refusal)) timer = setTimeout(schedule, 15_000);
}

/** @param {Reason} why */
function drop(why) {
  if (!current && reason === why) return; // and nobody who types is disturbed again
  current = null;
  reason = why;
  clearTimeout(timer);
  changed();
}

function changed() {
  for (const listener of listeners) listener();
}

/** @param {{ type: string, session?: Session | null }} message */
function tell(message) {
  channel.postMessage(message);
}

channel.addEventListener('message', ({ data }) => {
  switch (data.type) {
    case 'who-has':
      if (current && current.expires - Date.now() > early) tell({ type: 'have', session: current });
      break;
    case 'renewed':
      if (current?.account === data.session.account) adopt(data.session);
      break;
    case 'signed-in':
      if (current && current.account !== data.session.account) drop('changed');
      else if (!current) {
        adopt(data.session);
        changed();
      }
      break;
    case 'signed-out':
      if (current) drop('signed-out-elsewhere');
      break;
    default:
  }
});

beCounted();

// Timers sleep when a laptop does.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') schedule();
});

/** @type {Schemas['Problem']} */
const endedProblem = {
  type: '/problems/token_revoked', title: 'The session has ended', status: 401, code: 'token_revoked',
  detail: 'Sign in again.', request_id: '',
};

/**
 * A request of the session's own; the browser adds the cookie.
 * @param {string} method
 * @param {string} path
 * @param {{ body?: object, headers?: Record<string, string>, deadline?: number, signal?: AbortSignal }} [options]
 */
async function ask(method, path, { body, headers = {}, deadline = deadlines.changing, signal } = {}) {
  const response = await request(base + path, {
    method, cache: 'no-store', signal: signal ?? null,
    headers: body ? { ...headers, 'Content-Type': 'application/json' } : headers,
    body: body ? JSON.stringify(body) : null,
  }, { deadline });
  if (!response.ok) throw await refusalOf(response);
  return response;
}
