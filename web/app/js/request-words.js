// @ts-check
// Requests, on which the bank decides, in words.

import { amountWithin } from './amount-within.js';
import { h, isolated } from './dom.js';
import { limitKinds } from './limits.js';
import { formatNumber } from './numbers.js';
import { roleWords } from './role-words.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./dom.js').Child} Child */

/** @type {Record<Schemas['ServiceRequestKind'], string>} */
export const kindWords = {
  change_name: 'Change of name', raise_limit: 'Change of limits', close_account: 'Account closure', reset_pin: 'Code for a new PIN', change_role: 'Change of role',
  deposit: 'Large deposit', withdrawal: 'Large withdrawal',
};

/** @type {Record<Schemas['ServiceRequestStatus'], string>} */
export const statusWords = { pending: 'Waiting', approved: 'Approved', rejected: 'Rejected', withdrawn: 'Withdrawn', expired: 'Expired' };

const tones = { pending: 'bg-accent-tint text-accent', approved: 'bg-sunken text-good', rejected: 'bg-danger-tint text-danger', withdrawn: 'bg-sunken text-ink', expired: 'bg-warn-tint text-warn' };

/** @param {Schemas['ServiceRequestStatus']} status */
export function statusTag(status) {
  return h('span', { class: `tag ${tones[status]}` }, statusWords[status]);
}

/**
 * Limits in one line.
 * @param {import('./limits.js').Limits} limits
 * @param {string} currency
 * @returns {Child[]}
 */
export function limitsText(limits, currency) {
  const set = limitKinds.flatMap(([kind, words]) => {
    const limit = limits[kind];
    return limit === undefined ? [] : [[words.toLowerCase(), ' ', amountWithin(limit, currency)]];
  });
  return set.length === 0 ? ['none'] : set.flatMap((one, i) => (i > 0 ? [', ', ...one] : one));
}

/**
 * A customer's request in a sentence.
 * @param {Schemas['ServiceRequest']} request
 * @param {string} currency of the account that it is about
 * @returns {Child[]}
 */
export function wantedText({ kind, wanted }, currency) {
  switch (kind) {
    case 'change_name': return ['The name becomes ', isolated(wanted.name ?? ''), '.'];
    case 'raise_limit': return ['The limits become: ', ...limitsText(wanted, currency), '.'];
    case 'close_account': return [wanted.sweep_to ? `What is left goes to ${formatNumber(wanted.sweep_to)}.` : 'It will be empty by then.'];
    case 'reset_pin': return ['The bank reads out a code, which you use to set a new PIN.'];
    case 'change_role': return [`The role becomes: ${roleWords[wanted.role ?? 'customer'].toLowerCase()}.`];
    default: return [amountWithin(wanted.amount ?? 0, currency), wanted.description ? [', ', isolated(wanted.description)] : '', '.'].flat();
  }
}

/** @param {Schemas['StaffRequest']} request */
export function askerWords({ requested_by: by, requested_by_name: name }) {
  if (by === 'client') return 'A service client';
  return name ? isolated(name) : by === 'customer' ? 'The customer' : 'A member of staff';
}

/**
 * Why someone cannot decide about a pending request; '' if they can.
 * @param {Schemas['StaffRequest']} request
 * @param {Schemas['Role']} role of the customer whom it is about
 * @param {{ role: Schemas['Role'], numbers: string[] }} caller with the numbers of their own accounts
 */
export function whyUndecided(request, role, caller) {
  if (request.may_decide || request.status !== 'pending') return '';
  if (caller.numbers.includes(request.account_number)) return 'This is about your own account, so a colleague has to decide.';
  if (caller.role !== 'admin' && (request.kind === 'change_role' || role !== 'customer')) return 'Only an administrator can decide this.';
  return 'You asked for this yourself, so a colleague has to decide.';
}
