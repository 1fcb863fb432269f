import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCsv } from '../app/js/csv.js';

/** The cells of a file that is well-formed. */
function cells(text) {
  const file = parseCsv(text);
  assert.ok('rows' in file, file.fault);
  return file.rows.map((row) => row.cells);
}

test('cells are separated by what separates the first row', () => {
  assert.deepEqual(cells('a,b\n1;2,3'), [['a', 'b'], ['1;2', '3']]);
  assert.deepEqual(cells('a;b\n1,5;2'), [['a', 'b'], ['1,5', '2']]);
  assert.deepEqual(cells('a\tb\n1,5\t2;3'), [['a', 'b'], ['1,5', '2;3']]);
  assert.deepEqual(cells('"a,b,c";d\n1;2'), [['a,b,c', 'd'], ['1', '2']], 'what is quoted does not count');
  assert.deepEqual(cells('a\nb'), [['a'], ['b']]);
});

test('a byte order mark, any line ends and empty rows mean nothing', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    for (const last of ['', end, end + end]) assert.deepEqual(cells(`\uFEFFa,b${end}${end},${end}1,2${last}`), [['a', 'b'], ['1', '2']]);
  }
  assert.deepEqual(cells('a,b\n1,\n,2'), [['a', 'b'], ['1', ''], ['', '2']], 'a row with one text is a row');
  assert.deepEqual(cells(''), []);
});

test('what is quoted can have separators, line ends and quotation marks', () => {
  assert.deepEqual(cells('a,b\n"1,5","say ""yes"""\n"",x\n"one\r\ntwo",y'), [['a', 'b'], ['1,5', 'say "yes"'], ['', 'x'], ['one\ntwo', 'y']]);
});

test('each row knows its line', () => {
  const file = parseCsv('a,b\n\n"one\ntwo",x\n3,4');
  assert.deepEqual(file.rows.map((row) => row.line), [1, 3, 5]);
});

test('what could be read in two ways is a fault, with its line', () => {
  for (const [text, fault] of [
    ['a,b\n"1,2', 'Line 2: a quotation mark is not closed.'],
    ['a,b\n1,"2"x', 'Line 2: there is text after a closing quotation mark.'],
    ['a,b\n"1" ,2', 'Line 2: there is text after a closing quotation mark.'],
    ['a,b\n\n1,5" pipe', 'Line 3: put a text with a quotation mark between quotation marks, and write the mark twice.'],
  ]) assert.deepEqual(parseCsv(text), { fault }, text);
});
