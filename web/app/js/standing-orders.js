// @ts-check
// Standing orders in words.

import { h } from './dom.js';
import { formatDate } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {Schemas['StandingOrder']} StandingOrder */

const units = { once: ['', ''], daily: ['day', 'days'], weekly: ['week', 'weeks'], monthly: ['month', 'months'], yearly: ['year', 'years'] };

/**
 * How often an order runs, such as "Every 2 weeks".
 * @param {Pick<StandingOrder, 'frequency' | 'every' | 'day'>} order
 */
export function rhythm({ frequency, every, day }) {
  if (frequency === 'once') return 'Once';
  const [one, many] = units[frequency];
  const words = every === 1 ? `Every ${one}` : `Every ${every} ${many}`;
  return day === 31 ? `${words}, on the last day of the month` : words;
}

/**
 * How long an order goes on.
 * @param {Pick<StandingOrder, 'until' | 'times'>} order
 */
export function extent({ until, times }) {
  if (until) return `Until ${formatDate(until)}`;
  return times ? `${times} ${times === 1 ? 'date' : 'dates'}` : 'Until it is ended';
}

/** What becomes of a date that the balance does not cover. @type {Record<Schemas['StandingOrderIfShort'], string>} */
export const shortWords = { retry: 'Try again for three days', skip: 'Skip that date' };

/** @type {Record<NonNullable<StandingOrder['end_reason']>, string>} */
const endWords = { request: 'It was ended.', account_closed: 'It ended because the account was closed.', recipient_closed: 'It ended because the recipient’s account was closed.' };

/**
 * What happens next with an order.
 * @param {StandingOrder} order
 */
export function outlook({ status, end_reason: reason, next_on: next, retry_on: retry }) {
  switch (status) {
    case 'paused': return 'No date runs until you resume it.';
    case 'completed': return 'Its last date has run.';
    case 'ended': return endWords[reason ?? 'request'];
  }
  if (retry) return `The balance was too low on ${formatDate(next ?? '')}. It is tried again on ${formatDate(retry)}.`;
  return `Next on ${formatDate(next ?? '')}`;
}

/** @param {StandingOrder} order */
export function orderTag({ status, retry_on: retry }) {
  switch (status) {
    case 'paused': return h('span', { class: 'tag bg-warn-tint text-warn' }, 'Paused');
    case 'ended': return h('span', { class: 'tag bg-sunken text-ink' }, 'Ended');
    case 'completed': return h('span', { class: 'tag bg-sunken text-ink' }, 'Completed');
  }
  return retry ? h('span', { class: 'tag bg-warn-tint text-warn' }, 'Waiting for money') : h('span', { class: 'tag bg-accent-tint text-ink' }, 'Active');
}

/** Why nothing was paid on a date. @type {Partial<Record<Schemas['ProblemCode'], string>>} */
const codeWords = {
  insufficient_funds: 'The balance was too low.',
  limit_exceeded: 'A limit of the account was reached.',
  account_frozen: 'An account was frozen.',
  account_closed: 'An account was closed.',
  balance_limit_exceeded: 'The recipient’s account was full.',
};

/** @param {Schemas['StandingOrderRun']} run */
export function runWords({ status, code }) {
  if (status === 'posted') return 'Sent';
  return `${status === 'skipped' ? 'Skipped' : 'Failed'}. ${code ? codeWords[code] ?? '' : ''}`.trim();
}
