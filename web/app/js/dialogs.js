// @ts-check
// Windows above the page. The browser keeps the focus inside, closes them with Escape, and gives the focus back.

import { h, newId } from './dom.js';
import { icon } from './icons.js';

/**
 * Opens a window.
 * @param {string} title
 * @param {(close: () => void) => Node | Node[]} content
 * @param {{ mayClose?: () => boolean, closed?: () => void }} [options]
 */
export function openDialog(title, content, { mayClose = () => true, closed } = {}) {
  const id = newId();
  const dialog = h('dialog', {
    'aria-labelledby': id,
    class: 'm-auto max-h-[92dvh] w-[calc(100%-2rem)] max-w-lg overflow-y-auto rounded-2xl border border-line bg-raised p-0 text-ink',
  });
  const close = () => dialog.close();
  const header = h('div', { class: 'sticky top-0 flex items-center justify-between gap-4 border-b border-line bg-raised py-2 pr-2 pl-5' },
    h('h2', { class: 'min-w-0 text-[min(1.125rem,8cqi)] font-semibold', id, tabindex: '-1' }, title),
    h('button', {
      class: 'button button-quiet min-w-11 px-0', type: 'button', 'aria-label': 'Close',
      on: { click: () => { if (mayClose()) close(); } },
    }, icon('close')));
  dialog.append(header, h('div', { class: 'p-5' }, content(close)));
  dialog.addEventListener('cancel', (event) => {
    if (!mayClose()) event.preventDefault();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    closed?.();
  });
  // Whoever leaves the page leaves its windows, too.
  addEventListener('hashchange', close, { once: true });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
