// @ts-check
// The standing orders of an account, and the pages below. These have no lines of their own in routes.js, which every first visit loads.

import { accountChoice } from '../account-choice.js';
import { aboutChosen, readAccounts } from '../accounts.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { h, isolated } from '../dom.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { loaded } from '../loading.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { orderTag, outlook, rhythm } from '../standing-orders.js';
import { empty, region } from '../states.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default async function standingOrders(visit) {
  const [below] = visit.parameters;
  if (below === 'new') return (await loaded(() => import('./standing-order-new.js'))).default(visit);
  return below ? (await loaded(() => import('./standing-order.js'))).default(visit) : list(visit);
}

/** @param {import('../router.js').Visit} visit */
function list({ signal }) {
  return [
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/transfer' }, icon('back', 'size-4'), 'Transfer'),
    heading('Standing orders', h('a', { class: 'button button-main', href: '#/standing-orders/new' }, icon('plus'), 'New standing order')),
    accountChoice(signal),
    aboutChosen(signal, (number, shown) => region(() => readAccounts(shown), (accounts) => {
      const currency = accounts.find((one) => one.account_number === number)?.currency ?? '';
      return h('section', { class: 'card', 'aria-label': 'Standing orders' }, pagedList({
        load: (cursor) => call('get', '/accounts/{account_number}/standing-orders', {
          path: { account_number: number }, query: cursor ? { cursor } : { limit: 25 }, signal: shown,
        }),
        rows: (orders) => orders.map((order) => row(order, currency)),
        nothing: () => empty('No standing orders', 'Rent, savings, pocket money: what you send again and again, the bank can send for you.'),
      }).node);
    })),
  ];
}

/**
 * @param {Schemas['StandingOrder']} order
 * @param {string} currency
 */
function row(order, currency) {
  return h('li', { class: 'border-t border-line first:border-t-0', 'data-order': order.id },
    h('a', { class: 'flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-5', href: `#/standing-orders/${order.id}?account=${order.account_number}` },
      h('span', { class: 'min-w-0' },
        h('span', { class: 'block font-medium' }, order.description ? isolated(order.description) : `To ${formatNumber(order.to_account)}`),
        h('span', { class: 'block text-sm text-soft' }, rhythm(order)),
        h('span', { class: 'block text-sm text-soft' }, outlook(order))),
      h('span', { class: 'ml-auto flex flex-wrap items-center justify-end gap-3' }, orderTag(order), h('span', { class: 'font-medium tabular-nums' }, amountOf(order.amount, currency)))));
}
