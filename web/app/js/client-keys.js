// @ts-check
// The keys of a service client.

import { call } from './api.js';
import { copyButton } from './copying.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h } from './dom.js';
import { form } from './forms.js';
import { isUnknown } from './problems.js';
import { failure } from './states.js';
import { formatAgo, formatExact, formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

const most = 2; // keys of one client

/**
 * The list of keys, with buttons that create and revoke them.
 * @param {Schemas['ServiceClient']} client
 * @param {Schemas['ClientKey'][]} keys
 * @param {() => void} changed
 */
export function keyList(client, keys, changed) {
  return h('div', null,
    keys.length === 0 ? h('p', { class: 'border-t border-line px-4 py-4 text-soft sm:px-5' }, 'This client has no key, so it cannot do anything.')
      : h('ul', null, keys.map((key) => h('li', { class: 'flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 sm:px-5', 'data-key-id': key.id },
        h('div', { class: 'min-w-0 flex-[1_1_12rem]' },
          h('p', { class: 'font-medium' }, h('code', null, `bc_live_${key.id}…`)),
          h('p', { class: 'text-sm text-soft' }, 'Made ', timeOf(key.created_at, formatTime), '; ', key.last_used_at ? ['last used ', timeOf(key.last_used_at, formatAgo)] : 'never used')),
        h('button', { class: 'button button-plain', type: 'button', 'aria-label': `Revoke the key ${key.id}`, on: { click: () => revokeKey(client, key, changed) } }, 'Revoke')))),
    h('div', { class: 'border-t border-line px-4 py-4 sm:px-5' },
      h('button', { class: 'button button-main', type: 'button', disabled: keys.length >= most, on: { click: () => createKey(client, changed) } }, 'Create a key'),
      h('p', { class: 'mt-3 text-sm text-soft' }, keys.length >= most
        ? 'A client can have two keys. Revoke one of them to create another.'
        : 'To replace a key without downtime, create a second one, give it to the program, wait until it shows here as used, and revoke the first. A client can have two keys.')));
}

/**
 * @param {string} moment
 * @param {(moment: string) => string} format
 */
function timeOf(moment, format) {
  return h('time', { datetime: moment, title: formatExact(moment) }, format(moment));
}

/**
 * Creates a key after a confirmation, and shows it once.
 * @param {Schemas['ServiceClient']} client
 * @param {() => void} changed
 */
function createKey(client, changed) {
  const dialog = openDialog('Create a key', (close) => h('div', null,
    h('p', null, 'The key is shown once, here. The bank keeps nothing from which it could be shown again, so have the place ready where the program keeps its secrets.'),
    h('div', { class: 'mt-5' }, form({
      fields: [], action: 'Create the key', busy: 'Creating…', check: () => [], beside: [cancelButton(close)],
      explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' }, 'The key may exist without having been shown. Close this window, revoke the newest key in the list if there is one, and create another.')),
      send: async () => {
        try {
          const key = await call('post', '/admin/clients/{id}/keys', { path: { id: client.id } });
          fill(/** @type {Element} */ (dialog.lastElementChild), keyShown(key, close));
          dialog.querySelector('button')?.focus();
        } finally {
          changed();
        }
      },
    }))), { closed: () => forget(dialog) });
}

/** Takes the key out of a window that is closed, which Forward could open again. @param {HTMLElement} dialog */
function forget(dialog) {
  if (dialog.querySelector('[data-key]')) fill(/** @type {Element} */ (dialog.lastElementChild), h('p', null, 'The key is not shown again.'));
}

/**
 * @param {Schemas['NewClientKey']} key
 * @param {() => void} close
 */
function keyShown({ id, key }, close) {
  announce('The key is ready.');
  return h('div', null,
    h('p', null, 'Copy it now: it is not shown again. Whoever has it can do what the client may.'),
    h('div', { class: 'mt-4 rounded-lg bg-sunken p-4' },
      h('p', { class: 'text-sm text-soft' }, `Key ${id}`),
      h('p', { class: 'mt-1 break-all' }, h('code', { 'data-key': id }, key)),
      h('div', { class: 'mt-2' }, copyButton(key, 'key', 'Copy the key'))),
    h('p', { class: 'mt-3 text-sm text-soft' }, 'The program sends it with each request: ', h('code', { class: 'inline-block' }, 'Authorization: Bearer bc_live_…')),
    h('button', { class: 'button button-main mt-5', type: 'button', on: { click: close } }, 'I have saved it'));
}

/**
 * @param {Schemas['ServiceClient']} client
 * @param {Schemas['ClientKey']} key
 * @param {() => void} changed
 */
function revokeKey(client, key, changed) {
  openDialog('Revoke the key?', (close) => h('div', null,
    h('p', null, h('code', null, `bc_live_${key.id}…`), ' will be refused from the next request on. This cannot be undone. ', key.last_used_at ? `It was last used ${formatAgo(key.last_used_at)}.` : 'It was never used.'),
    h('div', { class: 'mt-5' }, form({
      fields: [], action: 'Revoke the key', busy: 'Revoking…', check: () => [], beside: [cancelButton(close)],
      send: async () => {
        await call('delete', '/admin/clients/{id}/keys/{key}', { path: { id: client.id, key: key.id } });
        announce('The key is revoked.');
        close();
        changed();
      },
    }))));
}

/** @param {() => void} close */
export function cancelButton(close) {
  return h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Cancel');
}
