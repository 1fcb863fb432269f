// @ts-check
// The question before an idle session ends. It is not an entry in the browser's history, since the page opens it by itself.

import { h, newId } from './dom.js';
import * as session from './session.js';

/**
 * Opens the dialog. Each update changes the time left.
 * @param {() => void} closed
 */
export function openWarning(closed) {
  const [title, detail] = [newId(), newId()];
  const seconds = h('p', { class: 'mt-2 tabular-nums', id: detail });
  const dialog = h('dialog', {
    role: 'alertdialog', 'aria-labelledby': title, 'aria-describedby': detail,
    class: 'm-auto max-h-[92dvh] w-[calc(100%-2rem)] max-w-lg overflow-y-auto rounded-2xl border border-line bg-raised p-5 text-ink',
  },
  h('h2', { class: 'text-lg font-semibold', id: title }, 'Are you still there?'),
  seconds,
  h('div', { class: 'mt-5 flex flex-wrap gap-3' },
    h('button', { class: 'button button-main', type: 'button', on: { click: () => dialog.close() } }, 'Stay signed in'),
    h('button', { class: 'button button-plain', type: 'button', on: { click: () => { void session.signOut().catch(() => session.lock()); } } }, 'Sign out')));
  dialog.addEventListener('close', () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  return {
    /** @param {number} left milliseconds */
    update: (left) => {
      const count = Math.ceil(left / 1_000);
      seconds.textContent = `There has been no activity for a while. You will be signed out in ${count} ${count === 1 ? 'second' : 'seconds'}.`;
    },
    close: () => dialog.close(),
  };
}
