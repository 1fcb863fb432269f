// @ts-check
// The session. The access token is kept here, in memory, and nowhere else; the refresh token is in a cookie that no
// script can read. All tabs of a browser share both the session and each renewal of it.

import { askForTokens, end, isSignedIn, isToEnd, login, noteToEnd, pause } from './auth.js';
import { announceTab, hasOtherTabs, inTurn, ours } from './locks.js';
import { Refusal, Unreachable } from './problems.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/**
 * @typedef {object} Session
 * @property {string} token
 * @property {number} expires when the token does
 * @property {number} due when it is to be renewed
 * @property {number} renewed when it was
 * @property {number} idle milliseconds without activity after which the session ends
 * @property {string} account
 * @property {Schemas['Role']} role
 * @property {Schemas['RoleRequirement'][]} requires what an administrator's session lacks for that role
 */
/** @typedef {'none' | 'signed-out' | 'signed-out-elsewhere' | 'ended' | 'idle' | 'changed'} Reason why there is no session */

const early = 60_000; // milliseconds before its expiry at which a token is renewed
const margin = 10_000; // milliseconds by which this page ends an idle session before the bank does
const patience = 200; // milliseconds that other tabs have to hand over a token
const turn = 4_000; // milliseconds to wait for a tab that renews

/** @type {Session | null} */
let current = null;
/** @type {Reason} */
let reason = 'none';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** When a person last did something in any tab. */
let active = Date.now();
/** When this tab last told the others so. */
let told = 0;
/** Whether the renewal that is due waits for activity. */
let waiting = false;
/** The session that ended without activity. @type {Pick<Session, 'account' | 'idle'> | null} */
let idled = null;
/** @type {Set<() => void>} */
const listeners = new Set();
const channel = new BroadcastChannel(ours);

/** The session, or null. */
export function who() {
  return current;
}

/** Why there is no session. */
export function whyNot() {
  return reason;
}

/** The account whose session ended without activity, and its limit in milliseconds; null if none ended so. */
export function whatIdled() {
  return reason === 'idle' ? idled : null;
}

/**
 * Calls a listener after each sign-in and sign-out, here or in another tab.
 * @param {() => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
}

/** Restores this browser's session, if there is one. */
export async function restore() {
  if (!await isSignedIn()) return noteToEnd(false);
  if (isToEnd()) return end(null);
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
 * @param {string} [code] of the second factor
 * @param {() => Promise<void>} [leave] what the form does before the page changes
 */
export async function signIn(account, pin, code, leave) {
  const pair = await login({ account_number: account, pin, code, session: 'cookie' });
  await leave?.();
  noteToEnd(false);
  active = Date.now();
  take(pair);
  tell({ type: 'signed-in', session: current });
  changed();
}

/** Signs this browser out, in all tabs. */
export async function signOut() {
  if (!current) return;
  await end(current);
  tell({ type: 'signed-out' });
  drop('signed-out');
}

/** Milliseconds until the session ends here, unless there is activity. */
export function idleLeft() {
  return current ? active + current.idle - Math.min(margin, current.idle / 10) - Date.now() : Infinity;
}

/** How long the session may be idle. */
export function idleLimit() {
  return current?.idle ?? Infinity;
}

/** Notes activity, which counts for all tabs. */
export function touch() {
  active = Date.now();
  if (!current) return;
  if (active - told > 1_000) tell({ type: 'active', at: told = active });
  if (waiting) schedule();
}

/** Ends an idle session, in all tabs. */
export function lock() {
  const leaving = current;
  if (!leaving) return;
  noteToEnd(true);
  tell({ type: 'idle' });
  drop('idle');
  void keepEnding(leaving);
}

/**
 * Ends a session that this browser has forgotten already, as soon as the bank can be reached.
 * @param {Session} leaving
 */
async function keepEnding(leaving) {
  while (reason === 'idle') {
    try {
      return await end(leaving);
    } catch {
      await pause(15_000);
    }
  }
}

/** An access token that stays valid for a while. */
export async function freshToken() {
  if (current && current.expires - Date.now() < 10_000) await renew(current.token);
  if (!current) throw new Refusal(endedProblem, 0);
  return current.token;
}

/**
 * Renews the access token, once for all tabs: the first tab to get the lock asks the bank, and the others take its token. A tab
 * that hangs is not waited for: two renewals at once get the same successor.
 * @param {string} spent the token to replace; a newer one that is here by now is kept
 */
export async function renew(spent) {
  const listening = new AbortController();
  const offer = offered(spent, listening.signal);
  try {
    const handed = await Promise.race([offer, inTurn('renewal', turn, () => renewInTurn(spent, offer, listening.signal))]);
    if (handed && (current?.token ?? '') === spent) adopt(handed);
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
  if (!current && spent !== '') throw new Refusal(endedProblem, 0); // the page has been told already
  if (await hasOtherTabs()) {
    tell({ type: 'who-has' });
    const handed = await Promise.race([offer, pause(patience)]);
    if (handed) return handed;
  }
  await renewAtTheBank(signal);
  return null;
}

/** @param {AbortSignal} signal ends when another tab has handed over a token */
async function renewAtTheBank(signal) {
  const before = current;
  const left = () => before !== null && current === null; // signed out meanwhile, and the page says why
  try {
    const pair = await askForTokens(signal);
    if (left()) throw new Refusal(endedProblem, 0);
    take(pair);
    tell({ type: 'renewed', session: current });
    if (before && before.account !== current?.account) drop('changed');
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 401 && !left()) drop('ended');
    throw error;
  }
}

/**
 * Resolves to what another tab hands over: a token newer than the one spent here.
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
  const renewed = Date.now();
  const life = pair.expires_in * 1000;
  adopt({
    token: pair.access_token, expires: renewed + life, due: renewed + life - Math.min(early, life / 4), renewed,
    idle: (pair.idle_expires_in ?? Infinity) * 1000, account: pair.account_number, role: pair.role, requires: pair.role_requires ?? [],
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
  waiting = false;
  if (!current) return;
  const { token, due, renewed, idle } = current;
  timer = setTimeout(() => {
    waiting = active <= renewed && idle < Infinity; // a renewal would count as activity for the bank
    if (!waiting) renew(token).catch(retryLater);
  }, Math.max(due - Date.now(), 1_000));
}

/**
 * Tries again later if the bank refused or was not reached; each request tries, too.
 * @param {unknown} error
 */
function retryLater(error) {
  if (current && (error instanceof Unreachable || error instanceof Refusal)) timer = setTimeout(schedule, 15_000);
}

/** @param {Reason} why */
function drop(why) {
  if (!current && reason === why) return; // what is being typed is not disturbed
  if (why === 'idle' && current) idled = { account: current.account, idle: current.idle };
  current = null;
  reason = why;
  clearTimeout(timer);
  changed();
}

function changed() {
  for (const listener of listeners) listener();
}

/** @param {{ type: string, session?: Session | null, at?: number }} message */
function tell(message) {
  channel.postMessage(message);
}

channel.addEventListener('message', ({ data }) => {
  switch (data.type) {
    case 'who-has':
      if (current && current.due > Date.now()) tell({ type: 'have', session: current });
      break;
    case 'renewed':
      if (current?.account === data.session.account) adopt(data.session);
      break;
    case 'active':
      active = Math.max(active, data.at);
      break;
    case 'idle':
      if (current) drop('idle');
      break;
    case 'signed-in':
      active = Date.now();
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

announceTab();

// Timers sleep when a laptop does.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') schedule();
});

/** @type {Schemas['Problem']} */
const endedProblem = {
  type: '/problems/token_revoked', title: 'The session has ended', status: 401, code: 'token_revoked',
  detail: 'Sign in again.', request_id: '',
};
