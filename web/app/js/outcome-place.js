// @ts-check
// Where outcomes.js reports on requests that got no answer. It is apart because the frame has the place before that code is loaded.

import { h } from './dom.js';

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
