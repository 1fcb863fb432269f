// @ts-check
// Who is signed in. The access token is kept here, in memory, and nowhere else; the refresh token is in a cookie that no
// script can read. All tabs of a browser share both the session and each renewal of it.

import { base } from './base.js';
import { Refusal, Unreachable, refusalOf } from './problems.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {{ token: string, expires: number, account: string, role: Schemas['Role'] }} Session */
/** @typedef {'none' | 'signed-out' | 'signed-out-elsewhere' | 'ended' | 'locked' | 'changed'} Reason why nobody is signed in */

const early = 60_000; // milliseconds before its end at which a token is renewed
const patience = 200; // milliseconds that other tabs have to hand over a token

/** What tabs share is of one bank alone: another one may be on the same origin, below another path. */
const shared = `bankcore${base}`;

/** @type {Session | null} */
let current = null;
/** @type {Reason} */
let reason = 'none';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Set<() => void>} */
const listeners = new Set();
const channel = new BroadcastChannel(shared);

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
  if (!(await state.json()).signed_in) return;
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
  const response = await ask('POST', '/auth/login', { account_number: account, pin, session: 'cookie' });
  take(await response.json());
  tell({ type: 'signed-in', session: current });
  changed();
}

/** Signs this browser out, in all tabs. */
export async function signOut() {
  const leaving = current;
  if (!leaving) return;
  try {
    await ask('POST', '/auth/logout', undefined, { Authorization: `Bearer ${leaving.token}` });
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
 * Renews the access token, once for all tabs: whoever gets the lock first asks the bank, and the others take what it got.
 * @param {string} spent the token that is not good any more; if there is another one by now, that one is
 */
export async function renew(spent) {
  await navigator.locks.request(`${shared}-renewal`, async () => {
    if (current && current.token !== spent) return;
    if (!current && spent !== '') throw new Refusal(endedProblem, 0); // somebody else has been told already
    const handed = await fromAnotherTab(spent);
    if (handed) {
      adopt(handed);
      return;
    }
    await renewAtTheBank();
  });
}

async function renewAtTheBank() {
  try {
    const response = await ask('POST', '/auth/refresh');
    const before = current;
    take(await response.json());
    tell({ type: 'renewed', session: current });
    if (before && before.account !== current?.account) drop('changed');
  } catch (error) {
    if (error instanceof Refusal && error.code === 'account_locked') drop('locked');
    else if (error instanceof Refusal && error.problem.status === 401) drop('ended');
    throw error;
  }
}

/**
 * Asks the other tabs, if there are any, for a token that is newer than the one spent here.
 * @param {string} spent
 * @returns {Promise<Session | null>}
 */
async function fromAnotherTab(spent) {
  const { held = [] } = await navigator.locks.query();
  if (held.filter((lock) => lock.name === `${shared}-tab`).length < 2) return null;
  return new Promise((resolve) => {
    const end = setTimeout(() => done(null), patience);
    /** @param {MessageEvent} event */
    const hear = (event) => {
      const offered = event.data.session;
      if ((event.data.type === 'have' || event.data.type === 'renewed') && offered && offered.token !== spent) done(offered);
    };
    /** @param {Session | null} found */
    const done = (found) => {
      clearTimeout(end);
      channel.removeEventListener('message', hear);
      resolve(found);
    };
    channel.addEventListener('message', hear);
    tell({ type: 'who-has' });
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

// Held for as long as the tab lives, so that a tab can tell whether there are others.
void navigator.locks.request(`${shared}-tab`, { mode: 'shared' }, () => new Promise(() => {}));

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
 * @param {object} [body]
 * @param {Record<string, string>} [headers]
 */
async function ask(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(base + path, {
      method, cache: 'no-store',
      headers: body ? { ...headers, 'Content-Type': 'application/json' } : headers,
      body: body ? JSON.stringify(body) : null,
    });
  } catch (error) {
    throw new Unreachable('The bank cannot be reached.', { cause: error });
  }
  if (!response.ok) throw await refusalOf(response);
  return response;
}
