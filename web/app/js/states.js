// @ts-check
// What part of a page shows in place of data: that it is loading, that there is none, or what went wrong.

import { announce, fill, h } from './dom.js';
import { icon } from './icons.js';
import { Refusal, Unanswered, Unreachable, Unsettled } from './problems.js';

/**
 * Grey shapes where text will be.
 * @param {number} lines
 */
export function skeleton(lines) {
  const widths = ['w-full', 'w-4/5', 'w-11/12', 'w-3/5'];
  return h('div', { class: 'space-y-3 p-5', 'aria-hidden': 'true' },
    Array.from({ length: lines }, (_, i) => h('div', { class: `skeleton h-5 ${widths[i % widths.length]}` })));
}

/**
 * @param {string} title
 * @param {string} advice
 * @param {Node} [action]
 */
export function empty(title, advice, action) {
  return h('div', { class: 'px-5 py-10 text-center' },
    h('p', { class: 'font-medium' }, title),
    h('p', { class: 'mx-auto mt-1 max-w-sm text-sm text-soft' }, advice),
    action ? h('div', { class: 'mt-4' }, action) : null);
}

/**
 * Says what went wrong, and what to do.
 * @param {unknown} error
 * @param {(() => void) | null} [retry]
 */
export function failure(error, retry = null) {
  const { title, detail, requestId, sign, wait } = wordsOf(error);
  const again = retry ? h('button', { class: 'button button-plain', type: 'button', on: { click: retry } }, 'Try again') : null;
  const box = h('div', { class: 'rounded-lg bg-danger-tint p-4 text-sm', role: 'alert' },
    h('p', { class: 'flex items-start gap-2 font-medium text-danger' }, icon(sign), h('span', null, title)),
    wait > 0 ? null : h('p', { class: 'mt-1' }, detail), // the countdown says it better
    wait > 0 ? countdown(wait, again) : null,
    requestId ? h('p', { class: 'mt-2 text-xs break-all text-soft' }, 'Request ', h('code', null, requestId)) : null,
    again ? h('div', { class: 'mt-3' }, again) : null);
  return box;
}

/** What to show when something takes long. */
export function slowNotice() {
  return h('div', { class: 'mt-6', role: 'status' },
    h('p', null, 'This is taking longer than usual. The bank may be busy, or your connection may be slow.'),
    h('button', { class: 'button button-plain mt-3', type: 'button', on: { click: () => location.reload() } }, 'Try again'));
}

/**
 * @param {unknown} error
 * @returns {{ title: string, detail: string, requestId: string, sign: import('./icons.js').IconName, wait: number }}
 */
function wordsOf(error) {
  if (error instanceof Refusal) {
    const { title, detail, request_id: requestId, errors } = error.problem;
    const places = (errors ?? []).map((fault) => `${fault.pointer} ${fault.detail}.`).join(' ');
    const sign = error.code === 'account_locked' ? 'lock' : 'warning';
    return { title, detail: places ? `${detail} ${places}` : detail, requestId, sign, wait: error.code === 'rate_limited' ? error.retryAfter : 0 };
  }
  if (error instanceof Unanswered) {
    return { title: 'The bank does not answer', detail: 'It may be busy, or your connection may be slow. Try again in a moment.', requestId: '', sign: 'offline', wait: 0 };
  }
  if (error instanceof Unsettled) {
    return { title: 'This was not sent', detail: 'It is not known yet what happened to your previous request. Reload the page to find out.', requestId: '', sign: 'warning', wait: 0 };
  }
  if (error instanceof Unreachable) {
    return { title: 'The bank cannot be reached', detail: 'Check your connection, then try again.', requestId: '', sign: 'offline', wait: 0 };
  }
  console.error(error);
  return { title: 'Something went wrong on this page', detail: 'Reload it. If that does not help, tell the bank what you did.', requestId: '', sign: 'warning', wait: 0 };
}

/**
 * Counts down to the next allowed try, and disables a button until then.
 * @param {number} seconds
 * @param {HTMLButtonElement | null} button
 */
export function countdown(seconds, button) {
  const end = Date.now() + seconds * 1000;
  const text = h('p', { class: 'mt-2 font-medium tabular-nums' });
  if (button) button.disabled = true;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      text.textContent = `You can try again in ${left} ${left === 1 ? 'second' : 'seconds'}.`;
      setTimeout(tick, 1000);
      return;
    }
    text.textContent = 'You can try again now.';
    if (button) button.disabled = false;
    if (text.isConnected) announce('You can try again now.');
  };
  tick();
  return text;
}

/**
 * Makes an element that loads its content: a skeleton first, then the rendered answer, or what went wrong.
 * @template T
 * @param {() => Promise<T>} load
 * @param {(value: T) => Node | Node[]} render
 * @param {{ lines?: number, class?: string }} [options]
 * @returns {HTMLDivElement & { reload: () => Promise<void> }}
 */
export function region(load, render, { lines = 3, class: classes = '' } = {}) {
  const place = h('div', { class: classes, 'aria-busy': 'true' });
  const reload = async () => {
    place.setAttribute('aria-busy', 'true');
    if (!place.hasChildNodes() || place.querySelector('[role="alert"]')) fill(place, skeleton(lines));
    try {
      fill(place, render(await load()));
    } catch (error) {
      if (isAbort(error)) return;
      fill(place, h('div', { class: 'p-4' }, failure(error, reload)));
    } finally {
      place.removeAttribute('aria-busy');
    }
  };
  void reload();
  return Object.assign(place, { reload });
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}
