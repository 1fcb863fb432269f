// @ts-check
// A service client: what it may do, and its keys.

import { call } from '../api.js';
import { cancelButton, keyList } from '../client-keys.js';
import { endWords, networkWords, permissionWords, rateWords } from '../client-words.js';
import { openDialog } from '../dialogs.js';
import { announce, h, isolated } from '../dom.js';
import { form } from '../forms.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { region } from '../states.js';
import { formatAgo, formatTime } from '../times.js';
import { stateTag } from './admin-clients.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminClient({ parameters, signal }) {
  const path = { id: parameters[0] ?? '' };
  const content = region(() => Promise.all([
    call('get', '/admin/clients/{id}', { path, signal }), call('get', '/admin/clients/{id}/keys', { path, signal }),
  ]), ([client, keys]) => about(client, keys.data, () => { void content.reload(); }), { lines: 8, class: 'space-y-4' });
  return [
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/admin/clients' }, icon('back', 'size-4'), 'Service clients'),
    heading('Service client'), content,
  ];
}

/**
 * @param {Schemas['ServiceClient']} client
 * @param {Schemas['ClientKey'][]} keys
 * @param {() => void} changed
 */
function about(client, keys, changed) {
  const live = client.revoked_at === null;
  return [
    h('section', { class: 'card', 'aria-label': 'Client' },
      h('div', { class: 'p-4 sm:p-5' },
        h('p', { class: 'flex flex-wrap items-center gap-2 text-lg font-semibold' }, isolated(client.name), stateTag(client)),
        h('p', { class: 'mt-1 text-sm text-soft' }, `Created ${formatTime(client.created_at)}; ${client.last_used_at ? `last used ${formatAgo(client.last_used_at)}` : 'never used'}`)),
      h('dl', null, settings(client).map(([name, value]) => h('div', { class: 'grid gap-x-6 gap-y-1 border-t border-line px-4 py-3 sm:px-5 @2xl:grid-cols-[10rem_minmax(0,1fr)]' },
        h('dt', { class: 'text-soft' }, name), h('dd', null, value)))),
      live ? h('div', { class: 'flex flex-wrap gap-2 border-t border-line p-4 sm:px-5' },
        h('a', { class: 'button button-plain', href: `#/admin/clients/${client.id}/change` }, 'Change'),
        h('button', { class: 'button button-plain', type: 'button', on: { click: () => revoke(client, changed) } }, 'Revoke the client')) : null),
    live ? section('Keys', keyList(client, keys, changed)) : h('p', { class: 'rounded-lg bg-sunken p-4' }, 'This client and its keys are revoked for good. If the program still needs access, create another client.'),
  ];
}

/**
 * @param {Schemas['ServiceClient']} client
 * @returns {[string, Node | string][]}
 */
function settings(client) {
  return [
    ['May', h('ul', null, client.permissions.map((permission) => h('li', null, permissionWords[permission], ' ', h('code', { class: 'inline-block text-xs text-soft' }, permission))))],
    ['Reaches', client.account_numbers.length === 0 ? 'Every account' : h('ul', null, client.account_numbers.map((number) => h('li', null, h('a', { class: 'link inline-flex min-h-11 items-center tabular-nums', href: `#/admin/accounts/${number}` }, formatNumber(number)))))],
    ['From', networkWords(client)],
    ['Limit', rateWords(client)],
    ['Expires', endWords(client)],
    ...(client.revoked_at ? [/** @type {[string, string]} */ (['Revoked', formatTime(client.revoked_at)])] : []),
    ['Id', h('code', { class: 'text-sm break-all' }, client.id)],
  ];
}

/**
 * @param {Schemas['ServiceClient']} client
 * @param {() => void} changed
 */
function revoke(client, changed) {
  openDialog('Revoke the client?', (close) => h('div', null,
    h('p', null, isolated(client.name), ' and all of its keys are refused from the next request on, for ever. It stays in the list.'),
    h('div', { class: 'mt-5' }, form({
      fields: [], action: 'Revoke the client', busy: 'Revoking…', check: () => [], beside: [cancelButton(close)],
      send: async () => {
        await call('delete', '/admin/clients/{id}', { path: { id: client.id } });
        announce('The client is revoked.');
        close();
        changed();
      },
    }))));
}
