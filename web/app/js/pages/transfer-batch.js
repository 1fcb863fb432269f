// @ts-check
// What became of many transfers that were sent at once.

import { knownAccounts, readAccounts, readChosen } from '../accounts.js';
import { amountOf } from '../amount-text.js';
import { itemsOf } from '../batches.js';
import { call } from '../api.js';
import { copyButton } from '../copying.js';
import { h } from '../dom.js';
import { details } from '../entry.js';
import { icon } from '../icons.js';
import { heading } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { region } from '../states.js';
import { rowList } from '../transfer-rows.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function transferBatch({ parameters, signal }) {
  const id = parameters[0] ?? '';
  return h('div', { class: 'mx-auto max-w-3xl' },
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/transfers' }, icon('back', 'size-4'), 'Many transfers from a file'),
    heading('What became of the transfers'),
    region(async () => {
      const number = await readChosen(signal);
      const [batch] = await Promise.all([
        call('get', '/accounts/{account_number}/transfers/{id}', { path: { account_number: number, id }, signal }),
        knownAccounts() ?? readAccounts(signal),
      ]);
      return { number, batch, currency: knownAccounts()?.find((one) => one.account_number === number)?.currency ?? '' };
    }, ({ number, batch, currency }) => contentOf(id, number, batch, currency), { lines: 6 }));
}

/**
 * @param {string} id
 * @param {string} number
 * @param {Schemas['TransferBatch']} batch
 * @param {string} currency
 */
function contentOf(id, number, batch, currency) {
  const items = itemsOf(id);
  const listed = (/** @type {Schemas['TransferResult']} */ { index, transaction_id: entry, problem }) => {
    const item = items[index];
    return {
      place: `Transfer ${index + 1}`, to: item?.to_account ?? '', amount: '', minor: item?.amount ?? 0, description: item?.description ?? (item ? '' : entry ?? ''), reference: item?.reference ?? '',
      faults: problem ? [problem.detail] : [],
    };
  };
  const [sent, refused] = [batch.results.filter((one) => one.status === 'posted'), batch.results.filter((one) => one.status !== 'posted')];
  return h('div', null,
    h('div', { class: 'card p-5 sm:p-6', 'data-batch': id },
      h('p', { class: `flex items-center gap-2 font-medium ${refused.length > 0 ? 'text-warn' : 'text-good'}` }, icon(refused.length > 0 ? 'warning' : 'check'),
        refused.length > 0 ? `${sent.length} sent, ${refused.length} refused` : `${sent.length} sent`),
      h('p', { class: 'figure mt-2' }, amountOf(batch.total_amount, currency)),
      details([['From', formatNumber(number)], ['Batch', h('code', { class: 'text-xs break-all' }, id)]]),
      refused.length > 0 ? h('p', { class: 'mt-4 text-sm' }, 'To send the others, send a file with only those rows, or the whole file if each row has a reference: transfers that were sent are not sent again.') : null,
      h('div', { class: 'mt-5 flex flex-wrap gap-3' },
        h('a', { class: 'button button-main', href: '#/overview' }, 'Done'),
        copyButton(location.href, 'link', 'Copy the link'),
        h('button', { class: 'button button-quiet', type: 'button', on: { click: () => print() } }, 'Print'))),
    rowList('Refused', refused.map(listed), currency, 'refused'),
    rowList('Sent', sent.map(listed), currency, 'sent'));
}
