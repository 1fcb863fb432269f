// @ts-check
// What the customer can ask the bank for, and what has become of it.

import { isOpen, knownAccounts, readAccounts } from '../accounts.js';
import { call } from '../api.js';
import { h, isolated } from '../dom.js';
import { heading, section } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { askForName, askForPin, chooseAccount } from '../request-forms.js';
import { kindWords, statusTag, statusWords, wantedText } from '../request-words.js';
import * as session from '../session.js';
import { shared } from '../sharing.js';
import { empty, region } from '../states.js';
import { formatExact, formatTime } from '../times.js';
import { withdrawButton } from '../withdrawing.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function requests({ signal }) {
  const path = { account_number: session.who()?.account ?? '' };
  const accounts = shared(() => readAccounts(signal));
  const list = pagedList({
    load: async (cursor) => {
      if (!knownAccounts()) await accounts(); // an amount needs its account's currency
      return call('get', '/accounts/{account_number}/requests', { path, query: cursor ? { cursor } : { limit: 25 }, signal });
    },
    rows: (page) => page.map((request) => row(request, knownAccounts() ?? [], again)),
    nothing: () => empty('No requests', 'What you ask the bank for will show here.'),
  });
  const again = () => { void list.restart(); };
  return [
    heading('Requests'),
    h('div', { class: 'grid min-w-0 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:items-start' },
      section('Make a request', region(accounts, (all) => choices(all, again), { lines: 4 })),
      section('Your requests', list.node)),
  ];
}

/**
 * @param {Schemas['Account'][]} all
 * @param {() => void} changed
 */
function choices(all, changed) {
  const open = all.filter(isOpen);
  const [account] = all;
  const place = (/** @type {Schemas['Account']} */ one) => `#/accounts/${one.account_number}`;
  const about = (/** @type {string} */ title) => {
    if (open.length === 1 && open[0]) location.hash = place(open[0]);
    else chooseAccount(title, open, place);
  };
  return h('ul', { class: 'mt-1 border-t border-line' },
    account ? ask('Another name', 'Such as after a wedding.', () => askForName({ account, changed })) : null,
    open.length > 0 ? ask('Higher limits', 'What may leave an account at once, in a day, and in a month.', () => about('Which account’s limits?')) : null,
    open.length > 0 ? ask('Close an account', 'Its history stays available.', () => about('Which account do you want to close?')) : null,
    account ? ask('Code for a new PIN', 'If you have forgotten yours.', () => askForPin({ account, changed })) : null);
}

/**
 * @param {string} what
 * @param {string} words
 * @param {() => void} press
 */
function ask(what, words, press) {
  return h('li', { class: 'flex flex-wrap items-center gap-3 border-b border-line px-4 py-3 last:border-b-0 sm:px-5' },
    h('div', { class: 'min-w-0 flex-[1_1_9rem]' }, h('p', { class: 'font-medium' }, what), h('p', { class: 'text-sm text-soft' }, words)),
    h('button', { class: 'button button-plain', type: 'button', 'aria-label': `Ask: ${what}`, on: { click: press } }, 'Ask'));
}

/**
 * @param {Schemas['ServiceRequest']} request
 * @param {Schemas['Account'][]} accounts
 * @param {() => void} changed
 */
function row(request, accounts, changed) {
  const currency = accounts.find((one) => one.account_number === request.account_number)?.currency ?? '';
  return h('li', { class: 'border-t border-line px-4 py-4 first:border-t-0 sm:px-5', 'data-request': request.id },
    h('div', { class: 'flex flex-wrap items-center justify-between gap-x-4 gap-y-1' }, h('p', { class: 'font-medium' }, kindWords[request.kind]), statusTag(request.status)),
    h('p', { class: 'mt-1' }, wantedText(request, currency)),
    request.note ? h('p', { class: 'mt-1 text-sm text-soft' }, request.requested_by === 'customer' ? 'You wrote: ' : 'Note: ', isolated(request.note)) : null,
    request.decision_note ? h('p', { class: 'mt-1 text-sm' }, 'The bank: ', isolated(request.decision_note)) : null,
    h('p', { class: 'mt-1 text-sm text-soft' },
      h('span', { class: 'tabular-nums' }, `Account ${formatNumber(request.account_number)}`), ', ', request.requested_by === 'customer' ? 'asked ' : 'made by the bank ',
      time(request.created_at), request.status === 'pending' ? [', expires ', time(request.expires_at)] : request.decided_at ? [`, ${statusWords[request.status].toLowerCase()} `, time(request.decided_at)] : null, '.'),
    request.status === 'pending' && request.requested_by === 'customer' ? h('div', { class: 'mt-3' }, withdrawButton(request, changed)) : null);
}

/** @param {string} timestamp */
function time(timestamp) {
  return h('time', { datetime: timestamp, title: formatExact(timestamp) }, formatTime(timestamp));
}
