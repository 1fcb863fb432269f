// @ts-check
// Service clients in words: what they may do, for which accounts, from where, and whether they still can.

import { asciiDigits } from './digits.js';
import { digitsOf, faultOf } from './numbers.js';
import { formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {Schemas['ClientPermission']} Permission */

/** @type {Record<Permission, string>} */
export const permissionWords = {
  'accounts:read': 'See accounts, their history and statements',
  'accounts:open': 'Open accounts',
  'accounts:manage': 'Freeze and close accounts, and set limits',
  'deposits:write': 'Deposit money',
  'withdrawals:write': 'Withdraw money',
  'transfers:write': 'Send transfers',
  'holds:write': 'Hold money, capture it and give it back',
  'reversals:write': 'Give back what was received, and undo withdrawals',
  'customers:manage': 'Help customers: unlock them, end their sessions, make codes for a new PIN',
  'audit:read': 'Read the audit trail',
  'reports:read': 'Read the bank’s numbers, its policies and the trial balance',
};

/**
 * Whether a client's keys work, and why not.
 * @param {Schemas['ServiceClient']} client
 * @returns {'live' | 'expired' | 'revoked'}
 */
export function stateOf({ revoked_at: revoked, expires_at: expires }) {
  if (revoked) return 'revoked';
  return expires && Date.parse(expires) <= Date.now() ? 'expired' : 'live';
}

/** @param {Schemas['ServiceClient']} client */
export function endWords({ expires_at: expires }) {
  return expires ? formatTime(expires) : 'Never';
}

/** @param {Schemas['ServiceClient']} client */
export function reachWords({ account_numbers: accounts }) {
  if (accounts.length === 0) return 'Every account';
  return accounts.length === 1 ? '1 account' : `${accounts.length} accounts`;
}

/** @param {Schemas['ServiceClient']} client */
export function networkWords({ ip_networks: networks }) {
  return networks.length === 0 ? 'Every network' : networks.join(', ');
}

/** @param {Schemas['ServiceClient']} client */
export function rateWords({ rate_limit: rate }) {
  return `${rate || 600} requests a minute for each key`;
}

/**
 * Account numbers that were typed, separated by commas or lines, since each may have spaces.
 * @param {string} text
 */
export function accountsIn(text) {
  return piecesOf(text, /[,;\n]/).map(digitsOf);
}

/**
 * What is wrong with account numbers that were typed.
 * @param {string} text
 */
export function faultOfAccounts(text) {
  for (const piece of piecesOf(text, /[,;\n]/)) {
    const fault = faultOf(piece) || (digitsOf(piece).length === 12 ? '' : 'An account number has 12 digits.');
    if (fault) return `${piece}: ${fault}`;
  }
  return accountsIn(text).length > 100 ? 'At most 100 accounts, please.' : '';
}

/**
 * Networks that were typed, separated by commas, spaces or lines.
 * @param {string} text
 */
export function networksIn(text) {
  return piecesOf(text, /[\s,;]/).map(asciiDigits);
}

/**
 * What is wrong with networks that were typed. The bank checks them further.
 * @param {string} text
 */
export function faultOfNetworks(text) {
  const wrong = networksIn(text).find((network) => !isNetwork(network));
  if (wrong) return `${wrong} is not an address or a network, such as 203.0.113.0/24.`;
  return networksIn(text).length > 32 ? 'At most 32 networks, please.' : '';
}

/** @param {string} network */
function isNetwork(network) {
  const [address = '', length, ...more] = network.split('/');
  const four = /^(\d{1,3}\.){3}\d{1,3}$/.test(address) && address.split('.').every((part) => Number(part) < 256);
  const six = address.includes(':') && /^[0-9a-f:]+(:(\d{1,3}\.){3}\d{1,3})?$/i.test(address);
  return more.length === 0 && (four || six) && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (four ? 32 : 128)));
}

/**
 * @param {string} text
 * @param {RegExp} separator
 */
function piecesOf(text, separator) {
  return text.split(separator).map((piece) => piece.trim()).filter((piece) => piece !== '');
}
