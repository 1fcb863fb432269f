// @ts-check
// The bank's policies in words.

import { formatMoney } from './money.js';
import { viaWords } from './vias.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/**
 * @typedef {object} Policy
 * @property {string} name
 * @property {string} value how it is set
 * @property {string} meaning
 * @property {string} setting the variable of the configuration
 */

/** @type {Record<Schemas['Policies']['openings'], [string, string]>} */
const openings = {
  anyone: ['Anyone', 'Anyone who can reach the bank can open an account, without a code.'],
  code: ['With an invitation code', 'New customers need a code, which the operator makes on the command line. Customers open further accounts without one.'],
  staff: ['Only staff', 'Employees, administrators, and programs with the permission open accounts for others.'],
};

/** @type {Record<Schemas['Policies']['cash'], [string, string]>} */
const cash = {
  owner: ['Owners, too', 'Customers deposit and withdraw at their own accounts: the bank believes what they enter.'],
  staff: ['Only staff', 'Money comes in and goes out through employees, administrators, and programs with the permission. None of them can do so at an account of their own.'],
};

/**
 * Who may do what.
 * @param {Schemas['Policies']} policies
 * @returns {Policy[]}
 */
export function rightsOf({ openings: who, cash: by, approval_above: above, staff_second_factor: second, currency }) {
  return [
    policy('Who opens accounts', openings[who], 'OPENINGS'),
    policy('Who deposits and withdraws', cash[by], 'CASH'),
    policy('Four eyes at the desk', above === 0
      ? ['Off', 'One member of staff decides about each deposit and withdrawal, however large.']
      : [`Above ${formatMoney(above, currency)}`, `A larger deposit or withdrawal at the desk waits for another member of staff. In other currencies the limit is the same number, ${above}, of their smallest unit.`], 'APPROVAL_ABOVE'),
    policy('Two-step sign-in of staff', second
      ? ['Required', 'Without a second step and a PIN of eight digits or more, employees and administrators are customers like any other.']
      : ['Not required', 'Staff act with a PIN alone, of any length.'], 'STAFF_SECOND_FACTOR'),
  ];
}

/**
 * Settlement codes, currencies and the time zone.
 * @param {Schemas['Policies']} policies
 * @returns {Policy[]}
 */
export function moneyOf({ settlements, currency, own_currencies: own, time_zone: zone }) {
  return [
    policy('Deposits are settled against', [settlements.map(viaWords).join(', '), 'Every deposit and withdrawal names one of these, and the trial balance has a line for each.'], 'SETTLEMENTS'),
    policy('Default currency', [currency, 'For accounts that are opened without naming one.'], 'CURRENCY'),
    policy('The bank’s own currencies', [own.length === 0 ? 'None' : own.map(({ code, decimals }) => `${code} (${decimals === 1 ? '1 decimal' : `${decimals} decimals`})`).join(', '), 'Besides those of ISO 4217.'], 'CURRENCIES'),
    policy('Time zone', [zone.replaceAll('_', ' '), 'Decides when days and months begin, for statements, limits and this dashboard.'], 'BANK_TIMEZONE'),
  ];
}

/**
 * When sessions end by themselves.
 * @param {Schemas['Policies']} policies
 * @returns {Policy[]}
 */
export function sessionsOf({ session_idle: { customers, staff } }) {
  const idle = (/** @type {number} */ seconds) => (seconds === 0 ? 'Never' : `After ${spanWords(seconds)} without activity`);
  return [
    policy('A customer’s session ends', [idle(customers), 'It also ends when they sign out, or when the bank ends it.'], 'SESSION_IDLE'),
    policy('A session of staff ends', [idle(staff), 'Staff see what customers own, so a desk that is left alone should lock soon.'], 'SESSION_IDLE_STAFF'),
  ];
}

/** @type {Record<string, string>} */
const limitNames = {
  register: 'Openings', login: 'Sign-ins', refresh: 'Renewals of a session', deposit: 'Deposits', withdraw: 'Withdrawals', transfer: 'Transfers', bulk: 'Batches of transfers',
  payee: 'Look-ups of a recipient', statement: 'Statements', manage: 'Changes by staff', request: 'Requests to the bank', decision: 'Decisions', read: 'Other reads',
};

/**
 * How many requests are answered.
 * @param {Schemas['PolicyLimit']} limit
 * @returns {Policy}
 */
export function limitOf({ name, requests, seconds, counted_by: by }) {
  return policy(limitNames[name] ?? name, [
    requests === 0 ? 'No limit' : `${requests} in ${spanWords(seconds)}`, by === 'account' ? 'For each account.' : 'For each address on the network.',
  ], `RATE_LIMIT_${name.toUpperCase()}`);
}

/**
 * @param {string} name
 * @param {[string, string]} words
 * @param {string} setting
 * @returns {Policy}
 */
function policy(name, [value, meaning], setting) {
  return { name, value, meaning, setting };
}

/**
 * "30 minutes", "a minute"
 * @param {number} seconds
 */
function spanWords(seconds) {
  const [size, unit] = /** @type {[number, string]} */ ([[86400, 'day'], [3600, 'hour'], [60, 'minute']].find(([length]) => seconds % Number(length) === 0) ?? [1, 'second']);
  const count = seconds / size;
  if (count !== 1) return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(count);
  return unit === 'hour' ? 'an hour' : `a ${unit}`;
}
