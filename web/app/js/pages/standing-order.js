// @ts-check
// One standing order: what was ordered, what has become of its dates, and a way to pause and end it.

import { aboutChosen, readAccounts } from '../accounts.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { openDialog } from '../dialogs.js';
import { announce, fill, h, isolated } from '../dom.js';
import { details } from '../entry.js';
import { form } from '../forms.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { extent, orderTag, outlook, rhythm, runWords, shortWords } from '../standing-orders.js';
import { empty, failure, region } from '../states.js';
import { formatDate, formatTime } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function standingOrder({ parameters, signal }) {
  return [
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/standing-orders' }, icon('back', 'size-4'), 'Standing orders'),
    heading('Standing order'),
    aboutChosen(signal, (number, shown) => about({ account_number: number, id: parameters[0] ?? '' }, shown)),
  ];
}

/**
 * @param {{ account_number: string, id: string }} path
 * @param {AbortSignal} signal
 */
function about(path, signal) {
  const runs = pagedList({
    load: (cursor) => call('get', '/accounts/{account_number}/standing-orders/{id}/runs', { path, query: cursor ? { cursor } : { limit: 25 }, signal }),
    rows: (all) => all.map(runRow),
    nothing: () => empty('No date has run yet', 'The result of each date will show here.'),
  });
  const card = region(async () => {
    const [order, accounts] = await Promise.all([call('get', '/accounts/{account_number}/standing-orders/{id}', { path, signal }), readAccounts(signal)]);
    return { order, currency: accounts.find((one) => one.account_number === path.account_number)?.currency ?? '' };
  }, ({ order, currency }) => orderCard(order, currency, () => {
    void card.reload();
    void runs.restart();
  }), { lines: 6 });
  return h('div', { class: 'space-y-4' }, h('section', { class: 'card', 'aria-label': 'Standing order' }, card), section('Past dates', runs.node));
}

/** @param {Schemas['StandingOrderRun']} run */
function runRow(run) {
  return h('li', { class: 'flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-t border-line px-4 py-3 first:border-t-0 sm:px-5' },
    h('span', null, h('span', { class: 'block font-medium' }, formatDate(run.due_on)), h('span', { class: `block text-sm ${run.status === 'posted' ? 'text-good' : 'text-warn'}` }, runWords(run))),
    h('time', { class: 'ml-auto text-sm text-soft', datetime: run.ran_at }, formatTime(run.ran_at)));
}

/**
 * @param {Schemas['StandingOrder']} order
 * @param {string} currency
 * @param {() => void} changed
 */
function orderCard(order, currency, changed) {
  const result = h('div', { class: 'mt-4 empty:hidden' });
  const path = { account_number: order.account_number, id: order.id };
  /**
   * @param {'pause' | 'resume'} verb
   * @param {string} words
   * @param {string} done
   */
  const button = (verb, words, done) => {
    const made = h('button', { class: 'button button-plain', type: 'button' }, words);
    made.addEventListener('click', async () => {
      made.disabled = true;
      try {
        await call('post', `/accounts/{account_number}/standing-orders/{id}/${verb}`, { path });
        announce(done);
        changed();
      } catch (error) {
        made.disabled = false;
        fill(result, failure(error));
      }
    });
    return made;
  };
  const over = order.status === 'ended' || order.status === 'completed';
  return h('div', { class: 'p-5 sm:p-6', 'data-status': order.status },
    h('p', { class: 'flex flex-wrap items-center gap-2' }, orderTag(order), h('span', { class: 'text-soft' }, outlook(order))),
    h('p', { class: 'figure mt-2' }, amountOf(order.amount, currency)),
    details([
      ['To', formatNumber(order.to_account)],
      order.description ? ['Description', isolated(order.description)] : null,
      ['How often', rhythm(order)],
      ['First date', formatDate(order.first_on)],
      order.frequency === 'once' ? null : ['How long', extent(order)],
      ['If the balance is too low', shortWords[order.if_short]],
    ]),
    over ? null : h('div', { class: 'mt-5 flex flex-wrap gap-2' },
      order.status === 'active' ? button('pause', 'Pause', 'The standing order is paused.') : button('resume', 'Resume', 'The standing order is resumed.'),
      h('button', { class: 'button button-plain', type: 'button', on: { click: () => confirmEnd(path, changed) } }, 'End')),
    order.status === 'paused' ? h('p', { class: 'mt-3 text-sm text-soft' }, 'Dates that pass during the pause are left out.') : null,
    result);
}

/**
 * Ends an order, after a last question: it cannot be undone.
 * @param {{ account_number: string, id: string }} path
 * @param {() => void} changed
 */
function confirmEnd(path, changed) {
  openDialog('End the standing order?', (close) => h('div', null,
    h('p', null, 'No further date runs. An order that was ended cannot be resumed; you can make another one.'),
    h('div', { class: 'mt-5' }, form({
      fields: [], action: 'End the standing order', check: () => [],
      beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Cancel')],
      send: async () => {
        await call('post', '/accounts/{account_number}/standing-orders/{id}/end', { path });
        announce('The standing order has ended.');
        close();
        changed();
      },
    }))));
}
