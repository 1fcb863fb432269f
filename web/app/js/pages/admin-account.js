// @ts-check
// One account with its history, and what staff can do with it.

import { movesOf, ownNumbers } from '../accounts.js';
import { freezeWords } from '../account-status.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { closeAccount } from '../closing-forms.js';
import { copyButton } from '../copying.js';
import { deskCash, issueCode } from '../desk.js';
import { openDialog } from '../dialogs.js';
import { announce, fill, h, isolated } from '../dom.js';
import { entryHeadings, entryRows } from '../entries.js';
import { eventRows } from '../events.js';
import { freeze, reasonWords, unfreeze } from '../freezing.js';
import { heldNote, heldPlace } from '../held.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { limitList, setLimits } from '../limit-forms.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { isUnknown } from '../problems.js';
import { askForName } from '../request-forms.js';
import * as session from '../session.js';
import { shared } from '../sharing.js';
import { empty, failure, region } from '../states.js';
import { formatDay } from '../times.js';
import { tags } from './admin-accounts.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminAccount({ parameters, signal }) {
  const number = parameters[0] ?? '';
  const path = { account_number: number };
  const read = shared(() => call('get', '/accounts/{account_number}', { path, signal }));
  const card = region(read, (account) => accountCard(account, refresh), { lines: 3 });
  const events = session.who()?.role !== 'admin' ? null : region(
    () => Promise.all([read(), call('get', '/admin/events', { query: { account_number: number, limit: 50 }, signal })]),
    ([{ currency }, { data }]) => (data.length > 0
      ? h('ul', { class: 'mt-1 border-t border-line' }, eventRows(data, currency).slice(0, 10))
      : empty('Nothing happened', 'No sign-in, lock or change.')), { lines: 3 });
  const limits = region(async () => {
    const [account, found] = await Promise.all([read(), call('get', '/accounts/{account_number}/limits', { path, signal })]);
    return { account, found };
  }, ({ account, found }) => limitsCard(account, found, refresh), { lines: 2 });
  const held = heldPlace(read, { own: ownNumbers().includes(number), changed: () => refresh() }, signal);
  const refresh = () => {
    for (const part of [card, held, limits, events]) void part?.reload();
    void history.restart();
  };
  const history = pagedList({
    load: (cursor) => call('get', '/accounts/{account_number}/transactions', { path, query: cursor ? { cursor } : { limit: 25 }, signal }),
    headings: entryHeadings(),
    columns: 'columns-entries',
    rows: entryRows,
    nothing: () => empty('No entries', 'This account has no history.'),
  });
  return [
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/admin/accounts' }, icon('back', 'size-4'), 'Customers'),
    heading(`Account ${formatNumber(number)}`),
    h('div', { class: 'space-y-4' }, h('section', { class: 'card', 'aria-label': 'Account' }, card), held, section('Limits', limits, { note: 'What may leave the account.' }), events && section('Events', events), section('History', history.node)),
  ];
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
function accountCard(account, changed) {
  const result = h('div', { class: 'mt-4 empty:hidden' });
  const end = h('button', { class: 'button button-plain', type: 'button', on: { click: () => confirmEnding(account, changed) } }, 'End all sessions');
  const unlock = h('button', { class: 'button button-main', type: 'button' }, 'Unlock');
  unlock.addEventListener('click', async () => {
    unlock.disabled = true;
    try {
      await call('post', '/accounts/{account_number}/unlock', { path: { account_number: account.account_number } });
      announce('The account is unlocked.');
      changed();
    } catch (error) {
      unlock.disabled = false;
      if (isUnknown(error)) changed(); // the account shows the outcome
      else fill(result, failure(error));
    }
  });
  return h('div', { class: 'p-5 sm:p-6' },
    h('div', { class: 'flex flex-wrap items-start justify-between gap-4' },
      h('div', { class: 'min-w-0' },
        h('p', { class: 'flex flex-wrap items-center gap-2 text-lg font-semibold' }, isolated(account.account_holder_name), tags(account)),
        h('p', { class: 'figure mt-1' }, amountOf(account.available_balance, account.currency)),
        heldNote(account, { linked: false }),
        h('p', { class: 'mt-1 flex flex-wrap items-center gap-x-1 text-sm text-soft' }, `Opened ${formatDay(account.created_at)}`, copyButton(account.account_number, 'account number'))),
      account.is_locked ? unlock : null),
    account.is_locked ? h('p', { class: 'mt-3 text-sm text-soft' }, 'Three wrong PINs in a row have locked it. Unlock it once you are sure who is asking. The unlock is recorded.') : null,
    account.frozen ? h('p', { class: 'mt-3 rounded-lg bg-warn-tint p-3 text-sm font-medium text-warn' }, freezeWords(account.frozen), account.frozen.reason ? ` ${reasonWords[account.frozen.reason]}.` : null) : null,
    account.status === 'closed' ? h('p', { class: 'mt-3 rounded-lg bg-sunken p-3 text-sm font-medium' }, 'This account is closed.') : null,
    h('div', { class: 'mt-5 flex flex-wrap gap-2' }, deskActions(account, changed), end),
    result);
}

/**
 * What staff can do for the customer; nothing at their own account, which they use like everybody else.
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
function deskActions(account, changed) {
  if (ownNumbers().includes(account.account_number)) return [];
  const { pays, receives } = movesOf(account);
  const button = (/** @type {string} */ words, /** @type {() => void} */ press) => h('button', { class: 'button button-plain', type: 'button', on: { click: press } }, words);
  return [
    receives ? button('Deposit', () => deskCash('deposit', account, changed)) : null,
    pays ? button('Withdraw', () => deskCash('withdraw', account, changed)) : null,
    account.status === 'closed' ? null : account.frozen ? button('Lift the freeze', () => unfreeze(account, changed)) : button('Freeze', () => freeze(account, changed)),
    button('Code for a new PIN', () => issueCode(account)),
    button('Change the name', () => askForName({ account, staff: true, changed })),
    h('a', { class: 'button button-plain', href: `#/admin/accounts/${account.account_number}/open` }, 'Open another account'),
    account.status === 'closed' ? null : button('Close the account', () => closeAccount(account, changed)),
  ];
}

/**
 * @param {Schemas['Account']} account
 * @param {Schemas['AccountLimits']} limits
 * @param {() => void} changed
 */
function limitsCard(account, limits, changed) {
  const fixed = account.status === 'closed' || ownNumbers().includes(account.account_number);
  return h('div', { class: 'px-4 pb-5 sm:px-5' }, limitList(limits),
    fixed ? null : h('button', { class: 'button button-plain mt-4', type: 'button', on: { click: () => setLimits(account, limits, changed) } }, 'Change the limits'));
}

/**
 * Asks for confirmation, then ends every session of an account.
 * @param {Schemas['Account']} account
 * @param {() => void} changed
 */
function confirmEnding(account, changed) {
  openDialog('End all sessions?', (close) => {
    const result = h('div', { class: 'mt-4 empty:hidden' });
    const done = (/** @type {string} */ words) => {
      announce(words);
      fill(result, h('p', { class: 'flex items-center gap-2 rounded-lg bg-accent-tint p-4 font-medium' }, icon('check'), words));
      fill(buttons, h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Done'));
      changed();
    };
    const end = async () => {
      try {
        const { ended } = await call('delete', '/admin/accounts/{account_number}/sessions', { path: { account_number: account.account_number } });
        done(`${ended} ${ended === 1 ? 'session has' : 'sessions have'} ended.`);
      } catch (error) {
        fill(result, failure(error, () => { void end(); }));
      }
    };
    const buttons = h('div', { class: 'mt-5 flex flex-wrap gap-3' },
      h('button', { class: 'button button-main', type: 'button', on: { click: () => { void end(); } } }, 'End all sessions'),
      h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Cancel'));
    return [
      h('p', null, isolated(account.account_holder_name), `, account ${formatNumber(account.account_number)}, is signed out everywhere at once. The PIN stays as it is: anyone who knows it can sign in again.`),
      result, buttons,
    ];
  });
}
