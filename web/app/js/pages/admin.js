// @ts-check
// The bank in numbers, for administrators.

import { amountOf, countOf } from '../amount-text.js';
import { call } from '../api.js';
import { chartOf } from '../charts.js';
import { h } from '../dom.js';
import { eventRows } from '../events.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { formatCount } from '../money.js';
import { administration } from '../shell.js';
import { empty, region } from '../states.js';
import { formatDate, zoneName } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function admin({ signal }) {
  return [
    heading('Bank'),
    region(() => call('get', '/admin/stats', { signal }), tiles, { lines: 3, class: 'min-h-24' }),
    h('nav', { class: 'mt-4 grid gap-2 sm:grid-cols-2 lg:hidden', 'aria-label': 'Administration' }, administration.map(({ path, words, sign }) => h('a', { class: 'card nav-link', href: `#${path}` }, icon(sign), words))),
    h('div', { class: 'mt-4 space-y-4' },
      section('Activity', region(() => call('get', '/admin/activity', { query: { days: 30 }, signal }), activity, { lines: 5, class: 'min-h-64' }), { note: `Entries on each of the last 30 days (${zoneName}); a transfer writes two.` }),
      section('Latest events', region(() => call('get', '/admin/events', { query: { limit: 50 }, signal }), (page) => (page.data.length > 0
        ? h('ul', { class: 'mt-1 border-t border-line' }, eventRows(page.data).slice(0, 8))
        : empty('Nothing happened', 'Failed sign-ins, locks and changes will show here.')), { lines: 6 }),
      { beside: h('a', { class: 'link inline-flex min-h-11 items-center text-sm', href: '#/admin/events' }, 'All events') })),
  ];
}

/** @param {Schemas['Stats']} stats */
function tiles(stats) {
  const totals = stats.total_balances.map((total) => h('p', { class: 'text-2xl font-semibold tracking-tight tabular-nums' }, amountOf(total.balance, total.currency)));
  return h('dl', { class: 'flex flex-wrap gap-4' },
    tile('Held for customers', totals.length > 0 ? totals : number(0), null, 'flex-[1_1_100%] xl:flex-[1_1_9rem]'),
    tile('Accounts', number(stats.accounts)),
    tile('Locked', number(stats.locked_accounts), stats.locked_accounts > 0 ? h('a', { class: 'link text-sm', href: '#/admin/accounts?locked' }, 'Show them') : null),
    tile('Entries in 24 hours', number(stats.transactions_24h), null, 'flex-[1_1_100%] xl:flex-[1_1_9rem]'));
}

/** @param {number} count */
function number(count) {
  return h('p', { class: 'text-2xl font-semibold tracking-tight tabular-nums' }, countOf(count));
}

/**
 * @param {string} name
 * @param {Node | Node[]} value
 * @param {Node | null} [more]
 * @param {string} [classes]
 */
function tile(name, value, more = null, classes = 'flex-[1_1_9rem]') {
  return h('div', { class: `card min-w-0 p-4 sm:p-5 ${classes}` }, h('dt', { class: 'text-sm text-soft' }, name), h('dd', { class: 'mt-1' }, value, more));
}

/** @param {Schemas['Activity']} days */
function activity({ data }) {
  const values = data.map((day) => day.transactions);
  const sum = (/** @type {(day: Schemas['DailyActivity']) => number} */ of) => data.reduce((total, day) => total + of(day), 0);
  const first = data[0]?.date ?? '';
  const label = `Entries on each day since ${formatDate(first)}: ${formatCount(sum((day) => day.transactions))} in all, ${formatCount(Math.max(...values, 0))} on the busiest day.`;
  return h('div', { class: 'px-3 pb-4 sm:px-5' },
    chartOf({ label, dates: data.map((day) => day.date), values, form: 'bars', short: (value) => (Number.isInteger(value) ? formatCount(value) : ''), long: (value) => `${formatCount(value)} entries` }),
    h('p', { class: 'mt-3 text-sm text-soft' }, `In these ${data.length} days: ${formatCount(sum((day) => day.accounts_opened))} accounts opened, ${formatCount(sum((day) => day.failed_sign_ins))} wrong PINs.`));
}
