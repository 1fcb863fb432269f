// @ts-check
// A file of transfers: which column is what, and what is wrong with each row.

import { parseMoney } from './amounts.js';
import { parseCsv } from './csv.js';
import { decimalsOf } from './currencies.js';
import { faultOfLength } from './forms.js';
import { formatInput, formatMoney } from './money.js';
import { digitsOf, faultOf } from './numbers.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {'to' | 'amount' | 'description' | 'reference'} Column */
/** @typedef {{ line: number, cells: Record<Column, string>, item: Schemas['TransferItem'], faults: string[] }} Row item is what is sent if there is no fault */
/** @typedef {{ rows: Row[], unused: string[] } | { fault: string }} Reading unused are the headers of columns that mean nothing here */

/** The most rows that the bank takes at once, and the most bytes. */
export const mostRows = 1_000;
export const mostBytes = 256 * 1024;
const most = { description: 140, reference: 64 };
export const tooManyRows = 'A file can have 1,000 transfers at most. Split it.';
export const tooLarge = 'The bank takes 256 KiB at once. Split the file, or shorten its descriptions.';

/** The headers of each column, without spaces and signs. @type {Record<Column, string[]>} */
const headers = {
  to: ['to', 'toaccount', 'toaccountnumber', 'account', 'accountnumber', 'recipient', 'recipientaccount'],
  amount: ['amount'],
  description: ['description', 'text'],
  reference: ['reference', 'ref'],
};
const columns = /** @type {Column[]} */ (Object.keys(headers));

/**
 * A file to start from.
 * @param {string} currency
 * @param {string | undefined} locale in which its amounts are written
 */
export function template(currency, locale) {
  const amount = formatInput(1250 * 10 ** decimalsOf(currency), currency, locale);
  const separator = amount.includes(',') ? ';' : ',';
  return `${['to account', 'amount', 'description', 'reference'].join(separator)}\r\n${['', amount, '', ''].join(separator)}\r\n`;
}

/**
 * Reads a file.
 * @param {string} text
 * @param {Pick<Schemas['Account'], 'account_number' | 'currency'>} account the sender's
 * @param {string | undefined} locale in which its amounts are written; the browser's own if undefined
 * @returns {Reading}
 */
export function readTransfers(text, account, locale) {
  if (text.trim() === '') return { fault: 'Choose a file, or paste its rows.' };
  const file = parseCsv(text);
  if ('fault' in file) return file;
  const [head, ...lines] = file.rows;
  const places = placesOf(head?.cells ?? []);
  if ('fault' in places) return places;
  if (lines.length === 0) return { fault: 'There are no rows below the headers.' };
  if (lines.length > mostRows) return { fault: tooManyRows };
  const rows = lines.map(({ line, cells }) => rowOf(line, cells, head?.cells.length ?? 0, places.at, account, locale));
  markTwice(rows);
  if (sizeOf({ mode: 'all_or_nothing', dry_run: true, items: rows.map((row) => row.item) }) > mostBytes) return { fault: tooLarge };
  return { rows, unused: places.unused };
}

/** @param {Schemas['TransferManyRequest']} body */
function sizeOf(body) {
  return new TextEncoder().encode(JSON.stringify(body)).length;
}

/**
 * Which column is where.
 * @param {string[]} cells of the first row
 * @returns {{ at: Partial<Record<Column, number>>, unused: string[] } | { fault: string }}
 */
function placesOf(cells) {
  /** @type {Partial<Record<Column, number>>} */
  const at = {};
  /** @type {string[]} */
  const unused = [];
  for (const [i, cell] of cells.entries()) {
    const name = cell.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const column = columns.find((one) => headers[one].includes(name));
    if (!column) {
      if (name !== '') unused.push(cell.trim());
    } else if (at[column] !== undefined) return { fault: `“${cell.trim()}” and “${cells[at[column]]?.trim()}” are headers of the same column. Remove one.` };
    else at[column] = i;
  }
  const missing = [['to', 'to account'], ['amount', 'amount']].filter(([column]) => at[/** @type {Column} */ (column)] === undefined).map(([, header]) => `“${header}”`);
  return missing.length > 0 ? { fault: `The first row needs the ${missing.length > 1 ? 'headers' : 'header'} ${missing.join(' and ')}.` } : { at, unused };
}

/**
 * @param {number} line
 * @param {string[]} cells
 * @param {number} width how many columns have a header
 * @param {Partial<Record<Column, number>>} at
 * @param {Pick<Schemas['Account'], 'account_number' | 'currency'>} account
 * @param {string | undefined} locale
 * @returns {Row}
 */
function rowOf(line, cells, width, at, { account_number: own, currency }, locale) {
  const text = (/** @type {Column} */ column) => (cells[at[column] ?? -1] ?? '').trim();
  const values = { to: text('to'), amount: text('amount'), description: text('description'), reference: text('reference') };
  const amount = parseMoney(values.amount, currency, locale);
  const faults = [
    cells.slice(width).some((cell) => cell.trim() !== '') ? 'It has more columns than the first row. Put a text with a separator in it between quotation marks.' : '',
    faultOfTo(values.to, own),
    'minor' in amount ? (amount.minor === 0 ? 'The amount must be above zero.' : '') : faultOfAmount(amount, currency, locale),
    faultOfText('description', values.description),
    faultOfText('reference', values.reference),
  ].filter((fault) => fault !== '');
  const item = {
    to_account: digitsOf(values.to), amount: 'minor' in amount ? amount.minor : 0,
    ...(values.description ? { description: values.description } : {}), ...(values.reference ? { reference: values.reference } : {}),
  };
  return { line, cells: values, item, faults };
}

/**
 * @param {string} text
 * @param {string} own
 */
function faultOfTo(text, own) {
  const number = digitsOf(text);
  if (text === '') return 'The account number is missing.';
  if (/^\d[.,]?\d*e\+?\d+$/i.test(text)) return 'The spreadsheet has rounded this account number. Format its column as text.';
  if (number === own) return 'The money would stay where it is.';
  return faultOf(text) || (number.length === 12 ? '' : 'An account number has 12 digits.');
}

/**
 * @param {{ fault: string } | { choices: number[] }} reading
 * @param {string} currency
 * @param {string | undefined} locale
 */
function faultOfAmount(reading, currency, locale) {
  if ('fault' in reading) return reading.fault;
  const meant = reading.choices.map((minor) => formatMoney(minor, currency, locale ? { locale } : {}));
  const plain = formatInput(reading.choices[0] ?? 0, currency, locale);
  return `The amount could mean ${meant.join(' or ')}. Write it as ${plain}${decimalsOf(currency) > 0 ? ', or choose above how amounts are written' : ''}.`;
}

/**
 * @param {'description' | 'reference'} column
 * @param {string} text
 */
function faultOfText(column, text) {
  if (/[\p{Cc}\u202A-\u202E\u2066-\u2069\p{Co}]/u.test(text)) return `The ${column} has a character that cannot be shown, such as a line break.`;
  return faultOfLength(text, most[column]) && `The ${column} has more than ${most[column]} characters.`;
}

/**
 * Marks references that are in the file twice: the bank takes each once.
 * @param {Row[]} rows
 */
function markTwice(rows) {
  /** @type {Map<string, number>} */
  const lines = new Map();
  for (const { line, cells: { reference }, faults } of rows) {
    const first = lines.get(reference);
    if (reference !== '' && first !== undefined) faults.push(`Line ${first} has the same reference.`);
    else lines.set(reference, line);
  }
}
