// @ts-check
// A value that somebody takes along.

import { announce, fill, h } from './dom.js';
import { icon } from './icons.js';

/**
 * A button that copies a text.
 * @param {string} text
 * @param {string} what it is called
 */
export function copyButton(text, what) {
  const button = h('button', {
    class: 'button button-quiet min-w-11 px-2.5', type: 'button', 'aria-label': `Copy the ${what}`,
    on: { click: () => copy() },
  }, icon('copy'));
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      announce(`This browser does not let the page copy. The ${what} is ${text}.`);
      return;
    }
    fill(button, icon('check'));
    announce(`The ${what} is copied.`);
    setTimeout(() => fill(button, icon('copy')), 2000);
  };
  return button;
}
