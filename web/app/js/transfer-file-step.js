// @ts-check
// The first step of many transfers: the file is chosen, dropped or pasted.

import { save } from './copying.js';
import { decimalsOf } from './currencies.js';
import { h } from './dom.js';
import { choice, field, form } from './forms.js';
import { icon } from './icons.js';
import { heading } from './layout.js';
import { formatInput } from './money.js';
import { mostBytes, readTransfers, template, tooLarge } from './transfer-file.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/**
 * @param {object} parts
 * @param {string} parts.title
 * @param {Schemas['Account']} parts.account the sender's
 * @param {[string, string][]} parts.payers the accounts to choose the sender from
 * @param {string} parts.text the file before
 * @param {(number: string, text: string) => void} parts.turn changes the sender
 * @param {(text: string) => void} parts.keep
 * @param {(text: string) => void} parts.done
 */
export function fileStep({ title, account, payers, text, turn, keep, done }) {
  const rows = field('Rows', { hint: 'You can paste the rows here, and correct those of a file.' },
    h('textarea', { class: 'font-mono', rows: 8, spellcheck: 'false', autocomplete: 'off' }, text));
  const from = payers.length < 2 ? [] : [choice('From account', payers, (number) => turn(number, rows.value()), account.account_number)];
  for (const one of from) one.input.classList.add('field-long');
  const file = field('CSV file', { hint: 'Or drop it here.' }, h('input', { type: 'file', accept: '.csv,.txt,text/csv,text/plain' }));
  const input = /** @type {HTMLInputElement} */ (file.input);
  /** @param {File | undefined} chosen */
  const take = async (chosen) => {
    if (!chosen) return;
    const read = await textOf(chosen);
    file.fault(read.fault);
    if (read.fault) return;
    /** @type {HTMLTextAreaElement} */ (rows.input).value = read.text;
    rows.fault('');
    file.hint(`${chosen.name} is below.`);
    keep(read.text);
  };
  input.addEventListener('change', () => {
    void take(input.files?.[0]);
    input.value = ''; // the same file can be chosen again, once it is corrected
  });
  rows.input.addEventListener('change', () => keep(rows.value()));
  const card = h('div', { class: 'card p-5 sm:p-6' },
    expected(account.currency),
    form({
      fields: [...from, file, rows],
      action: 'Check the transfers',
      check: () => {
        const reading = readTransfers(rows.value(), account, undefined);
        return [[rows, 'fault' in reading ? reading.fault : '']];
      },
      send: async () => done(rows.value()),
    }));
  card.addEventListener('dragover', (event) => event.preventDefault());
  card.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  });
  return [heading(title), card];
}

/**
 * What a file looks like.
 * @param {string} currency
 */
function expected(currency) {
  const code = (/** @type {string} */ text) => h('code', { class: 'rounded bg-sunken px-1 font-medium text-ink' }, text);
  return h('div', { class: 'mb-5 space-y-3 text-sm text-soft' },
    h('p', null, 'A CSV file, as any spreadsheet saves it, with one transfer in each row. Its first row names the columns: ',
      code('to account'), ' and ', code('amount'), ', and if you like ', code('description'), ' and ', code('reference'), '. Other columns are ignored.'),
    h('p', null, 'Amounts are in ', currency, ', such as ', formatInput(1250 * 10 ** decimalsOf(currency), currency), '. 1,000 rows and 256 KiB at most. ',
      'The bank accepts each reference from this account only once: with references, a row that was sent cannot be sent again by mistake.'),
    h('button', { class: 'button button-plain', type: 'button', on: { click: () => save(new Blob(['\uFEFF', template(currency, undefined)], { type: 'text/csv' }), 'transfers.csv') } },
      icon('download'), 'Download a template'));
}

/**
 * The text of a file.
 * @param {File} file
 */
async function textOf(file) {
  if (file.size > mostBytes) return { text: '', fault: tooLarge };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()), fault: '' };
  } catch {
    return { text: '', fault: 'This is not UTF-8 text. Save it as “CSV UTF-8” in your spreadsheet.' };
  }
}
