// @ts-check
// Copies texts to the clipboard, and saves files.

import { announce, fill, h } from './dom.js';
import { icon } from './icons.js';

/**
 * A button that copies a text.
 * @param {string} text
 * @param {string} what it is called
 * @param {string} [words] beside the icon
 */
export function copyButton(text, what, words = '') {
  const button = h('button', {
    class: 'button button-quiet min-w-11 px-2.5', type: 'button', 'aria-label': words || `Copy the ${what}`,
    on: { click: () => copy() },
  }, icon('copy'), words);
  const copy = async () => {
    if (!await toClipboard(text) && !copySelected(text, what, button)) return;
    fill(button, icon('check'), words && 'Copied');
    announce(`Copied: ${what}.`);
    setTimeout(() => fill(button, icon('copy'), words), 2000);
  };
  return button;
}

/**
 * Hands a file to the browser as a download.
 * @param {Blob} file
 * @param {string} name
 */
export function save(file, name) {
  const url = URL.createObjectURL(file);
  const link = h('a', { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {string} text */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // denied, or not there: pages without https have no clipboard
  }
}

/**
 * Copies by selecting the text in a field. Where the browser refuses that as well, the field stays, for copying by hand.
 * @param {string} text
 * @param {string} what
 * @param {HTMLElement} button
 */
function copySelected(text, what, button) {
  const place = h('input', { class: 'field', type: 'text', readonly: true, value: text, 'aria-label': `The ${what}, to copy` });
  button.after(place);
  place.select();
  if (document.execCommand('copy')) {
    place.remove();
    button.focus();
    return true;
  }
  const advice = h('p', { class: 'text-sm text-soft' }, 'This browser does not let the page copy. The text is selected: copy it with the keyboard or the menu.');
  place.after(advice);
  place.addEventListener('blur', () => {
    place.remove();
    advice.remove();
  }, { once: true });
  announce(`This browser does not let the page copy. Selected: ${what}.`);
  return false;
}
