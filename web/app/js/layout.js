// @ts-check
// The building blocks of pages.

import { h } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * A page's heading, with its actions beside it.
 * @param {string} title
 * @param {...Child} beside
 */
export function heading(title, ...beside) {
  return h('div', { class: 'mb-5 flex flex-wrap items-center justify-between gap-3' },
    h('h1', { class: 'title' }, title),
    beside.length > 0 ? h('div', { class: 'flex flex-wrap gap-2' }, beside) : null);
}

/**
 * A card with a heading of its own.
 * @param {string} title
 * @param {Child | Child[]} content
 * @param {{ beside?: Child, class?: string, note?: string }} [options]
 */
export function section(title, content, { beside = null, class: classes = '', note = '' } = {}) {
  return h('section', { class: `card min-w-0 overflow-hidden ${classes}` },
    h('div', { class: 'flex min-h-14 flex-wrap items-center justify-between gap-x-4 px-4 pt-2 sm:px-5' },
      h('h2', { class: 'font-semibold' }, title), beside),
    note ? h('p', { class: 'px-4 pb-3 text-sm text-soft sm:px-5' }, note) : null,
    content);
}

/**
 * The heading of a page for people who are not signed in.
 * @param {Child | Child[]} title
 * @param {string} [advice]
 */
export function welcome(title, advice = '') {
  return h('div', { class: 'mb-6' },
    h('h1', { class: 'title' }, title),
    advice ? h('p', { class: 'mt-2 text-soft' }, advice) : null);
}

/**
 * A button that loads more.
 * @param {() => Promise<void>} more
 */
export function moreButton(more) {
  const button = h('button', { class: 'button button-plain', type: 'button' }, 'Load more');
  button.addEventListener('click', async () => {
    button.disabled = true;
    button.textContent = 'Loading…';
    await more();
    button.disabled = false;
    button.textContent = 'Load more';
  });
  return button;
}

/** Where outcomes.js reports on requests that got no answer. The frame has the place before that code is loaded. */
export const outcomePlace = h('section', { class: 'mx-auto w-full max-w-5xl min-w-0 space-y-3 px-4 pt-6 empty:hidden sm:px-8', 'aria-label': 'Unanswered requests' });

/** @type {((account: string) => void) | null} */
let listener = null;
let account = '';

/**
 * Sets the function that fills the place, which is called at each page view.
 * @param {(account: string) => void} fillPlace
 */
export function onOutcomes(fillPlace) {
  listener = fillPlace;
  showOutcomes(account);
}

/**
 * Shows what became of an account's requests.
 * @param {string} owner '' where the page shows no account
 */
export function showOutcomes(owner) {
  account = owner;
  if (listener && account) listener(account);
}
