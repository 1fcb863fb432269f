// @ts-check
// Audit events, as administrators and as an account's owner see them.

import { countOf } from './amount-text.js';
import { amountWithin } from './amount-within.js';
import { h } from './dom.js';
import { limitKinds } from './limits.js';
import { formatNumber } from './numbers.js';
import { formatExact, formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./dom.js').Child} Child */

/** @type {Record<Schemas['EventType'], string>} */
export const eventWords = {
  login_failed: 'Wrong PIN or code',
  account_locked: 'Account locked',
  account_added: 'Account opened',
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
  sessions_ended: 'All sessions ended by the bank',
  invitation_issued: 'Invitation issued',
  request_made: 'Request made',
  request_approved: 'Request approved',
  request_rejected: 'Request rejected',
  request_withdrawn: 'Request withdrawn',
  request_expired: 'Request expired',
  name_changed: 'Name changed',
  database_restored: 'Bank restored from a backup',
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  data_read: 'Read by the bank',
  admin_key_refused: 'Wrong admin key',
  staff_token_refused: 'Administrator’s session refused',
  account_frozen: 'Account frozen',
  account_unfrozen: 'Freeze lifted',
  account_closed: 'Account closed',
  limits_changed: 'Limits changed',
  money_moved: 'Money moved by the bank',
  standing_order_created: 'Standing order made',
  standing_order_paused: 'Standing order paused',
  standing_order_resumed: 'Standing order resumed',
  standing_order_ended: 'Standing order ended',
  standing_order_failed: 'Standing order not carried out',
  hold_placed: 'Money held by the bank',
  hold_voided: 'Held money given back by the bank',
  client_created: 'Service client created',
  client_changed: 'Service client changed',
  client_revoked: 'Service client revoked',
  client_key_created: 'Key of a service client made',
  client_key_revoked: 'Key of a service client revoked',
  client_key_refused: 'Key of a service client refused',
  client_network_refused: 'Key used from a wrong network',
};

/** What an operation reads. @type {Record<string, string>} */
const readWords = {
  getAccount: 'account', listTransactions: 'history', getTransaction: 'transaction', getTransferBatch: 'transfers', getBalance: 'balance', listHolds: 'holds', getHold: 'hold', getBalances: 'balances', getStatement: 'statement',
  adminListRequests: 'requests', adminGetRequest: 'request',
  getLimits: 'limits', listStandingOrders: 'standing orders', getStandingOrder: 'standing order', listStandingOrderRuns: 'standing order',
  listAccountEvents: 'events', adminListEvents: 'events', getPayee: 'name', adminListAccounts: 'accounts', adminStats: 'numbers', adminActivity: 'activity', adminTrialBalance: 'trial balance', adminGetPolicies: 'policies',
  adminListClients: 'service clients', adminGetClient: 'service client', adminListClientKeys: 'keys',
};

/** What a request is about. @type {Record<string, string>} */
const requestWords = {
  change_name: 'another name', close_account: 'close the account', raise_limit: 'higher limits', reset_pin: 'a code for a new PIN', change_role: 'another role',
  deposit: 'a large deposit', withdrawal: 'a large withdrawal',
};

/**
 * What an event says beyond its type; nothing for many.
 * @param {{ event_type: Schemas['EventType'], detail: string }} event
 * @param {string} [currency] of the account, as far as it is known
 * @returns {Child[]}
 */
export function detailOf(event, currency) {
  return event.event_type === 'limits_changed' ? limitChanges(event.detail, currency) : [wordsOf(event)].filter(Boolean);
}

/** @param {{ event_type: Schemas['EventType'], detail: string }} event */
function wordsOf({ event_type: type, detail }) {
  switch (type) {
    case 'data_read': return detail.split(' ').map((operation) => readWords[operation] ?? operation).sort().join(', ');
    case 'role_changed': return detail.replace('>', ' → ');
    case 'account_frozen':
    case 'account_unfrozen':
    case 'account_closed': return detail;
    case 'client_created': case 'client_changed': case 'client_key_created': case 'client_key_revoked': return detail.replace(/^\S+ /, '').replaceAll('>', ' → ');
    case 'client_key_refused': case 'client_network_refused': return readWords[detail.split(' ').at(-1) ?? ''] ?? '';
    case 'request_made': case 'request_approved': case 'request_rejected': case 'request_withdrawn': return requestWords[detail.split(' ')[0] ?? ''] ?? '';
    default: return '';
  }
}

/**
 * The old and the new amount of each limit that has changed.
 * @param {string} detail
 * @param {string} [currency]
 * @returns {Child[]}
 */
function limitChanges(detail, currency) {
  const amount = (/** @type {string} */ text) => {
    if (!/^\d+$/.test(text)) return text; // none
    return currency ? amountWithin(Number(text), currency) : h('span', { class: 'inline-block' }, countOf(Number(text)));
  };
  const changes = detail.split(' ').map((change) => {
    const [name = '', before = '', after = ''] = change.split(/[:>]/);
    const words = limitKinds.find(([kind]) => kind === name)?.[1].toLowerCase() ?? name;
    return [`${words}: `, amount(before), ' → ', amount(after)];
  });
  return [...changes.flatMap((one, i) => (i > 0 ? ['; ', ...one] : one)), currency ? '' : ', in the currency’s smallest unit'];
}

/**
 * Merges consecutive reads by one reader into one event, since a page reads several things.
 * @template {Schemas['Event'] | Schemas['AccountEvent']} T
 * @param {T[]} events
 * @returns {T[]}
 */
export function gathered(events) {
  /** @type {T[]} */
  const rows = [];
  for (const event of events) {
    const last = rows.at(-1);
    if (event.event_type !== 'data_read' || last?.event_type !== 'data_read' || whose(event) !== whose(last)) rows.push(event);
    else if (!last.detail.split(' ').includes(event.detail)) rows.splice(-1, 1, { ...last, detail: `${last.detail} ${event.detail}` });
  }
  return rows;
}

/** @param {Schemas['Event'] | Schemas['AccountEvent']} event */
function whose(event) {
  return 'actor' in event ? `${event.actor} ${event.client_address} ${event.account_number}` : `${event.client_address} ${event.account_number}`;
}

/** @type {Partial<Record<Schemas['EventType'], string>>} */
const tones = {
  login_failed: 'bg-warn-tint text-warn', pin_reset_failed: 'bg-warn-tint text-warn', account_locked: 'bg-danger-tint text-danger', account_frozen: 'bg-warn-tint text-warn', refresh_token_reused: 'bg-danger-tint text-danger',
  admin_key_refused: 'bg-danger-tint text-danger', staff_token_refused: 'bg-warn-tint text-warn',
  client_key_refused: 'bg-warn-tint text-warn', client_network_refused: 'bg-danger-tint text-danger',
  standing_order_failed: 'bg-warn-tint text-warn',
  second_factor_disabled: 'bg-warn-tint text-warn', recovery_code_used: 'bg-warn-tint text-warn',
};

/** What an event without an account is about. @type {Partial<Record<Schemas['EventType'], string>>} */
const subjectWords = {
  login_failed: 'Unknown account numbers', pin_reset_failed: 'Unknown account numbers', database_restored: 'All accounts', invitation_issued: 'A new customer',
};

/**
 * @param {Schemas['Event'][]} events
 * @param {string} [currency] if all are about one account
 */
export function eventRows(events, currency) {
  return gathered(events).map((event) => h('li', { class: 'grid gap-x-4 gap-y-1 border-t border-line px-4 py-3 first:border-t-0 sm:px-5 @2xl:grid-cols-[12rem_minmax(0,1fr)_auto] @2xl:items-center' },
    h('span', null, h('span', { class: `tag ${tones[event.event_type] ?? 'bg-sunken text-ink'}` }, eventWords[event.event_type]), event.count > 1 ? h('span', { class: 'ml-2 text-sm text-soft tabular-nums' }, `${event.count} times`) : null),
    h('span', { class: 'min-w-0 text-sm' },
      event.account_number === null ? clientLink(event) ?? subjectWords[event.event_type] ?? 'The whole bank' : h('a', { class: 'link tabular-nums', href: `#/admin/accounts/${event.account_number}` }, formatNumber(event.account_number)),
      h('span', { class: 'text-soft' }, ' by ', actorWords(event)),
      h('span', { class: 'block text-soft empty:hidden' }, detailOf(event, currency))),
    h('time', { class: 'text-sm text-soft', datetime: event.timestamp, title: formatExact(event.timestamp) }, formatTime(event.timestamp))));
}

/** Where an event about a service client leads. @param {Schemas['Event']} event */
function clientLink({ event_type: type, detail }) {
  const [id = ''] = /^[0-9a-f-]{36}/.exec(detail) ?? [];
  return type.startsWith('client_') && id ? h('a', { class: 'link', href: `#/admin/clients/${id}` }, 'A service client') : null;
}

/**
 * @param {Schemas['Event']} event
 * @returns {import('./dom.js').Child[]}
 */
function actorWords(event) {
  const from = event.client_address ? ` from ${event.client_address}` : '';
  switch (event.actor) {
    case 'anonymous': return ['an unknown caller', from];
    case 'admin_key': return ['the admin key', from];
    case 'operator': return ['the operator'];
    case 'bank': return ['the bank itself'];
  }
  if (event.actor.startsWith('standing_order:')) return ['a standing order of the account'];
  if (event.actor.startsWith('client:')) {
    const id = event.actor.slice('client:'.length);
    return ['the service client ', h('a', { class: 'link', href: `#/admin/clients/${id}` }, id), from];
  }
  return [event.actor === event.account_number ? 'its owner' : formatNumber(event.actor), from];
}
