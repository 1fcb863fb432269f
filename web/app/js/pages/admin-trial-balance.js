// @ts-check
// The trial balance: what all entries up to a day add up to.

import { amountOf } from '../amount-text.js';
import { call, fileOf } from '../api.js';
import { save } from '../copying.js';
import { announce, fill, h } from '../dom.js';
import { field } from '../forms.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { empty, failure, region } from '../states.js';
import { formatExact, formatTime, today, zoneName } from '../times.js';
import { currenciesOf, endOf } from '../trial-sides.js';
import { viaWords } from '../vias.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminTrialBalance({ signal }) {
  const day = field('At the end of', { type: 'date', max: today(), value: today(), hint: `A day at the bank (${zoneName}). Today counts up to now.` });
  const date = () => day.value() || today();
  const query = () => ({ at: endOf(date()) });
  const sums = region(() => call('get', '/admin/trial-balance', { query: query(), signal }), tables, { lines: 6, class: 'space-y-4' });
  day.input.addEventListener('change', () => {
    day.fault(day.value() > today() ? 'This day is in the future.' : '');
    if (day.value() && day.value() <= today()) void sums.reload();
  });
  return [
    heading('Trial balance'),
    h('section', { class: 'card mb-4 grid gap-3 p-4 sm:grid-cols-2 sm:items-start sm:p-5', 'aria-label': 'Day' }, day.node, download(date, query)),
    sums,
  ];
}

/**
 * @param {() => string} date
 * @param {() => { at: string | undefined }} query
 */
function download(date, query) {
  const result = h('div', { class: 'mt-3 empty:hidden' });
  const button = h('button', { class: 'button button-plain', type: 'button' }, icon('download'), 'Download as CSV');
  button.addEventListener('click', async () => {
    button.disabled = true;
    fill(result);
    try {
      save(await fileOf('/admin/trial-balance', { query: query() }, 'text/csv'), `trial-balance-${date()}.csv`);
      announce('The trial balance is saved.');
    } catch (error) {
      fill(result, failure(error));
    } finally {
      button.disabled = false;
    }
  });
  return h('div', { class: 'sm:justify-self-end sm:pt-[1.625rem]' }, button, result);
}

/** @param {Schemas['TrialBalance']} balance */
function tables({ at, data }) {
  const currencies = currenciesOf(data);
  const balanced = currencies.every(({ debits, credits }) => debits === credits);
  if (currencies.length === 0) return h('section', { class: 'card', 'aria-label': 'Sums' }, empty('Nothing has been posted', `No money had moved by ${formatTime(at)}.`));
  return [
    h('p', { class: `flex items-start gap-2 rounded-lg p-4 font-medium ${balanced ? 'bg-accent-tint' : 'bg-danger-tint text-danger'}`, role: 'status', 'data-balanced': balanced },
      icon(balanced ? 'check' : 'warning'),
      h('span', null, balanced ? 'Debits equal credits in every currency' : 'Debits and credits differ. Run “bankcore verify”, which finds the entry at fault',
        ', up to ', h('time', { datetime: at, title: formatExact(at) }, formatTime(at)), '.')),
    ...currencies.map(currencyTable),
  ];
}

/** @param {import('../trial-sides.js').CurrencyBalance} balance */
function currencyTable({ currency, rows, debits, credits }) {
  const head = (/** @type {string} */ words) => h('th', { role: 'columnheader', class: 'table-head', scope: 'col' }, words);
  const line = (/** @type {string} */ name, /** @type {[string, number | bigint][]} */ amounts, classes = '') => h('tr', { role: 'row', class: `table-line ${classes}` },
    h('th', { role: 'rowheader', class: 'table-name', scope: 'row' }, name),
    amounts.map(([words, amount]) => h('td', { role: 'cell', class: 'table-amount' }, h('span', { class: 'table-label' }, words), h('span', { class: 'money' }, amountOf(amount, currency)))));
  return section(currency, h('table', { role: 'table', class: 'ledger', 'aria-label': `Trial balance in ${currency}`, 'data-currency': currency },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head('Ledger'), head('Debits'), head('Credits'), head('Balance'))),
    h('tbody', { role: 'rowgroup' },
      rows.map((row) => line(row.ledger === 'customers' ? 'Customers’ accounts' : viaWords(row.via ?? ''), [['Debits', row.debits], ['Credits', row.credits], ['Balance', row.balance]])),
      line('Total', [['Debits', debits], ['Credits', credits], ['Difference', debits - credits]], 'table-sum'))));
}
