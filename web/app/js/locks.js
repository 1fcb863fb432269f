// @ts-check
// Locks that the tabs of this browser share.

import { base } from './requests.js';

/** The prefix of this bank's channels, locks and records: one host may serve several banks. */
export const ours = `bankcore${base}`;

/**
 * Runs work while no other tab runs work of the same name. A tab that holds the lock for too long, because it hangs or sleeps,
 * is not waited for, so the work must be safe without the lock. Without support for locks it runs at once.
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

/** Lets other tabs know that this one is open. */
export function announceTab() {
  void navigator.locks?.request(`${ours} tab`, { mode: 'shared' }, () => new Promise(() => {}));
}

/** Whether there may be other tabs. */
export async function hasOtherTabs() {
  if (!navigator.locks) return true;
  const { held = [] } = await navigator.locks.query();
  return held.filter((lock) => lock.name === `${ours} tab`).length > 1;
}
