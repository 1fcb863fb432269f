// @ts-check
// Modal dialogs. The browser keeps the focus inside, closes them on Escape, and returns the focus afterwards. Each is an entry in
// the browser's history: Back closes it, and Forward reopens it with what was entered.

import { h, newId } from './dom.js';
import { icon } from './icons.js';

/** This page's dialogs, which Forward may reopen, by their entries. @type {Map<string, () => void>} */
const windows = new Map();

if (history.state?.window) history.replaceState(history.state.below, ''); // the dialog was open before a reload
addEventListener('popstate', () => windows.get(history.state?.window)?.());
addEventListener('hashchange', () => windows.clear()); // they belong to the page that was left

/**
 * Opens a dialog.
 * @param {string} title
 * @param {(close: () => void) => Node | Node[]} content
 * @param {{ closed?: () => void }} [options]
 */
export function openDialog(title, content, { closed } = {}) {
  const id = newId();
  const entry = `${performance.timeOrigin} ${id}`; // differs from any before a reload
  const dialog = h('dialog', {
    'aria-labelledby': id,
    class: 'm-auto max-h-[92dvh] w-[calc(100%-2rem)] max-w-lg overflow-y-auto rounded-2xl border border-line bg-raised p-0 text-ink',
  });
  const atWindow = () => history.state?.window === entry;
  // The dialog closes once the browser has left its entry, so the next press acts on the right one.
  const close = () => {
    if (atWindow()) history.back();
    else dialog.close();
  };
  const left = () => {
    if (!atWindow()) dialog.close();
  };
  const show = () => {
    document.body.append(dialog);
    dialog.showModal();
    addEventListener('popstate', left);
    addEventListener('hashchange', left);
  };
  const header = h('div', { class: 'sticky top-0 flex items-center justify-between gap-4 border-b border-line bg-raised py-2 pr-2 pl-5' },
    h('h2', { class: 'min-w-0 text-[min(1.125rem,8cqi)] font-semibold', id, tabindex: '-1' }, title),
    h('button', { class: 'button button-quiet min-w-11 px-0', type: 'button', 'aria-label': 'Close', on: { click: close } }, icon('close')));
  dialog.append(header, h('div', { class: 'p-5' }, content(close)));
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener('close', () => {
    removeEventListener('popstate', left);
    removeEventListener('hashchange', left);
    dialog.remove();
    if (atWindow()) history.back(); // the browser closed it
    closed?.();
  });
  windows.set(entry, show);
  history.pushState({ window: entry, below: history.state }, '');
  show();
  return dialog;
}
