// @ts-check
// The whole history: filtered, searched, page by page, and as statements.

import { accountChoice } from '../account-choice.js';
import { aboutChosen } from '../accounts.js';
import { call, fileOf } from '../api.js';
import { save } from '../copying.js';
import { asciiDigits } from '../digits.js';
import { announce, fill, h } from '../dom.js';
import { entryHeadings, entryRows, typeWords } from '../entries.js';
import { fold } from '../folding.js';
import { choice, field } from '../forms.js';
import { heldPlace } from '../held.js';
import { icon } from '../icons.js';
import { heading, section } from '../layout.js';
import { formatInput, formatMoney } from '../money.js';
import { digitsOf, isNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { show } from '../router.js';
import { shared } from '../sharing.js';
import { empty, failure, region } from '../states.js';
import { beginOf, formatMonth, monthsSince, zoneName } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */
/** @typedef {Schemas['Transaction']} Entry */

const searchPages = 10; // pages that one search reads by itself

/** @param {import('../router.js').Visit} visit */
export default function transactions({ signal }) {
  return [heading('Transactions'), accountChoice(signal), aboutChosen(signal, historyOf)];
}

/**
 * @param {string} account
 * @param {AbortSignal} signal
 */
function historyOf(account, signal) {
  const read = shared(() => call('get', '/accounts/{account_number}', { path: { account_number: account }, signal }));
  const filters = { type: '', from: '', to: '', search: '' };
  /** @type {import('../paging.js').PagedList<Entry>} */
  const list = pagedList({
    load: (cursor) => call('get', '/accounts/{account_number}/transactions', {
      path: { account_number: account }, query: cursor ? { cursor } : query(filters), signal,
    }),
    keep: (items) => items.filter((entry) => matches(entry, filters.search)),
    headings: entryHeadings(),
    columns: 'columns-entries',
    rows: entryRows,
    nothing: () => empty('Nothing found', list.complete ? 'No transaction matches. Try other filters.' : 'None of the newest entries matches. Load more to look further back.'),
  });
  return h('div', { class: 'grid min-w-0 gap-4 xl:grid-cols-[minmax(0,1fr)_17rem] xl:items-start' },
    h('div', { class: 'min-w-0 space-y-4' },
      heldPlace(read, { own: true, changed: () => { void show(); } }, signal),
      h('section', { class: 'card min-w-0 overflow-hidden', 'aria-label': 'History' }, filterBar(filters, list), list.node)),
    statements(account, read));
}

/**
 * @param {{ type: string, from: string, to: string }} filters
 * @returns {{ transaction_type?: Schemas['TransactionType'], from?: string, to?: string, limit: number }}
 */
function query(filters) {
  const type = /** @type {Schemas['TransactionType'] | ''} */ (filters.type);
  return {
    limit: 50,
    ...(type ? { transaction_type: type } : {}),
    ...(filters.from ? { from: beginOf(filters.from) } : {}),
    ...(filters.to ? { to: beginOf(filters.to, 1) } : {}),
  };
}

/**
 * @param {Entry} entry
 * @param {string} search
 */
function matches(entry, search) {
  const typed = search.trim();
  if (!typed) return true;
  const sought = fold(typed); // empty if only punctuation was typed
  const amount = bareAmount(typed);
  return entry.description.includes(typed)
    || (sought !== '' && (fold(entry.description).includes(sought) || fold(typeWords[entry.transaction_type]).includes(sought)))
    || (isNumber(typed) && (entry.counterparty_account ?? '').includes(digitsOf(typed)))
    || (amount !== '' && [formatMoney, formatInput].some((format) => bareAmount(format(entry.amount, entry.currency)).includes(amount)));
}

/**
 * An amount to compare: in plain digits, without spaces and sign.
 * @param {string} text
 */
function bareAmount(text) {
  return asciiDigits(text).replace(/[\s+−-]/gu, '').toLocaleLowerCase();
}

/**
 * @param {{ type: string, from: string, to: string, search: string }} filters
 * @param {import('../paging.js').PagedList<Entry>} list
 */
function filterBar(filters, list) {
  const type = choice('Type', [['', 'All types'], .../** @type {[string, string][]} */ (Object.entries(typeWords))], (value) => {
    filters.type = value;
    void again();
  });
  const from = field('From', { type: 'date', optional: true, on: { change: () => { filters.from = from.value(); void again(); } } });
  const to = field('To', { type: 'date', optional: true, on: { change: () => { filters.to = to.value(); void again(); } } });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  const search = field('Search', {
    type: 'search', hint: 'Description, account or amount', optional: true,
    on: { input: () => { filters.search = search.value(); clearTimeout(pause); pause = setTimeout(() => { void look(); }, 250); } },
  });
  // The bank filters by type and time; the search text stays on this machine.
  const look = async () => {
    list.show();
    for (let i = 0; i < searchPages && filters.search.trim() && !list.complete; i += 1) await list.more();
    if (filters.search.trim()) announce(`${list.items.filter((entry) => matches(entry, filters.search)).length} found.`);
  };
  const again = async () => {
    await list.restart();
    await look();
  };
  for (const one of [type, from, to, search]) one.node.querySelector('label span')?.remove();
  return h('div', { class: 'grid gap-x-3 gap-y-4 border-b border-line p-4 sm:p-5 @min-[22rem]:grid-cols-2' },
    h('div', { class: '@min-[22rem]:col-span-2 @xl:col-span-1' }, search.node), h('div', { class: '@min-[22rem]:col-span-2 @xl:col-span-1' }, type.node), from.node, to.node,
    h('p', { class: 'text-sm text-soft @min-[22rem]:col-span-2' }, `Time zone: ${zoneName}.`));
}

/**
 * @param {string} account
 * @param {() => Promise<Schemas['Account']>} read
 */
function statements(account, read) {
  return section('Statements', region(read, (details) => statementForm(account, details.created_at), { lines: 3 }), { note: `A calendar month (${zoneName}), from opening to closing balance.` });
}

/**
 * @param {string} account
 * @param {string} since
 */
function statementForm(account, since) {
  const months = monthsSince(since);
  let month = months[0] ?? '';
  const select = choice('Month', months.map((one) => [one, formatMonth(one)]), (value) => { month = value; }, month);
  const result = h('div', { class: 'empty:hidden' });
  /**
   * @param {'text/csv' | 'application/pdf'} media
   * @param {string} words
   */
  const button = (media, words) => {
    const made = h('button', { class: 'button button-plain flex-1', type: 'button' }, icon('download'), words);
    made.addEventListener('click', async () => {
      made.disabled = true;
      fill(result);
      try {
        const query = media === 'text/csv' ? { month, bom: true } : { month }; // spreadsheets recognize UTF-8 by a byte order mark
        save(await fileOf('/accounts/{account_number}/statement', { path: { account_number: account }, query }, media), `statement-${account}-${month}.${words.toLowerCase()}`);
        announce(`The statement of ${formatMonth(month)} is saved.`);
      } catch (error) {
        fill(result, failure(error));
      } finally {
        made.disabled = false;
      }
    });
    return made;
  };
  return h('div', { class: 'space-y-4 px-4 pt-2 pb-5 sm:px-5' },
    select.node, h('div', { class: 'flex flex-wrap gap-2' }, button('application/pdf', 'PDF'), button('text/csv', 'CSV')), result);
}
