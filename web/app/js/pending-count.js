// @ts-check
// How many requests wait for a decision, in the navigation of staff.

import { call } from './api.js';
import { h } from './dom.js';
import * as session from './session.js';

const pause = 60_000; // milliseconds; each look is an event of the audit trail

const most = 999; // the navigation has no room for more

let known = { account: '', count: 0, at: -Infinity };

/** Shows the last known number, and reads it again if it is old. */
export async function showCount() {
  const account = session.who()?.account ?? '';
  if (known.account !== account) known = { account, count: 0, at: -Infinity };
  show();
  if (performance.now() - known.at > pause) await countAgain();
}

/** Reads the number. */
export async function countAgain() {
  const account = session.who()?.account ?? '';
  known = { ...known, at: performance.now() };
  const page = await call('get', '/admin/requests', { query: { status: 'pending', limit: 1 } }).catch(() => null); // pages that need it report the error themselves
  if (page && session.who()?.account === account) counted(page.pending);
}

/**
 * Stores a number that a page has read.
 * @param {number} count
 */
export function counted(count) {
  known = { account: session.who()?.account ?? '', count, at: performance.now() };
  show();
}

function show() {
  for (const link of document.querySelectorAll('nav a[href="#/admin/requests"]')) {
    link.querySelector('[data-count]')?.remove();
    if (known.count === 0) continue;
    (link.querySelector(':scope > span') ?? link).append(
      h('span', { class: 'ml-1 rounded-xl bg-accent-tint px-1.5 text-accent tabular-nums lg:ml-auto', 'data-count': known.count }, known.count > most ? `${most}+` : known.count, h('span', { class: 'sr-only' }, ' waiting')));
  }
}
