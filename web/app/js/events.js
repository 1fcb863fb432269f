// @ts-check
// Audit events as administrators see them.

import { h } from './dom.js';
import { formatNumber } from './numbers.js';
import { formatExact, formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/** @type {Record<Schemas['EventType'], string>} */
export const eventWords = {
  login_failed: 'Wrong PIN or code',
  account_locked: 'Account locked',
  account_unlocked: 'Account unlocked',
  pin_changed: 'PIN changed',
  pin_reset_issued: 'Code for a new PIN issued',
  pin_reset_failed: 'Wrong code for a new PIN',
  pin_reset: 'Forgotten PIN replaced',
  second_factor_enabled: 'Two-step sign-in turned on',
  second_factor_disabled: 'Two-step sign-in turned off',
  recovery_code_used: 'Recovery code used',
  recovery_codes_replaced: 'New recovery codes made',
  role_changed: 'Role changed',
  refresh_token_reused: 'Session ended: token used twice',
  sessions_ended: 'Every session ended by the bank',
  invitation_issued: 'Invitation issued',
  database_restored: 'Bank restored from a backup',
};

/** @type {Partial<Record<Schemas['EventType'], string>>} */
const tones = {
  login_failed: 'bg-warn-tint text-warn', pin_reset_failed: 'bg-warn-tint text-warn', account_locked: 'bg-danger-tint text-danger', refresh_token_reused: 'bg-danger-tint text-danger',
  second_factor_disabled: 'bg-warn-tint text-warn', recovery_code_used: 'bg-warn-tint text-warn',
};

/** Whom an event without an account is about. @type {Partial<Record<Schemas['EventType'], string>>} */
const bankWide = { database_restored: 'All accounts', invitation_issued: 'A new customer' };

/** @param {Schemas['Event'][]} events */
export function eventRows(events) {
  return events.map((event) => h('li', { class: 'grid gap-x-4 gap-y-1 border-t border-line px-4 py-3 first:border-t-0 sm:px-5 @2xl:grid-cols-[12rem_minmax(0,1fr)_auto] @2xl:items-center' },
    h('span', null, h('span', { class: `tag ${tones[event.event_type] ?? 'bg-sunken text-ink'}` }, eventWords[event.event_type]), event.count > 1 ? h('span', { class: 'ml-2 text-sm text-soft tabular-nums' }, `${event.count} times`) : null),
    h('span', { class: 'min-w-0 text-sm' },
      event.account_number === null ? (bankWide[event.event_type] ?? 'Numbers of no account') : h('a', { class: 'link tabular-nums', href: `#/admin/accounts/${event.account_number}` }, formatNumber(event.account_number)),
      h('span', { class: 'text-soft' }, ` by ${actorWords(event)}`)),
    h('time', { class: 'text-sm text-soft', datetime: event.timestamp, title: formatExact(event.timestamp) }, formatTime(event.timestamp))));
}

/** @param {Schemas['Event']} event */
function actorWords(event) {
  const from = event.client_address ? ` from ${event.client_address}` : '';
  switch (event.actor) {
    case 'anonymous': return `somebody${from}`;
    case 'admin_key': return `the admin key${from}`;
    case 'operator': return 'the operator';
    default: return `${event.actor === event.account_number ? 'its owner' : formatNumber(event.actor)}${from}`;
  }
}
