// @ts-check
// One request, and the decision about it.

import { ownNumbers, readAccounts } from '../accounts.js';
import { amountOf } from '../amount-text.js';
import { amountWithin } from '../amount-within.js';
import { call } from '../api.js';
import { approve, reject } from '../deciding.js';
import { h, isolated } from '../dom.js';
import { details } from '../entry.js';
import { heldWarning } from '../held.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { limitsOf } from '../limits.js';
import { formatNumber } from '../numbers.js';
import { countAgain } from '../pending-count.js';
import { askerWords, kindWords, limitsText, statusTag, statusWords, whyUndecided } from '../request-words.js';
import { roleWords } from '../role-words.js';
import * as session from '../session.js';
import { region } from '../states.js';
import { formatExact, formatTime } from '../times.js';
import { withdrawButton } from '../withdrawing.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */
/** @typedef {{ request: Schemas['StaffRequest'], account: Schemas['Account'], limits: Schemas['AccountLimits'] | null, heir: Schemas['Account'] | null }} Shown heir gets what is left */
/** @typedef {[string, string | Node, string?]} Row */

/** @param {import('../router.js').Visit} visit */
export default function adminRequest({ parameters, signal }) {
  const id = parameters[0] ?? '';
  const card = region(async () => {
    const request = await call('get', '/admin/requests/{id}', { path: { id }, signal });
    const path = { account_number: request.account_number };
    const [account, limits, heir] = await Promise.all([
      call('get', '/accounts/{account_number}', { path, signal }),
      request.kind === 'raise_limit' ? call('get', '/accounts/{account_number}/limits', { path, signal }) : null,
      request.wanted.sweep_to ? call('get', '/accounts/{account_number}', { path: { account_number: request.wanted.sweep_to }, signal }) : null,
      readAccounts(signal),
    ]);
    return { request, account, limits, heir };
  }, (shown) => cardOf(shown, () => {
    void card.reload();
    void countAgain();
  }), { lines: 6 });
  return h('div', { class: 'mx-auto max-w-2xl' },
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/admin/requests' }, icon('back', 'size-4'), 'Requests'),
    heading('Request'), h('section', { class: 'card min-w-0', 'aria-label': 'Request' }, card));
}

/**
 * @param {Shown} shown
 * @param {() => void} changed
 */
function cardOf(shown, changed) {
  const { request, account } = shown;
  const caller = { role: session.who()?.role ?? 'customer', numbers: ownNumbers() };
  const undecided = whyUndecided(request, account.role, caller);
  return h('div', { class: 'p-5 sm:p-6', 'data-request': request.id },
    h('div', { class: 'flex flex-wrap items-center justify-between gap-x-4 gap-y-1' }, h('h2', { class: 'text-lg font-semibold' }, kindWords[request.kind]), statusTag(request.status)),
    details([
      ['Customer', isolated(account.account_holder_name)],
      ['Account', formatNumber(account.account_number)],
      ...wantedRows(shown),
      ['Asked by', askerWords(request)],
      ['Asked', formatTime(request.created_at), formatExact(request.created_at)],
      request.note ? ['Note', isolated(request.note)] : null,
      request.status === 'pending' ? ['Expires', formatTime(request.expires_at), formatExact(request.expires_at)] : null,
      request.decided_at ? [statusWords[request.status], formatTime(request.decided_at), formatExact(request.decided_at)] : null,
      request.decided_by_name ? ['Decided by', isolated(request.decided_by_name)] : null,
      request.decision_note ? ['Decision', isolated(request.decision_note)] : null,
      request.transaction_id ? ['Entry', h('code', { class: 'text-xs break-all' }, request.transaction_id)] : null,
    ]),
    undecided ? h('p', { class: 'mt-5 flex items-start gap-2 rounded-lg bg-sunken p-3 text-sm font-medium' }, icon('people'), h('span', { class: 'min-w-0' }, undecided)) : null,
    h('div', { class: 'mt-5 flex flex-wrap gap-3' },
      request.may_decide ? [
        h('button', { class: 'button button-main', type: 'button', on: { click: () => approve(request, effectOf(shown), changed) } }, 'Approve'),
        h('button', { class: 'button button-plain', type: 'button', on: { click: () => reject(request, changed) } }, 'Reject'),
      ] : null,
      request.may_withdraw ? withdrawButton(request, changed) : null,
      h('a', { class: 'button button-plain', href: `#/admin/accounts/${account.account_number}` }, 'Show the account')));
}

/**
 * What is wanted, beside what is.
 * @param {Shown} shown
 * @returns {Row[]}
 */
function wantedRows({ request: { kind, wanted, status }, account, limits, heir }) {
  const waits = status === 'pending'; // afterwards the current values are not those at the time of the request
  switch (kind) {
    case 'change_name': return [['New name', isolated(wanted.name ?? '')]];
    case 'raise_limit': return [
      ...(waits && limits ? [/** @type {Row} */ (['Limits now', h('span', null, limitsText(limitsOf(limits), account.currency))])] : []),
      ['Limits wanted', h('span', null, limitsText(wanted, account.currency))]];
    case 'close_account': return [
      ...(waits ? [/** @type {Row} */ (['Balance now', amountOf(account.balance, account.currency)])] : []),
      ...(waits && account.held_balance > 0 ? [/** @type {Row} */ (['Held of it, which is in the way', amountOf(account.held_balance, account.currency)])] : []),
      ['Balance goes to', heir ? h('span', null, h('a', { class: 'link', href: `#/admin/accounts/${heir.account_number}` }, formatNumber(heir.account_number)), ', ', isolated(heir.account_holder_name)) : 'Nowhere: it must be empty']];
    case 'change_role': return [...(waits ? [/** @type {Row} */ (['Role now', roleWords[account.role]])] : []), ['Role wanted', roleWords[wanted.role ?? 'customer']]];
    case 'reset_pin': return [];
    default: {
      const { via } = /** @type {{ via?: string }} */ (wanted);
      return [
        ['Amount', amountOf(wanted.amount ?? 0, account.currency)],
        ...(via ? [/** @type {Row} */ (['Settled by', via])] : []),
        ...(wanted.description ? [/** @type {Row} */ (['Description', isolated(wanted.description)])] : []),
        ...(waits ? [/** @type {Row} */ ([account.held_balance > 0 ? 'Available now' : 'Balance now', amountOf(account.available_balance, account.currency)])] : [])];
    }
  }
}

/**
 * What an approval does.
 * @param {Shown} shown
 */
function effectOf({ request: { kind, wanted }, account, heir }) {
  const holder = isolated(account.account_holder_name);
  const words = () => {
    switch (kind) {
      case 'change_name': return [holder, ' is called ', isolated(wanted.name ?? ''), ' from now on, on every account.'];
      case 'raise_limit': return ['The limits of the account become: ', ...limitsText(wanted, account.currency), '.'];
      case 'close_account': return heir && account.balance > 0
        ? [amountWithin(account.balance, account.currency), ` moves to account ${formatNumber(heir.account_number)} of `, isolated(heir.account_holder_name), ', and the account is closed for good.']
        : ['The account is closed for good.'];
      case 'change_role': return [holder, ` becomes: ${roleWords[wanted.role ?? 'customer'].toLowerCase()}. Open sessions change with it.`];
      case 'reset_pin': return ['You get a code, shown once, with which anyone can set the PIN of ', holder, '. Be sure whom you read it out to.'];
      case 'deposit': return [amountWithin(wanted.amount ?? 0, account.currency), ' is paid into the account of ', holder, '.'];
      default: return [amountWithin(wanted.amount ?? 0, account.currency), ' is paid out of the account of ', holder, '.'];
    }
  };
  return h('div', null, kind === 'close_account' ? heldWarning(account, 'Until that is paid or given back, the account cannot be closed.') : null, h('p', null, words()));
}
