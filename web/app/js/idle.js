// @ts-check
// Ends the session on this page before the bank ends it, after a time without activity in any tab. It asks a minute before.

import * as session from './session.js';

const notice = 60_000; // milliseconds before the end at which the page asks
const tick = 1_000;

/** @type {{ update: (left: number) => void, close: () => void } | null} */
let warning = null;
let asking = false;

/** Watches for activity from now on. */
export function watch() {
  for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll']) addEventListener(type, act, { capture: true, passive: true });
  document.addEventListener('visibilitychange', act);
  setInterval(look, tick);
}

function act() {
  if (document.visibilityState !== 'visible') return;
  look(); // after a sleep past the limit, activity no longer counts
  if (!asking) session.touch();
}

function look() {
  const left = session.idleLeft();
  if (left <= 0) session.lock();
  const ask = left > 0 && left <= Math.min(notice, session.idleLimit() / 4);
  if (ask && !asking) void warn();
  if (!ask) warning?.close();
  asking = ask;
  warning?.update(left);
}

/** Asks. If the question's code cannot be loaded, the session ends without it. */
async function warn() {
  const module = await import('./idle-warning.js').catch(() => null);
  if (!module || !asking || warning) return;
  warning = module.openWarning(() => {
    warning = null;
    asking = false;
    if (session.idleLeft() > 0) session.touch(); // however it was closed, a person did it
  });
  look();
}
