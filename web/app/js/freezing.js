// @ts-check
// Windows in which an account is frozen, by staff or its owner, and in which staff lift the freeze.

import { call } from './api.js';
import { whose } from './desk.js';
import { openDialog } from './dialogs.js';
import { announce, h } from './dom.js';
import { choice, faultOfLength, field, form } from './forms.js';
import { heldWarning } from './held.js';
import { beginOf } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/** Why an account is frozen or closed. @type {[Schemas['StatusReason'], string][]} */
const reasons = [['customer', 'The customer wants it'], ['fraud', 'Suspected fraud'], ['legal', 'A court or an authority'], ['deceased', 'The customer has died'], ['other', 'Another reason']];

const notPaid = 'While no money can leave, it is not paid either; it can still be given back.';

/** Why an account is frozen, for staff. @type {Record<Schemas['StatusReason'], string>} */
export const reasonWords = /** @type {any} */ (Object.fromEntries(reasons));

export function reasonChoice() {
  const reason = choice('Reason', reasons, () => {});
  reason.input.classList.add('field-long');
  return reason;
}

function noteField() {
  return field('Note', { optional: true, maxlength: 800, hint: 'For the audit trail. The customer does not see it.' });
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
export function freeze(account, changed) {
  openDialog('Freeze the account', (close) => {
    const side = choice('What to stop', [['debits', 'Money that leaves'], ['both', 'Everything'], ['credits', 'Money that arrives']], () => {});
    side.input.classList.add('field-long');
    const reason = reasonChoice();
    const until = field('Until the end of', { type: 'date', optional: true, hint: 'Without a day, until somebody lifts it.' });
    const note = noteField();
    return h('div', null, whose(account), heldWarning(account, notPaid), form({
      fields: [side, reason, until, note],
      action: 'Freeze',
      busy: 'Freezing…',
      check: () => [[note, faultOfLength(note.value().trim(), 200)]],
      pointers: { '/until': until, '/note': note },
      send: async () => {
        await call('post', '/accounts/{account_number}/freeze', {
          path: { account_number: account.account_number },
          body: {
            debits: side.value() !== 'credits', credits: side.value() !== 'debits', reason: /** @type {Schemas['StatusReason']} */ (reason.value()),
            ...(until.value() ? { until: beginOf(until.value(), 1) } : {}), ...(note.value().trim() ? { note: note.value().trim() } : {}),
          },
        });
        announce('The account is frozen.');
        close();
        changed();
      },
    }));
  });
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
export function unfreeze(account, changed) {
  openDialog('Lift the freeze', (close) => {
    const note = noteField();
    return h('div', null, whose(account), form({
      fields: [note],
      action: 'Lift the freeze',
      check: () => [[note, faultOfLength(note.value().trim(), 200)]],
      pointers: { '/note': note },
      send: async () => {
        await call('post', '/accounts/{account_number}/unfreeze', {
          path: { account_number: account.account_number }, body: note.value().trim() ? { note: note.value().trim() } : {},
        });
        announce('The freeze is lifted.');
        close();
        changed();
      },
    }));
  });
}

/**
 * Freezes what leaves an account, for its owner.
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
export function freezeOwn(account, changed) {
  openDialog('Freeze the account', (close) => h('div', null, whose(account),
    h('p', { class: 'mb-5' }, 'No money can leave this account from now on, not even by you. Money can still arrive. Only the bank can lift the freeze.'),
    heldWarning(account, notPaid),
    form({
      fields: [],
      action: 'Freeze',
      busy: 'Freezing…',
      check: () => [],
      beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Cancel')],
      send: async () => {
        await call('post', '/accounts/{account_number}/freeze', { path: { account_number: account.account_number }, body: { debits: true, credits: false, reason: 'customer' } });
        announce('The account is frozen.');
        close();
        changed();
      },
    })));
}
