// @ts-check
// A session's requests to the bank; the browser adds the cookie.

import { ours } from './locks.js';
import { Refusal, Unreachable, contentOf, refusalOf } from './problems.js';
import { base, deadlines, request } from './requests.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/** How long each attempt at a renewal waits. All start within the ten seconds in which the bank repeats its answer. */
const attempts = [3_000, 3_000, 4_000];

/** Whether the cookie belongs to a session that has not ended. */
export async function isSignedIn() {
  const state = await ask('GET', '/auth/session');
  return (await contentOf(state)).signed_in;
}

/**
 * @param {Schemas['LoginRequest']} body
 * @returns {Promise<Schemas['TokenPair']>}
 */
export async function login(body) {
  return contentOf(await ask('POST', '/auth/login', { body }));
}

/**
 * Asks for new tokens, and asks again if no answer comes.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Schemas['TokenPair']>}
 */
export async function askForTokens(signal) {
  let missing;
  for (const deadline of attempts) {
    const until = Date.now() + deadline;
    try {
      const response = await ask('POST', '/auth/refresh', { deadline, signal });
      return await contentOf(response);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      missing = error;
    }
    await pause(Math.min(until - Date.now(), 1_000));
  }
  throw missing;
}

/**
 * Ends a session, whose access token may have expired.
 * @param {{ token: string, expires: number } | null} leaving null if only the cookie is left
 */
export async function end(leaving) {
  try {
    const token = leaving && leaving.expires > Date.now() ? leaving.token : (await askForTokens()).access_token;
    await ask('POST', '/auth/logout', { headers: { Authorization: `Bearer ${token}` } });
  } catch (error) {
    // A session that has ended needs no ending. Otherwise its cookie still works, and the caller must know.
    if (!(error instanceof Refusal) || error.problem.status !== 401) throw error;
  }
  noteToEnd(false);
}

const toEnd = `${ours} to end`;

/**
 * Notes whether a session is still to be ended. The note outlives the page: the cookie would let in anyone who opens another.
 * @param {boolean} yes
 */
export function noteToEnd(yes) {
  try {
    if (yes) localStorage.setItem(toEnd, '1');
    else localStorage.removeItem(toEnd);
  } catch {
    // No storage: the bank ends it by itself soon.
  }
}

/** Whether a session is still to be ended. */
export function isToEnd() {
  try {
    return localStorage.getItem(toEnd) !== null;
  } catch {
    return false;
  }
}

/** @param {number} milliseconds */
export function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds, null); });
}

/**
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
