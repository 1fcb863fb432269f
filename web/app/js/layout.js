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
