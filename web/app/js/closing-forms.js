// @ts-check
// Windows in which an account is closed: asked for by its owner, or done by staff, after a look at what will happen.

import { lineOf, nameOf } from './accounts.js';
import { amountWithin } from './amount-within.js';
import { call } from './api.js';
import { unknownOutcome } from './cash.js';
import { faultOfHeir, heirsOf } from './closing.js';
import { whose } from './desk.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h, isolated } from './dom.js';
import { choice, faultOfLength, field, form } from './forms.js';
import { reasonChoice } from './freezing.js';
import { heldFailure, heldWarning } from './held.js';
import { icon } from './icons.js';
import { digitsOf, formatNumber } from './numbers.js';
import { askFor } from './request-forms.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/**
 * What a closing does, in the order in which it happens.
 * @param {...(import('./dom.js').Child | import('./dom.js').Child[])} steps
 */
function consequences(...steps) {
  return h('ol', { class: 'list-inside list-decimal space-y-1 rounded-lg bg-sunken p-4 text-sm' }, steps.map((step) => h('li', null, step)));
}

const stays = 'Its number, its history and its statements stay.';

/**
 * Asks the bank to close an account.
 * @param {Schemas['Account']} account
 * @param {Schemas['Account'][]} all the customer's accounts
 * @param {() => void} changed
 */
export function askToClose(account, all, changed) {
  const heirs = heirsOf(account, all);
  const happens = h('div', { class: 'mt-3' });
  const show = () => {
    const heir = heirs.find((one) => one.account_number === to.value());
    fill(happens, consequences(
      heir ? ['What is left moves to ', isolated(nameOf(heir)), ', ', formatNumber(heir.account_number), '. That is now ', amountWithin(account.balance, account.currency), '.'] : ['You withdraw what is left. That is now ', amountWithin(account.balance, account.currency), '.'],
      'The bank approves your request.',
      ['The account is closed, for good. ', stays]));
  };
  const to = choice('Move the balance to', [...heirs.map((one) => /** @type {[string, string]} */ ([one.account_number, lineOf(one)])), ['', 'I will withdraw it']], show, account.balance > 0 ? heirs[0]?.account_number ?? '' : '');
  to.input.classList.add('field-long');
  show();
  askFor('Close the account', { account, changed }, {
    kind: 'close_account',
    about: [h('p', null, isolated(nameOf(account)), ', ', formatNumber(account.account_number)), heldWarning(account, 'The bank can close the account only after that is paid or given back, or has expired.'), happens],
    fields: [to],
    wanted: () => (to.value() ? { sweep_to: to.value() } : {}),
    pointers: { '/wanted/sweep_to': to },
  });
}

/**
 * Closes an account, for staff: first why and to whom its money goes, then, once more, what will happen.
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
export function closeAccount(account, changed) {
  const dialog = openDialog('Close the account', (close) => {
    const reason = reasonChoice();
    const to = field('Move the balance to account', { inputmode: 'numeric', placeholder: '12 digits', hint: `In ${account.currency}. Usually another account of the same customer.` });
    const note = field('Note', { optional: true, maxlength: 800, hint: 'For the audit trail. The customer does not see it.' });
    to.node.hidden = account.balance === 0;
    const first = form({
      fields: [reason, to, note],
      action: 'Continue',
      check: () => [[to, faultOfHeir(account, to.value())], [note, faultOfLength(note.value().trim(), 200)]],
      send: async () => {
        const heir = account.balance > 0 ? await call('get', '/accounts/{account_number}', { path: { account_number: digitsOf(to.value()) } }) : null;
        if (heir && heir.currency !== account.currency) {
          to.fault(`That account is in ${heir.currency}.`);
          to.input.focus();
          return;
        }
        const body = { reason: /** @type {Schemas['StatusReason']} */ (reason.value()), note: note.value().trim() || undefined, sweep_to: heir?.account_number };
        const back = () => { fill(place, first); to.input.focus(); };
        fill(place, lastLook(account, heir, body, back, () => { close(); changed(); }));
        dialog.querySelector('h3')?.focus();
      },
    });
    const place = h('div', null, first);
    return h('div', null, whose(account), heldWarning(account, 'Pay it or give it back first: until then the account cannot be closed.'), place);
  });
}

/**
 * @param {Schemas['Account']} account
 * @param {Schemas['Account'] | null} heir
 * @param {Schemas['CloseRequest']} body
 * @param {() => void} back
 * @param {() => void} done
 */
function lastLook(account, heir, body, back, done) {
  const other = heir !== null && heir.account_holder_name !== account.account_holder_name;
  return h('div', null,
    h('h3', { class: 'mb-3 font-medium', tabindex: '-1' }, 'What will happen'),
    consequences(...(heir ? [[amountWithin(account.balance, account.currency), ' moves to account ', h('span', { class: 'tabular-nums' }, formatNumber(heir.account_number)), ', which belongs to ', isolated(heir.account_holder_name), '.']] : []),
      ['The account is closed, for good. ', stays]),
    other ? h('p', { class: 'mt-3 flex items-start gap-2 rounded-lg bg-warn-tint p-3 text-sm font-medium text-warn' }, icon('warning'), h('span', { class: 'min-w-0' }, 'The holder of that account has a different name.')) : null,
    h('div', { class: 'mt-5' }, form({
      fields: [],
      action: 'Close it for good',
      busy: 'Closing…',
      check: () => [],
      beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: back } }, 'Back')],
      explain: (error) => heldFailure(error) ?? unknownOutcome(error),
      send: async () => {
        await call('post', '/accounts/{account_number}/close', { path: { account_number: account.account_number }, body });
        announce('The account is closed.');
        done();
      },
    })));
}
