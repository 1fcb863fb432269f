// @ts-check
// The filters of the audit trail.

import { digitsOf } from './numbers.js';
import { beginOf } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/**
 * @typedef {object} Filters
 * @property {string} type of event; "" for every one
 * @property {string} account as typed
 * @property {string} who '', 'person', 'client', or an actor that needs no more
 * @property {string} person an account number, as typed
 * @property {string} client an id
 * @property {string} from a date; "" for the beginning
 * @property {string} to a date, which is included; "" for the end
 */

/**
 * The bank's query for filters. One that is not complete yet filters nothing.
 * @param {Filters} filters
 * @returns {{ limit: number, event_type?: Schemas['EventType'], account_number?: string, actor?: string, from?: string, to?: string }}
 */
export function queryOf({ type, account, who, person, client, from, to }) {
  const actor = who === 'person' ? wholeNumber(person) : who === 'client' ? client && `client:${client}` : who;
  return {
    limit: 50,
    ...(type ? { event_type: /** @type {Schemas['EventType']} */ (type) } : {}),
    ...(wholeNumber(account) ? { account_number: wholeNumber(account) } : {}),
    ...(actor ? { actor } : {}),
    ...(from ? { from: beginOf(from) } : {}),
    ...(to ? { to: beginOf(to, 1) } : {}),
  };
}

/** @param {string} typed */
function wholeNumber(typed) {
  const digits = digitsOf(typed);
  return digits.length === 12 ? digits : '';
}
