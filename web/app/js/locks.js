// @ts-check
// Turns that the tabs of this browser take.

import { base } from './base.js';

/** What this bank's channels, locks and records are called by: several banks may be below one host. */
export const ours = `bankcore${base}`;

/**
 * Does work while no other tab does work of the same name. One that has the turn for too long, because it hangs or sleeps, is
 * not waited for, so the work must be safe without the turn; where browsers have no locks it is done at once.
 * @template T
 * @param {string} name
 * @param {number} wait milliseconds
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inTurn(name, wait, work) {
  if (!navigator.locks) return work();
  const waiting = new AbortController();
  let begun = false;
  const timer = setTimeout(() => waiting.abort(), wait);
  try {
    return await navigator.locks.request(`${ours} ${name}`, { signal: waiting.signal }, () => {
      begun = true;
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    if (begun || !waiting.signal.aborted) throw error;
    return work();
  }
}

/** Shows other tabs that this one lives, for as long as it does. */
export function beCounted() {
  void navigator.locks?.request(`${ours} tab`, { mode: 'shared' }, () => new Promise(() => {}));
}

/** Whether there may be other tabs. */
export async function haveCompany() {
  if (!navigator.locks) return true;
  const { held = [] } = await navigator.locks.query();
  return held.filter((lock) => lock.name === `${ours} tab`).length > 1;
}
