import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import './page.js';

afterEach(() => mock.timers.reset());

let count = 0;
/** The module as it is on the page of a bank in a time zone. */
function bankIn(zone) {
  document.documentElement.dataset.timeZone = zone;
  count += 1;
  return import(`../app/js/times.js?${count}`);
}

/** Sets the clock. */
function at(moment) {
  mock.timers.enable({ apis: ['Date'], now: Date.parse(moment) });
}

/** A text without the wide spaces that some versions of the languages' tables have. */
const plain = (text) => text.replace(/\s/g, ' ');

test("a day begins and ends as in the bank's zone, also where the clocks change", async () => {
  for (const [zone, date, begin, end] of [
    ['UTC', '2026-11-22', '2026-11-22T00:00', '2026-11-23T00:00'],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15', '2026-01-01T18:15'], // 5:45 ahead
    ['Pacific/Kiritimati', '2026-11-22', '2026-11-21T10:00', '2026-11-22T10:00'], // the earliest
    ['Etc/GMT+12', '2026-12-31', '2026-12-31T12:00', '2027-01-01T12:00'], // the latest
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00', '2026-03-29T22:00'], // 23 hours
    ['Pacific/Auckland', '2026-04-05', '2026-04-04T11:00', '2026-04-05T12:00'], // 25 hours
    ['America/St_Johns', '2026-03-08', '2026-03-08T03:30', '2026-03-09T02:30'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00', '2018-11-05T02:00'], // begins at one o'clock
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00', '2026-03-29T21:00'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00', '2026-11-02T05:00'], // midnight comes twice
  ]) {
    const { beginOf, dateAt } = await bankIn(zone);
    assert.deepEqual([beginOf(date), beginOf(date, 1)], [`${begin}:00.000Z`, `${end}:00.000Z`], zone);
    assert.deepEqual([dateAt(beginOf(date)), dateAt(Date.parse(beginOf(date, 1)) - 1)], [date, date], zone);
    assert.notEqual(dateAt(Date.parse(beginOf(date)) - 1), date, zone);
  }
});

test('days are counted across the ends of months and years', async () => {
  const { beginOf } = await bankIn('UTC');
  assert.equal(beginOf('2026-12-31', 1), '2027-01-01T00:00:00.000Z');
  assert.equal(beginOf('2026-03-01', -1), '2026-02-28T00:00:00.000Z');
  assert.equal(beginOf('2028-02-28', 1), '2028-02-29T00:00:00.000Z');
});

test('today is the date at the bank, not in the browser', async () => {
  at('2026-11-22T23:30:00Z');
  assert.equal((await bankIn('UTC')).today(), '2026-11-22');
  assert.equal((await bankIn('Asia/Tokyo')).today(), '2026-11-23');
  mock.timers.setTime(Date.parse('2026-11-23T04:59:59Z'));
  assert.equal((await bankIn('America/New_York')).today(), '2026-11-22');
});

test('a zone that the browser does not know counts as UTC, and says so', async () => {
  const { beginOf, zoneName } = await bankIn('Nowhere/Known');
  assert.equal(zoneName, 'UTC');
  assert.equal(beginOf('2026-11-22'), '2026-11-22T00:00:00.000Z');
  assert.equal((await bankIn('America/New_York')).zoneName, 'America/New York');
});

test("a time names its zone where that is not the browser's own", async () => {
  const time = '2026-11-22T14:05:00Z';
  assert.equal(plain((await bankIn('UTC')).formatTime(time)), 'Nov 22, 2026, 2:05 PM');
  assert.equal(plain((await bankIn('Pacific/Kiritimati')).formatTime(time)), 'Nov 23, 2026, 4:05 AM GMT+14');
  assert.match((await bankIn('UTC')).formatExact(time), /Sunday, November 22, 2026.*Coordinated Universal Time/);
});

test("a moment is shown on the bank's day, and a date stays itself in every zone", async () => {
  for (const [zone, day] of [['Pacific/Kiritimati', 'Nov 23, 2026'], ['Etc/GMT+12', 'Nov 22, 2026']]) {
    const { formatDate, formatDay, formatMonth } = await bankIn(zone);
    assert.equal(formatDay('2026-11-22T12:30:00Z'), day);
    assert.equal(formatDate('2026-11-22'), 'Nov 22, 2026');
    assert.equal(formatMonth('2026-11'), 'November 2026');
  }
});

test("a short day has its year unless it is the bank's present one", async () => {
  at('2026-12-31T23:30:00Z'); // in Tokyo it is 2027
  assert.equal((await bankIn('UTC')).formatShortDay('2026-12-31T20:00:00Z'), 'Dec 31');
  const { formatShortDay } = await bankIn('Asia/Tokyo');
  assert.equal(formatShortDay('2026-12-31T20:00:00Z'), 'Jan 1');
  assert.equal(formatShortDay('2026-12-31T10:00:00Z'), 'Dec 31, 2026');
});

test('an age is in the largest unit that fits, and none under a minute', async () => {
  const now = '2026-11-22T12:00:00Z';
  at(now);
  const { formatAgo } = await bankIn('UTC');
  for (const [seconds, words] of [
    [0, 'just now'], [59, 'just now'], [60, '1 minute ago'], [3_599, '59 minutes ago'], [3_600, '1 hour ago'], [86_399, '23 hours ago'], [86_400, 'yesterday'], [3 * 86_400, '3 days ago'],
  ]) assert.equal(formatAgo(new Date(Date.parse(now) - seconds * 1_000).toISOString()), words);
});

test("the months since an opening are the bank's, newest first, ten years at most", async () => {
  at('2027-01-31T23:30:00Z'); // in Tokyo it is February
  assert.deepEqual((await bankIn('UTC')).monthsSince('2026-10-31T20:00:00Z'), ['2027-01', '2026-12', '2026-11', '2026-10']);
  const { monthsSince } = await bankIn('Asia/Tokyo');
  assert.deepEqual(monthsSince('2026-10-31T20:00:00Z'), ['2027-02', '2027-01', '2026-12', '2026-11']);
  assert.deepEqual(monthsSince('2027-01-31T23:00:00Z'), ['2027-02']);
  assert.equal(monthsSince('1990-01-01T00:00:00Z').length, 120);
});
