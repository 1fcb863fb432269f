// @ts-check
// Creates a service client, or changes one.

import { call } from '../api.js';
import { accountsIn, faultOfAccounts, faultOfNetworks, networksIn, permissionWords } from '../client-words.js';
import { asciiDigits } from '../digits.js';
import { announce, h, newId } from '../dom.js';
import { faultOfLength, field, form } from '../forms.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { isUnknown } from '../problems.js';
import { failure, region } from '../states.js';
import { beginOf, dateAt, today } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */
/** @typedef {import('../client-words.js').Permission} Permission */

/** @param {import('../router.js').Visit} visit */
export default function adminClientForm({ parameters, signal }) {
  const id = parameters[0];
  const back = id === undefined ? '#/admin/clients' : `#/admin/clients/${id}`;
  return h('div', { class: 'mx-auto max-w-xl' },
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: back }, icon('back', 'size-4'), id === undefined ? 'Service clients' : 'Service client'),
    heading(id === undefined ? 'Create a service client' : 'Change a service client'),
    h('div', { class: 'card p-5 sm:p-6' }, id === undefined ? clientForm(null) : region(() => call('get', '/admin/clients/{id}', { path: { id }, signal }), clientForm)));
}

/** @param {Schemas['ServiceClient'] | null} client the one to change */
function clientForm(client) {
  const name = field('Name', { maxlength: 400, value: client?.name ?? '', hint: 'What the program is called in lists.' });
  const permissions = permissionField(client?.permissions ?? []);
  const accounts = linesField('Only these accounts', (client?.account_numbers ?? []).map(formatNumber), 'Separated by commas. Leave it empty for every account.');
  const networks = linesField('Only from these networks', client?.ip_networks ?? [], 'Addresses or networks, such as 203.0.113.0/24. Leave it empty for every network.');
  const rate = field('Requests a minute', { inputmode: 'numeric', maxlength: 10, optional: true, value: client?.rate_limit || '', hint: 'For each key; 600 if you leave it empty.' });
  const lastDay = client?.expires_at ? dateAt(Date.parse(client.expires_at) - 1) : '';
  const expiry = field('Works until the end of', { type: 'date', optional: true, min: lastDay && lastDay < today() ? lastDay : today(), value: lastDay, hint: 'Without a day, the client does not expire.' });
  const settings = () => ({
    name: name.value().trim(), permissions: permissions.chosen(), account_numbers: accountsIn(accounts.value()), ip_networks: networksIn(networks.value()),
    rate_limit: Number(asciiDigits(rate.value().trim())), ...(expiry.value() === lastDay ? {} : { expires_at: expiry.value() ? beginOf(expiry.value(), 1) : null }),
  });
  return form({
    fields: [name, permissions, accounts, networks, rate, expiry],
    action: client ? 'Save the changes' : 'Create the client',
    busy: client ? 'Saving…' : 'Creating…',
    check: () => [
      [name, name.value().trim() ? faultOfLength(name.value().trim().normalize('NFC'), 100) : 'Enter a name.'],
      [permissions, permissions.chosen().length > 0 ? '' : 'Choose what the client may do.'],
      [accounts, faultOfAccounts(accounts.value()) || (accounts.value().trim() && permissions.chosen().includes('customers:manage') ? 'A client that helps customers reaches all of their accounts, so it cannot be restricted to some.' : '')],
      [networks, faultOfNetworks(networks.value())],
      [rate, /^\d*$/.test(asciiDigits(rate.value().trim())) && Number(asciiDigits(rate.value().trim())) <= 600_000 ? '' : 'Enter a number up to 600,000.'],
    ],
    pointers: {
      '/name': name, '/permissions': permissions, '/account_numbers': accounts, '/ip_networks': networks, '/rate_limit': rate, '/expires_at': expiry,
      ...pointersOf('/account_numbers', 100, accounts), ...pointersOf('/ip_networks', 32, networks),
    },
    explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
      client ? 'The changes may have been saved. Saving them again does no harm.' : 'The client may have been created. The list of service clients shows it if so.')),
    send: async () => {
      const saved = client ? await call('patch', '/admin/clients/{id}', { path: { id: client.id }, body: settings() }) : await call('post', '/admin/clients', { body: settings() });
      announce(client ? 'The changes are saved.' : 'The client is created.');
      location.hash = `#/admin/clients/${saved.id}`;
    },
  });
}

/**
 * The field for each place of a list that the bank may find fault with.
 * @param {string} pointer
 * @param {number} places
 * @param {import('../forms.js').Field} list
 */
function pointersOf(pointer, places, list) {
  return Object.fromEntries(Array.from({ length: places }, (_, i) => [`${pointer}/${i}`, list]));
}

/**
 * A field for several values.
 * @param {string} label
 * @param {string[]} values
 * @param {string} hint
 */
function linesField(label, values, hint) {
  return field(label, { optional: true, hint }, h('textarea', { rows: 2, spellcheck: 'false', autocomplete: 'off' }, values.join(', ')));
}

/**
 * Checkboxes for what a client may do.
 * @param {Permission[]} given
 */
function permissionField(given) {
  const id = newId();
  const fault = h('p', { class: 'mt-1.5 text-sm font-medium text-danger empty:hidden', id });
  const boxes = /** @type {[Permission, string][]} */ (Object.entries(permissionWords)).map(([permission, words]) => {
    const box = h('input', { class: 'sr-only', type: 'checkbox', value: permission, checked: given.includes(permission), 'aria-describedby': id, on: { change: () => { fault.textContent = ''; } } });
    return { permission, box, node: h('label', { class: 'tick' }, box, h('span', { class: 'tick-box' }, icon('check', 'size-4')), h('span', { class: 'min-w-0' }, words, h('code', { class: 'block text-xs text-soft' }, permission), permission === 'customers:manage' ? h('span', { class: 'block text-sm text-warn' }, 'With care: with a code for a new PIN, the program could sign in as any customer.') : null)) };
  });
  const first = /** @type {HTMLInputElement} */ (boxes[0]?.box);
  return {
    node: h('fieldset', null, h('legend', { class: 'mb-1 block text-sm font-medium' }, 'What it may do'), boxes.map(({ node }) => node), fault),
    input: first,
    value: () => '',
    fault: (/** @type {string} */ text) => { fault.textContent = text; },
    hint: () => {},
    chosen: () => boxes.filter(({ box }) => box.checked).map(({ permission }) => permission),
  };
}
