// @ts-check
// Security: the PIN, where the account is signed in, and what happened to it.

import { knownAccounts, ownNumbers, readAccounts } from '../accounts.js';
import { call } from '../api.js';
import { codeField, faultOfCode, faultWrongCode, faultWrongPin } from '../codes.js';
import { deviceOf } from '../devices.js';
import { announce, fill, h } from '../dom.js';
import { detailOf, eventWords, gathered } from '../events.js';
import { faultOfPin, form, newPinField, pinField } from '../forms.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { codeOf, isUnknown } from '../problems.js';
import { secondFactor } from '../second-factor.js';
import * as session from '../session.js';
import { takeUpRole } from '../shell.js';
import { empty, failure, region } from '../states.js';
import { formatAgo, formatExact, formatTime } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function security({ signal }) {
  const account = session.who()?.account ?? '';
  const sessions = region(() => call('get', '/auth/sessions', { signal }), ({ data }) => sessionList(data, () => { void sessions.reload(); }), { lines: 4 });
  const pin = pinForm(account, () => { void sessions.reload(); });
  const factor = region(() => call('get', '/accounts/{account_number}/second-factor', { path: { account_number: account }, signal }), (state) => {
    pin.know(state);
    return secondFactor(account, state, () => { void factor.reload(); });
  }, { lines: 3 });
  const happened = pagedList({
    load: async (cursor) => {
      const events = call('get', '/accounts/{account_number}/events', { path: { account_number: account }, query: cursor ? { cursor } : { limit: 20 }, signal });
      if (!knownAccounts()) await Promise.all([events, readAccounts(signal).catch(() => {})]); // they say which account an event is about, and its currency
      return events;
    },
    rows: (events) => gathered(events).map(eventRow),
    nothing: () => empty('Nothing', 'Nothing has happened to this account.'),
  });
  return [
    heading('Security'),
    h('div', { class: 'grid min-w-0 gap-4 lg:grid-cols-2 lg:items-start' },
      h('div', { class: 'min-w-0 space-y-4' }, section('Change the PIN', pin.node), section('Two-step sign-in', factor)),
      h('div', { class: 'min-w-0 space-y-4' },
        section('Where you are signed in', sessions),
        section('What happened', happened.node, { note: 'Sign-ins, changes, and what your bank has looked at. After three wrong PINs in a row the account is locked.' }))),
  ];
}

/**
 * @param {string} account
 * @param {() => void} done
 */
function pinForm(account, done) {
  const current = pinField('Current PIN', 'current-password');
  const next = newPinField('New PIN');
  const again = pinField('The new PIN once more', 'new-password');
  const code = codeField('Code');
  code.node.hidden = true;
  let least = 4;
  /** @param {Schemas['SecondFactor']} state what a change of the PIN needs */
  const know = ({ enabled, required }) => {
    code.node.hidden = !enabled;
    least = required ? 8 : 4;
    if (required) next.hint('8 to 12 digits, since you work for the bank. No dates or years, no repeats such as 1212, no patterns such as 1234 or 2580.');
  };
  const result = h('p', { class: 'mt-4 flex items-center gap-2 rounded-lg bg-accent-tint p-4 text-sm font-medium empty:hidden' });
  const node = form({
    fields: [current, next, again, code], // with the code between the PINs, browsers would see two forms
    action: 'Change the PIN',
    busy: 'Changing…',
    check: () => [
      [current, faultOfPin(current.value())],
      [next, faultOfPin(next.value(), least)],
      [again, again.value() === next.value() ? '' : 'The two PINs differ.'],
      [code, code.node.hidden ? '' : faultOfCode(code.value())],
    ],
    pointers: { '/current_pin': current, '/new_pin': next, '/code': code },
    explain: (error) => {
      faultWrongPin(current, error);
      if (codeOf(error) === 'second_factor_required') code.node.hidden = false;
      faultWrongCode(code, error);
      if (codeOf(error) === 'weak_pin') next.fault(error instanceof Error ? error.message : '');
      if (!isUnknown(error)) return null;
      return h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
        'The PIN may have been changed. Sign out, and sign in with the new one; if the bank refuses it, the old one still works.'));
    },
    send: async () => {
      fill(result);
      await call('post', '/accounts/{account_number}/pin', {
        path: { account_number: account }, body: { current_pin: current.value(), new_pin: next.value(), code: code.node.hidden ? undefined : code.value() },
      });
      for (const one of [current, next, again, code]) /** @type {HTMLInputElement} */ (one.input).value = '';
      fill(result, icon('check'), 'Your PIN is changed. Every other session has ended.');
      announce('Your PIN is changed.');
      await takeUpRole().catch(() => {}); // otherwise the next renewal does it
      done();
    },
  });
  // Tells password managers whose PIN it is.
  node.prepend(h('input', { type: 'text', autocomplete: 'username', value: account, hidden: true, readonly: true }));
  return { node: h('div', { class: 'px-4 pt-2 pb-5 sm:px-5' }, node, result), know };
}

/**
 * @param {Schemas['Session'][]} sessions
 * @param {() => void} changed
 */
function sessionList(sessions, changed) {
  const result = h('div', { class: 'px-4 pb-4 empty:hidden sm:px-5' });
  /** @param {() => Promise<unknown>} end */
  const run = async (end) => {
    try {
      await end();
      announce('Signed out there.');
      changed();
    } catch (error) {
      if (isUnknown(error)) changed(); // the list shows the outcome
      else fill(result, failure(error));
    }
  };
  const others = sessions.filter((one) => !one.is_current);
  const own = [...sessions.filter((one) => one.is_current), ...others];
  return [
    h('ul', { class: 'mt-1 border-t border-line' }, own.map((one) => h('li', { class: 'flex flex-wrap items-center gap-3 border-b border-line px-4 py-3 sm:px-5', 'data-session': one.id },
      h('span', { class: 'text-soft' }, icon('device')),
      h('div', { class: 'min-w-0 flex-[1_1_7rem]' },
        h('p', { class: 'flex flex-wrap items-center gap-x-2 font-medium' }, deviceOf(one.user_agent), one.is_current ? h('span', { class: 'tag bg-accent-tint text-accent' }, 'This one') : null),
        h('p', { class: 'text-sm text-soft' }, `${one.client_address}, last used `, h('time', { datetime: one.last_used_at, title: formatExact(one.last_used_at) }, formatAgo(one.last_used_at)))),
      one.is_current ? null : h('button', {
        class: 'button button-quiet ml-auto', type: 'button', 'aria-label': `Sign out ${deviceOf(one.user_agent)}, last used ${formatAgo(one.last_used_at)}`,
        on: { click: () => run(() => call('delete', '/auth/sessions/{id}', { path: { id: one.id } })) },
      }, 'Sign out')))),
    others.length > 0
      ? h('div', { class: 'px-4 py-4 sm:px-5' }, h('button', { class: 'button button-plain', type: 'button', on: { click: () => run(() => call('delete', '/auth/sessions', {})) } }, 'Sign out everywhere else'))
      : h('p', { class: 'px-4 py-3 text-sm text-soft sm:px-5' }, 'Nowhere else.'),
    result,
  ];
}

/** @type {Set<Schemas['EventType']>} */
const calm = new Set([
  'signed_in', 'signed_out', 'data_read', 'account_added', 'pin_changed', 'pin_reset', 'account_unlocked', 'role_changed', 'second_factor_enabled', 'recovery_codes_replaced',
  'request_made', 'request_approved', 'request_rejected', 'request_withdrawn', 'request_expired', 'name_changed',
]);

/** @param {Schemas['AccountEvent']} event */
function eventRow(event) {
  const detail = detailOf(event, knownAccounts()?.find((account) => account.account_number === event.account_number)?.currency);
  return h('li', { class: 'flex items-center gap-3 border-t border-line px-4 py-3 sm:px-5' },
    h('span', { class: calm.has(event.event_type) ? 'text-soft' : 'text-warn' }, icon(!calm.has(event.event_type) ? 'warning' : event.event_type === 'data_read' ? 'bank' : 'device')),
    h('div', { class: 'min-w-0' },
      h('p', null, eventWords[event.event_type], detail.length > 0 ? [': ', ...detail] : null,
        event.client_address ? [' from ', h('span', { class: 'font-medium tabular-nums' }, event.client_address)] : null,
        event.count > 1 ? `, ${event.count} times` : null,
        ownNumbers().length > 1 ? [', account ', h('span', { class: 'inline-block tabular-nums' }, formatNumber(event.account_number))] : null),
      h('time', { class: 'text-sm text-soft', datetime: event.timestamp, title: formatExact(event.timestamp) }, formatTime(event.timestamp))));
}
