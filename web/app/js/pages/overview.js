// @ts-check
// The overview: the balance, how it came about, and what can be done.

import { aboutChosen, isOpen, movesOf, nameOf, pendingOfAll, readAccounts, statusTag, totalsOf } from '../accounts.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { chartOf } from '../charts.js';
import { copyButton } from '../copying.js';
import { openDialog } from '../dialogs.js';
import { fill, h, isolated } from '../dom.js';
import { entryRows } from '../entries.js';
import { icon } from '../icons.js';
import { section } from '../layout.js';
import { loaded } from '../loading.js';
import { formatMoney, formatShort } from '../money.js';
import { formatNumber } from '../numbers.js';
import { onPending } from '../pending.js';
import * as session from '../session.js';
import { empty, failure, region } from '../states.js';
import { formatDate, formatMonth, zoneName } from '../times.js';

/** Whether deposits and withdrawals are made at the bank's desk alone. */
const cashByStaff = document.documentElement.dataset.cash === 'staff';

/** @typedef {import('../../../types/call').Schemas} Schemas */

const usualSpan = 90; // days

/** @param {import('../router.js').Visit} visit */
export default function overview({ signal }) {
  let accounts = readAccounts(signal);
  accounts.catch(() => {}); // the parts show it
  return [
    h('h1', { class: 'sr-only' }, 'Overview'),
    rolePlace(session.who()?.requires ?? []),
    aboutChosen(signal, (number, left) => parts(number, () => accounts, () => { accounts = readAccounts(signal); }, left)),
  ];
}

/**
 * The page's parts for one account.
 * @param {string} number
 * @param {() => Promise<Schemas['Account'][]>} accounts
 * @param {() => void} again reads the accounts again
 * @param {AbortSignal} signal
 */
function parts(number, accounts, again, signal) {
  const path = { account_number: number };
  const spans = spanChoice((days) => { span = days; void curve.reload(); });
  let span = usualSpan;
  const balance = region(accounts, (list) => balanceOf(list, number, signal), { lines: 3 });
  const all = region(accounts, (list) => accountList(list, number), { lines: 4 });
  const balances = (/** @type {number} */ days) => call('get', '/accounts/{account_number}/balances', { path, query: { days }, signal });
  let usual = balances(usualSpan); // has this month's days, too
  const month = region(() => usual, monthOf, { lines: 2 });
  const curve = region(() => (span === usualSpan ? usual : balances(span)), curveOf, { lines: 5, class: 'min-h-64' });
  const latest = region(() => call('get', '/accounts/{account_number}/transactions', { path, query: { limit: 5 }, signal }), latestOf, { lines: 6 });
  onPending(() => { // something was settled, here, in another tab, or by the notice
    if (pendingOfAll().length > 0) return;
    again();
    usual = balances(usualSpan);
    for (const part of [balance, all, month, curve, latest]) void part.reload();
  }, signal);
  return [
    h('div', { class: 'grid min-w-0 gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]' },
      h('section', { class: 'card min-w-0', 'aria-label': 'Balance' }, balance),
      section('Accounts', all, { class: 'lg:row-span-2', beside: h('a', { class: 'link inline-flex min-h-11 items-center text-sm', href: '#/accounts' }, 'Manage') }),
      h('section', { class: 'card min-w-0', 'aria-label': 'This month' }, month)),
    h('div', { class: 'mt-4 space-y-4' },
      section('Balance over time', curve, { beside: spans, note: `At the end of each day (${zoneName}).` }),
      section('Latest transactions', latest, { beside: h('a', { class: 'link inline-flex min-h-11 items-center text-sm', href: '#/transactions' }, 'All transactions') })),
  ];
}

/**
 * The place for a notice of what staff still have to do to act as such, whose code is loaded only then.
 * @param {Schemas['RoleRequirement'][]} requires
 */
function rolePlace(requires) {
  const place = h('div');
  if (requires.length > 0) void loaded(() => import('../role-notice.js')).then(({ roleNotice }) => fill(place, roleNotice(requires)), () => {}); // as long as it fails, they are customers
  return place;
}

/**
 * @param {Schemas['Account'][]} accounts
 * @param {string} number
 * @param {AbortSignal} signal
 */
function balanceOf(accounts, number, signal) {
  const account = accounts.find((one) => one.account_number === number);
  if (!account) return empty('This account cannot be shown', 'It is not one of yours.');
  return h('div', { class: 'flex h-full flex-col p-5 sm:p-6' },
    h('p', { class: 'text-soft' }, isolated(accounts.length > 1 || account.nickname ? nameOf(account) : account.account_holder_name)),
    h('p', { class: 'figure figure-large mt-1', 'data-balance': account.available_balance }, amountOf(account.available_balance, account.currency)),
    heldPlace(account),
    h('div', { class: 'mt-2 flex flex-wrap items-center gap-1 text-soft tabular-nums' },
      h('span', null, h('span', { class: 'sr-only' }, 'Account number '), formatNumber(account.account_number)), copyButton(account.account_number, 'account number')),
    account.is_locked ? h('p', { class: 'mt-2 flex items-center gap-2 rounded-lg bg-danger-tint p-3 text-sm font-medium text-danger' }, icon('lock'), 'Three wrong PINs have locked this account: you cannot sign in elsewhere or change the PIN until the bank unlocks it. Everything else works. If the wrong PINs were not yours, tell the bank.') : null,
    statusPlace(account),
    h('div', { class: 'mt-5 flex flex-wrap gap-2 empty:hidden' }, actionsOf(account, signal)));
}

/**
 * The place for what is held of the balance, whose code is loaded only then.
 * @param {Schemas['Account']} account
 */
function heldPlace(account) {
  if (account.held_balance === 0) return null;
  const place = h('div');
  void loaded(() => import('../held.js')).then(({ heldNote }) => fill(place, heldNote(account)), () => {}); // the history says it, too
  return place;
}

/**
 * The place for a notice that the account is frozen or closed, whose code is loaded only then.
 * @param {Schemas['Account']} account
 */
function statusPlace(account) {
  if (account.status === 'open') return null;
  const place = h('div');
  void loaded(() => import('../account-status.js')).then(({ statusNotice }) => fill(place, statusNotice(account)), () => {}); // its tag says it, too
  return place;
}

/**
 * What can be done with an account as it is.
 * @param {Schemas['Account']} account
 * @param {AbortSignal} signal
 */
function actionsOf(account, signal) {
  const size = 'grow basis-[5.5rem] px-1 @md:grow-0 @md:basis-auto @md:px-4';
  const { pays, receives } = movesOf(account);
  return [
    pays ? h('a', { class: `button button-main ${size}`, href: '#/transfer' }, icon('transfer', 'hidden size-5 @md:block'), 'Transfer') : null,
    receives && !cashByStaff ? h('button', { class: `button button-plain ${size}`, type: 'button', on: { click: () => openCash('deposit', account, signal) } }, icon('plus', 'hidden size-5 @md:block'), 'Deposit') : null,
    pays && !cashByStaff ? h('button', { class: `button button-plain ${size}`, type: 'button', on: { click: () => openCash('withdraw', account, signal) } }, icon('minus', 'hidden size-5 @md:block'), 'Withdraw') : null,
  ];
}

const mostListed = 5;

/**
 * The customer's accounts, each a link that turns the page to it, and what there is in each currency.
 * @param {Schemas['Account'][]} accounts
 * @param {string} number the one that the page shows
 */
function accountList(accounts, number) {
  const open = accounts.filter(isOpen);
  const listed = open.length <= mostListed ? open : open.slice(0, mostListed - 1);
  const row = (/** @type {Schemas['Account']} */ account) => h('li', { class: 'border-t border-line' },
    h('a', { class: 'row row-link min-h-16', href: `#/overview?account=${account.account_number}`, 'aria-current': account.account_number === number ? 'true' : null, 'data-to': account.account_number },
      h('span', { class: 'row-main' },
        h('span', { class: 'flex flex-wrap items-center gap-x-2 font-medium' }, h('span', { class: 'min-w-0' }, isolated(nameOf(account))), statusTag(account)),
        h('span', { class: 'block text-sm text-soft tabular-nums' }, formatNumber(account.account_number))),
      h('span', { class: 'money ml-auto font-medium' }, amountOf(account.available_balance, account.currency))));
  return [
    h('ul', { class: 'mt-1' }, listed.map(row)),
    open.length > listed.length ? h('p', { class: 'border-t border-line px-4 sm:px-5' }, h('a', { class: 'link inline-flex min-h-11 items-center text-sm', href: '#/accounts' }, `All ${open.length} accounts`)) : h('span'),
    open.length > 1 ? totals(open) : h('span'),
  ];
}

/** @param {Schemas['Account'][]} accounts */
function totals(accounts) {
  const sums = totalsOf(accounts);
  const what = accounts.some((account) => account.held_balance > 0) ? 'Available' : 'All';
  return h('dl', { class: 'border-t border-line bg-sunken px-4 py-3 sm:px-5' }, sums.map(([currency, sum]) => h('div', { class: 'flex flex-wrap justify-between gap-x-4' },
    h('dt', { class: 'text-soft' }, sums.length > 1 ? `${what} in ${currency}` : what === 'All' ? 'All accounts' : 'Available in all accounts'), h('dd', { class: 'money ml-auto font-semibold', 'data-total': currency }, amountOf(sum, currency)))));
}

/**
 * Opens the dialog for a deposit or a withdrawal, whose code a first visit does not load.
 * @param {'deposit' | 'withdraw'} kind
 * @param {Schemas['Account']} account
 * @param {AbortSignal} signal
 */
async function openCash(kind, account, signal) {
  const left = () => signal.aborted || document.querySelector('dialog[open]') !== null;
  try {
    const cash = await loaded(() => import('../cash.js'));
    if (!left()) cash.openCash(kind, account);
  } catch (error) {
    if (!left()) openDialog(kind === 'deposit' ? 'Deposit' : 'Withdraw', () => failure(error, () => location.reload()));
  }
}

/** @param {Schemas['DailyBalances']} balances */
function monthOf({ currency, data }) {
  const month = (data.at(-1)?.date ?? '').slice(0, 7);
  const days = data.filter((day) => day.date.slice(0, 7) === month);
  const into = days.reduce((sum, day) => sum + day.money_in, 0);
  const out = days.reduce((sum, day) => sum + day.money_out, 0);
  const most = Math.max(into, out, 1);
  return h('div', { class: 'p-5 sm:p-6' },
    h('h2', { class: 'text-soft' }, formatMonth(month)),
    bar('Money in', into, most, currency, 'bg-accent'),
    bar('Money out', out, most, currency, 'bg-edge'),
    h('p', { class: 'mt-5 flex flex-wrap justify-between gap-x-4 border-t border-line pt-3 text-soft' },
      'Difference', h('span', { class: 'money ml-auto' }, amountOf(into - out, currency, { sign: true }))));
}

/**
 * @param {string} words
 * @param {number} amount
 * @param {number} most
 * @param {string} currency
 * @param {string} colour
 */
function bar(words, amount, most, currency, colour) {
  const inner = h('div', { class: `h-full rounded-full ${colour}` });
  inner.style.width = `${(amount / most) * 100}%`;
  return h('div', { class: 'mt-4' },
    h('div', { class: 'flex flex-wrap justify-between gap-x-4' }, h('span', null, words), h('span', { class: 'money ml-auto font-semibold' }, amountOf(amount, currency))),
    h('div', { class: 'mt-2 h-1.5 overflow-hidden rounded-full bg-sunken' }, inner));
}

/** @param {Schemas['DailyBalances']} balances */
function curveOf({ currency, data }) {
  if (data.length < 2) return empty('No chart yet', 'The balance of each day will show here from tomorrow on.');
  const values = data.map((day) => day.balance);
  const [first, last] = [/** @type {Schemas['DailyBalance']} */ (data[0]), /** @type {Schemas['DailyBalance']} */ (data.at(-1))];
  const label = `The balance at the end of each day from ${formatDate(first.date)}, ${formatMoney(first.balance, currency)}, to ${formatDate(last.date)}, `
    + `${formatMoney(last.balance, currency)}; lowest ${formatMoney(Math.min(...values), currency)}, highest ${formatMoney(Math.max(...values), currency)}.`;
  return h('div', { class: 'px-3 pb-4 sm:px-5' }, chartOf({
    label, dates: data.map((day) => day.date), values, form: 'line',
    short: (value) => formatShort(value, currency), long: (value) => formatMoney(value, currency),
  }));
}

/** @param {Schemas['TransactionPage']} page */
function latestOf(page) {
  if (page.data.length === 0) return empty('Nothing yet', 'What comes in and goes out will show here.');
  return h('div', { class: 'columns columns-entries mt-1 border-t border-line' }, h('ul', null, entryRows(page.data)));
}

/** @param {(days: number) => void} changed */
function spanChoice(changed) {
  const group = h('fieldset', { class: 'flex flex-wrap' }, h('legend', { class: 'sr-only' }, 'Days to show'));
  for (const [days, words] of /** @type {[number, string][]} */ ([[30, '30 days'], [90, '90 days'], [365, '1 year']])) {
    const input = h('input', { class: 'sr-only', type: 'radio', name: 'span', value: days, checked: days === usualSpan, on: { change: () => changed(days) } });
    group.append(h('label', { class: 'choice' }, input, words));
  }
  return group;
}
