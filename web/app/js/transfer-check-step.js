// @ts-check
// The second step of many transfers: every row, with what would become of it, before the file is sent.

import { amountOf } from './amount-text.js';
import { call } from './api.js';
import { unknownOutcome } from './cash.js';
import { decimalsOf } from './currencies.js';
import { fill, h } from './dom.js';
import { details } from './entry.js';
import { choice, form } from './forms.js';
import { manyTransfers } from './intents.js';
import { heading } from './layout.js';
import { formatInput } from './money.js';
import { formatNumber } from './numbers.js';
import { Refusal, codeOf } from './problems.js';
import { region } from './states.js';
import { readTransfers } from './transfer-file.js';
import { countOfTransfers, rowList } from './transfer-rows.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./transfer-file.js').Row} Row */
/** @typedef {ReturnType<typeof manyTransfers>} Making */
/**
 * @typedef {object} Check
 * @property {Schemas['Account']} account the sender's
 * @property {string} text the file
 * @property {string} key
 * @property {AbortSignal} signal
 * @property {(batch: Schemas['TransferBatch'], items: Schemas['TransferItem'][]) => void} done
 */
/** @typedef {{ rows: Row[], unused: string[], trial: Schemas['TransferBatch'] | null }} Checked trial is what the bank says; null if there was no use in asking */
/** @typedef {{ hold: (making: Making) => void, again: () => void }} Followers hold takes what is being sent; again checks the rows once more */

/** @param {Check} check */
export function checkStep(check) {
  const { account, text } = check;
  let making = intentOf(check, 'all_or_nothing', []);
  /** @type {string | undefined} */
  let locale;
  const result = region(() => checked(check, locale), (found) => contentOf(check, found, {
    hold: (next) => { making = next; },
    again: () => { void result.reload(); },
  }), { lines: 6 });
  const sample = 1250 * 10 ** decimalsOf(account.currency) + (decimalsOf(account.currency) > 0 ? 5 * 10 ** (decimalsOf(account.currency) - 1) : 0);
  const written = new Map(['', 'en', 'de'].reverse().map((language) => [formatInput(sample, account.currency, language || undefined), language])); // the browser's own, and with either sign
  const sign = choice('Amounts are written', [...written].reverse().map(([text, language]) => [language, text]), (value) => {
    locale = value || undefined;
    void result.reload();
  });
  const reading = readTransfers(text, account, undefined);
  const node = h('div', null, heading('Check the transfers'),
    'fault' in reading ? h('p', { class: 'card p-5' }, reading.fault) : [decimalsOf(account.currency) > 0 ? h('div', { class: 'mb-4 max-w-sm' }, sign.node) : null, result]);
  return { node, making: () => making };
}

/**
 * @param {Check} check
 * @param {Schemas['TransferMode']} mode
 * @param {Schemas['TransferItem'][]} items
 */
function intentOf({ key, account }, mode, items) {
  return manyTransfers({ key, kind: 'transfers', account: account.account_number, currency: account.currency, body: { mode, items } });
}

/**
 * Reads the file, and if nothing is wrong with it asks the bank what would become of it.
 * @param {Check} check
 * @param {string | undefined} locale
 * @returns {Promise<Checked>}
 */
async function checked({ account, text, signal }, locale) {
  const reading = readTransfers(text, account, locale);
  if ('fault' in reading) throw new Error(reading.fault); // the step before has seen to that
  const { rows, unused } = reading;
  if (rows.some((row) => row.faults.length > 0)) return { rows, unused, trial: null };
  const path = { account_number: account.account_number };
  try {
    const trial = await call('post', '/accounts/{account_number}/transfers', { path, body: { mode: 'each', dry_run: true, items: rows.map((row) => row.item) }, signal });
    for (const { index, problem } of trial.results) if (problem) rows[index]?.faults.push(problem.detail);
    return { rows, unused, trial };
  } catch (error) {
    if (!(error instanceof Refusal) || !blame(rows, error)) throw error;
    return { rows, unused, trial: null };
  }
}

/**
 * Assigns the faults of a refusal to the rows that they point at, and returns whether there are any.
 * @param {Row[]} rows
 * @param {Refusal} refusal
 */
function blame(rows, { problem }) {
  let any = false;
  for (const { pointer, detail } of problem.errors ?? []) {
    const [, index, member] = /^\/items\/(\d+)(?:\/(\w+))?/.exec(pointer) ?? [];
    const row = rows[Number(index ?? -1)];
    if (!row) continue;
    row.faults.push(`${member ? `${member.replace('_', ' ')}: ` : ''}${detail}`);
    any = true;
  }
  return any;
}

/**
 * @param {Check} check
 * @param {Checked} found
 * @param {Followers} followers
 */
function contentOf(check, { rows, unused, trial }, followers) {
  const { account: { account_number: from, balance, currency } } = check;
  const sum = rows.reduce((all, row) => all + row.item.amount, 0);
  const [faulty, good] = [rows.filter((row) => row.faults.length > 0), rows.filter((row) => row.faults.length === 0)];
  const listed = (/** @type {Row} */ row) => ({
    place: `Line ${row.line}`, to: row.faults.length > 0 ? row.cells.to : row.item.to_account, amount: row.cells.amount, minor: row.item.amount,
    description: row.cells.description, reference: row.cells.reference, faults: row.faults,
  });
  return h('div', null,
    h('div', { class: 'card p-5 sm:p-6' },
      h('p', { class: 'text-lg font-semibold' }, trial ? countOfTransfers(rows.length, sum, currency) : `${faulty.length} of ${rows.length} ${rows.length === 1 ? 'row' : 'rows'} to correct`),
      details([
        ['From', formatNumber(from)],
        ['Balance now', amountOf(balance, currency)],
        trial ? ['Balance afterwards', amountOf(balance - trial.total_amount, currency)] : null,
        trial && faulty.length > 0 ? ['Would be refused', `${faulty.length} of ${rows.length}`] : null,
        unused.length > 0 ? ['Columns not used', unused.join(', ')] : null,
      ]),
      trial ? sendForm(check, rows, trial, sum, followers) : [
        h('p', { class: 'my-5 text-sm' }, 'Nothing has been sent. Correct these rows, then check the transfers again.'),
        h('button', { class: 'button button-main', type: 'button', on: { click: () => history.back() } }, 'Correct the rows')]),
    rowList(trial ? 'Would be refused' : 'To correct', faulty.map(listed), currency, 'faulty'),
    rowList(trial ? 'Would be sent' : 'Without a fault', good.map(listed), currency, 'good'));
}

/**
 * @param {Check} check
 * @param {Row[]} rows
 * @param {Schemas['TransferBatch']} trial
 * @param {number} sum of all rows
 * @param {Followers} followers
 */
function sendForm(check, rows, trial, sum, { hold, again }) {
  const { currency } = check.account;
  const action = h('span');
  const show = () => {
    mode.fault('');
    fill(action, 'Send ', mode.value() === 'each' && trial.posted > 0 ? countOfTransfers(trial.posted, trial.total_amount, currency) : countOfTransfers(rows.length, sum, currency));
  };
  const mode = choice('If one is refused', [['all_or_nothing', 'Send none of them'], ['each', 'Send the others']], show, 'all_or_nothing');
  const change = h('button', { class: 'button button-plain', type: 'button', on: { click: () => history.back() } }, 'Change');
  show();
  const items = rows.map((row) => row.item);
  let making = intentOf(check, 'all_or_nothing', items);
  const held = (/** @type {boolean} */ unknown) => {
    change.disabled = unknown; // what may have been sent must not be sent again with changes
    mode.input.disabled = unknown;
  };
  return h('div', { class: 'mt-5' }, form({
    fields: [mode],
    action,
    busy: 'Sending…',
    beside: [change],
    check: () => [[mode, faultOfMode(mode.value(), trial)]],
    explain: (error) => {
      held(making.unknown);
      return unknownOutcome(error) || (codeOf(error) === 'batch_refused' && h('div', { class: 'rounded-lg bg-danger-tint p-4 text-sm', role: 'alert' },
        h('p', { class: 'font-medium' }, 'Nothing was sent: the bank would now refuse some of these.'),
        h('button', { class: 'button button-plain mt-3', type: 'button', on: { click: again } }, 'Check them again')));
    },
    send: async () => {
      if (!making.unknown) {
        making = intentOf(check, /** @type {Schemas['TransferMode']} */ (mode.value()), items);
        hold(making);
      }
      held(true);
      try {
        check.done(await making.send(), items);
      } finally {
        held(making.unknown);
      }
    },
  }));
}

/**
 * @param {string} mode
 * @param {Schemas['TransferBatch']} trial
 */
function faultOfMode(mode, { posted, refused }) {
  if (refused === 0) return '';
  if (mode === 'all_or_nothing') return `${refused} would be refused, so none would be sent. Correct ${refused === 1 ? 'it' : 'them'}, or choose to send the others.`;
  return posted === 0 ? 'All of them would be refused.' : '';
}
