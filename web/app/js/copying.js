// @ts-check
// A value that somebody takes along.

import { announce, fill, h } from './dom.js';
import { icon } from './icons.js';

/**
 * A button that copies a text.
 * @param {string} text
 * @param {string} what it is called
 * @param {string} [words] beside the sign
 */
export function copyButton(text, what, words = '') {
  const button = h('button', {
    class: 'button button-quiet min-w-11 px-2.5', type: 'button', 'aria-label': words || `Copy the ${what}`,
    on: { click: () => copy() },
  }, icon('copy'), words);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      announce(`This browser does not let the page copy. The ${what} is ${text}.`);
      return;
    }
    fill(button, icon('check'), words && 'Copied');
    announce(`The ${what} is copied.`);
    setTimeout(() => fill(button, icon('copy'), words), 2000);
  };
  return button;
}
