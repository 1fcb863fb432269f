// @ts-check
// Windows in which people ask the bank for something.

import { call } from './api.js';
import { unknownOutcome } from './cash.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h, isolated } from './dom.js';
import { faultOfLength, field, form } from './forms.js';
import { icon } from './icons.js';
import { formatNumber } from './numbers.js';
import { retrying } from './retries.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./forms.js').Field} Field */
/** @typedef {{ account: Schemas['Account'], staff?: boolean, changed: () => void }} Asking whom it is about, and who asks */

const longestNote = 140;
const longestName = 100;

/**
 * A window that explains what would happen, with a form that requests it. Afterwards it says that the bank has the request.
 * @param {string} title
 * @param {Asking} asking
 * @param {object} parts
 * @param {Schemas['ServiceRequestKind']} parts.kind
 * @param {import('./dom.js').Child[]} parts.about
 * @param {Field[]} [parts.fields]
 * @param {() => [Field, string][]} [parts.check]
 * @param {() => Schemas['RequestWanted']} [parts.wanted]
 * @param {Record<string, Field>} [parts.pointers]
 */
export function askFor(title, { account, staff = false, changed }, { kind, about, fields = [], check = () => [], wanted, pointers = {} }) {
  const note = noteField(staff);
  const attempt = retrying([...fields, note]);
  let sent = false;
  const dialog = openDialog(title, (close) => h('div', null, h('div', { class: 'mb-5' }, about), form({
    fields: [...fields, note],
    action: 'Send the request',
    busy: 'Sending…',
    check: () => [...check(), [note, faultOfLength(note.value().trim(), longestNote)]],
    pointers: { ...pointers, '/note': note },
    explain: unknownOutcome,
    send: () => attempt(async (idempotencyKey) => {
      sent = true;
      await send({ account, staff }, { kind, wanted: wanted?.(), note: note.value().trim() || undefined }, idempotencyKey);
      fill(/** @type {Element} */ (dialog.lastElementChild), asked(staff, close));
      dialog.querySelector('button')?.focus();
    }),
  })), { closed: () => { if (sent) changed(); } });
}

/** @param {boolean} staff */
export function noteField(staff) {
  return field('Note', { optional: true, maxlength: 4 * longestNote, hint: staff ? 'For the person who decides. The customer sees it, too.' : 'For the bank, such as your reason.' });
}

/**
 * @param {{ account: Schemas['Account'], staff?: boolean }} asking
 * @param {Schemas['CreateRequest']} body
 * @param {string} idempotencyKey
 */
export function send({ account, staff }, body, idempotencyKey) {
  const path = { account_number: account.account_number };
  return staff ? call('post', '/admin/accounts/{account_number}/requests', { path, body, idempotencyKey })
    : call('post', '/accounts/{account_number}/requests', { path, body, idempotencyKey });
}

/**
 * @param {boolean} staff
 * @param {() => void} close
 */
export function asked(staff, close) {
  const words = staff ? 'A colleague has to decide.' : 'Your request has been sent.';
  announce(words);
  return h('div', null,
    h('p', { class: 'flex items-center gap-2 font-medium' }, icon('check'), words),
    h('p', { class: 'mt-2 text-soft' }, staff ? 'The request is in the list of requests.' : 'Nothing has changed yet. The page “Requests” shows what becomes of it, and you can withdraw it there until the bank has decided.'),
    h('div', { class: 'mt-5 flex flex-wrap gap-3' },
      h('button', { class: 'button button-main', type: 'button', on: { click: close } }, 'Done'),
      h('a', { class: 'button button-plain', href: staff ? '#/admin/requests' : '#/requests' }, 'Show the requests')));
}

/** @param {Asking} asking */
export function askForName(asking) {
  const name = field(asking.staff ? 'The customer’s new name' : 'Your new name', { maxlength: 4 * longestName });
  askFor('Change of name', asking, {
    kind: 'change_name',
    about: [h('p', null, 'Now ', isolated(asking.account.account_holder_name), '. It is the name of all accounts of ', asking.staff ? 'this customer' : 'yours', '.'),
      asking.staff ? null : h('p', { class: 'mt-2 text-sm text-soft' }, 'The bank may want to see a document, such as a marriage certificate.')],
    fields: [name],
    check: () => [[name, name.value().trim() ? faultOfLength(name.value().trim().normalize('NFC'), longestName) : 'Enter the name.']],
    wanted: () => ({ name: name.value().trim() }),
    pointers: { '/wanted/name': name },
  });
}

/** @param {Asking} asking */
export function askForPin(asking) {
  askFor('Code for a new PIN', asking, {
    kind: 'reset_pin',
    about: [h('p', null, 'If you have forgotten your PIN, the bank can give you a code to set a new one. It checks first that it is you.'),
      h('p', { class: 'mt-2 text-sm text-soft' }, 'The code is read out to you and is good for 10 minutes. If you know your PIN, change it under ', h('a', { class: 'link', href: '#/security' }, 'Security'), '.')],
  });
}

/**
 * A window about one of several accounts, chosen first if there is a choice.
 * @param {string} title
 * @param {Schemas['Account'][]} accounts
 * @param {(account: Schemas['Account']) => string} hrefOf
 */
export function chooseAccount(title, accounts, hrefOf) {
  openDialog(title, () => h('ul', { class: '-m-5' }, accounts.map((account) => h('li', { class: 'border-t border-line first:border-t-0' },
    h('a', { class: 'row row-link min-h-14', href: hrefOf(account) },
      h('span', { class: 'row-main font-medium' }, isolated(account.nickname || `${account.currency} account`)),
      h('span', { class: 'text-soft tabular-nums' }, formatNumber(account.account_number)))))));
}
