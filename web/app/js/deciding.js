// @ts-check
// Windows in which staff approve or reject a request.

import { call } from './api.js';
import { codeShown } from './desk.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h } from './dom.js';
import { faultOfLength, field, form } from './forms.js';
import { isUnknown } from './problems.js';
import { kindWords } from './request-words.js';
import { failure } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

const longest = 140;

/**
 * Approves a request, which carries it out.
 * @param {Schemas['StaffRequest']} request
 * @param {Node} effect what that does
 * @param {() => void} changed
 */
export function approve(request, effect, changed) {
  const note = field('Note', { optional: true, maxlength: 4 * longest, hint: 'The customer sees it.' });
  const dialog = decide('Approve the request', request, { note, effect, action: 'Approve', changed, send: async (close) => {
    const { pin_reset: code } = await call('post', '/admin/requests/{id}/approve', { path: { id: request.id }, body: note.value().trim() ? { note: note.value().trim() } : {} });
    announce('The request is approved.');
    if (!code) return close();
    fill(/** @type {Element} */ (dialog.lastElementChild), codeShown(code, close));
    return dialog.querySelector('button')?.focus();
  } });
}

/**
 * @param {Schemas['StaffRequest']} request
 * @param {() => void} changed
 */
export function reject(request, changed) {
  const note = field('Reason', { maxlength: 4 * longest, hint: 'The customer sees it.' });
  decide('Reject the request', request, { note, effect: h('p', null, 'Nothing changes.'), action: 'Reject', changed, send: async (close) => {
    await call('post', '/admin/requests/{id}/reject', { path: { id: request.id }, body: { note: note.value().trim() } });
    announce('The request is rejected.');
    close();
  } });
}

/**
 * @param {string} title
 * @param {Schemas['StaffRequest']} request
 * @param {{ note: import('./forms.js').Field, effect: Node, action: string, changed: () => void, send: (close: () => void) => Promise<void> }} parts
 */
function decide(title, request, { note, effect, action, changed, send }) {
  let sent = false;
  const needed = note.input.hasAttribute('aria-required');
  return openDialog(title, (close) => h('div', null,
    h('p', { class: 'font-medium' }, kindWords[request.kind]), h('div', { class: 'mt-1 mb-5' }, effect),
    form({
      fields: [note],
      action,
      check: () => [[note, needed && note.value().trim() === '' ? 'Give a reason.' : faultOfLength(note.value().trim(), longest)]],
      pointers: { '/note': note },
      explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' }, 'It is not known whether this took effect. Close this window: the page then shows the outcome.')),
      send: () => {
        sent = true;
        return send(close);
      },
    })), {
    closed: () => {
      if (sent) changed();
    },
  });
}
