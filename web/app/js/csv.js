// @ts-check
// Reads files of comma-separated values (RFC 4180), as spreadsheets write them: also with semicolons or tabs, with a byte order mark, and
// with any line ends. It is strict: what could be read in two ways is a fault.

/** @typedef {{ line: number, cells: string[] }} Row line is where it begins, from 1 */

/**
 * The rows of a text, without those that are empty.
 * @param {string} text
 * @returns {{ rows: Row[] } | { fault: string }}
 */
export function parseCsv(text) {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const separator = separatorOf(plain);
  /** @type {Row[]} */
  const rows = [];
  let line = 1;
  let row = { line, cells: /** @type {string[]} */ ([]) };
  for (let at = 0; at <= plain.length;) {
    const cell = plain[at] === '"' ? quoted(plain, at) : bare(plain, at, separator);
    if ('fault' in cell) return { fault: `Line ${line}: ${cell.fault}` };
    const next = plain[cell.end];
    if (next !== undefined && next !== '\n' && next !== separator) return { fault: `Line ${line}: there is text after a closing quotation mark.` };
    row.cells.push(cell.text);
    line += cell.text.split('\n').length - 1;
    at = cell.end + 1;
    if (next === separator) continue;
    if (row.cells.some((one) => one.trim() !== '')) rows.push(row);
    line += 1;
    row = { line, cells: [] };
  }
  return { rows };
}

/**
 * The separator: the one of a first line that has most of them.
 * @param {string} text
 */
function separatorOf(text) {
  const [first = ''] = text.trimStart().split('\n', 1);
  const count = (/** @type {string} */ sign) => first.replace(/"[^"]*"/g, '').split(sign).length;
  return [',', ';', '\t'].reduce((most, sign) => (count(sign) > count(most) ? sign : most));
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {{ text: string, end: number } | { fault: string }}
 */
function quoted(text, at) {
  let end = at;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) return { fault: 'a quotation mark is not closed.' };
    if (text[end + 1] !== '"') return { text: text.slice(at + 1, end).replaceAll('""', '"'), end: end + 1 };
    end += 1;
  } while (true);
}

/**
 * @param {string} text
 * @param {number} at
 * @param {string} separator
 * @returns {{ text: string, end: number } | { fault: string }}
 */
function bare(text, at, separator) {
  let end = at;
  while (end < text.length && text[end] !== '\n' && text[end] !== separator) end += 1;
  const cell = text.slice(at, end);
  return cell.includes('"') ? { fault: 'put a text with a quotation mark between quotation marks, and write the mark twice.' } : { text: cell, end };
}
