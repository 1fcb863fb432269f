// @ts-check
// Times come in UTC. They are shown in the bank's time zone, to which its days and months belong, and in this browser's language.

/** The zone that the server has written into the page, or UTC where this browser does not know it. */
const zone = known(document.documentElement.dataset.timeZone ?? 'UTC');

/** @param {string} name */
function known(name) {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: name });
    return name;
  } catch {
    return 'UTC';
  }
}

/** The bank's time zone, for people to read. */
export const zoneName = zone.replaceAll('_', ' ');

// If the browser's own zone is another one, a time without a zone would be taken for the browser's.
const elsewhere = new Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone !== new Intl.DateTimeFormat().resolvedOptions().timeZone;
const moment = new Intl.DateTimeFormat(undefined, elsewhere
  ? { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone: zone }
  : { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'full', timeZone: zone });
const dayOnly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: zone });
const thisYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: zone });
const parts = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone });
// A date has no time: formatted in UTC, it stays the same.
const dateOnly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const monthOnly = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** @param {string} timestamp */
export function formatTime(timestamp) {
  return moment.format(new Date(timestamp));
}

/** @param {string} timestamp */
export function formatExact(timestamp) {
  return exact.format(new Date(timestamp));
}

/**
 * The bank's date at a moment, "2026-11-22".
 * @param {string | number} timestamp
 */
export function dateAt(timestamp) {
  const found = Object.fromEntries(parts.formatToParts(new Date(timestamp)).map((part) => [part.type, part.value]));
  return `${found.year}-${found.month}-${found.day}`;
}

/** Today's date at the bank. */
export function today() {
  return dateAt(Date.now());
}

/**
 * A short day, without the year if it is this one.
 * @param {string} timestamp
 */
export function formatShortDay(timestamp) {
  return (dateAt(timestamp).slice(0, 4) === today().slice(0, 4) ? thisYear : dayOnly).format(new Date(timestamp));
}

/** @param {string} timestamp */
export function formatDay(timestamp) {
  return dayOnly.format(new Date(timestamp));
}

/**
 * A date, "2026-11-22".
 * @param {string} date
 */
export function formatDate(date) {
  return dateOnly.format(new Date(`${date}T00:00:00Z`));
}

/**
 * A month, "2026-11".
 * @param {string} month
 */
export function formatMonth(month) {
  return monthOnly.format(new Date(`${month}-01T00:00:00Z`));
}

/**
 * "3 hours ago".
 * @param {string} timestamp
 */
export function formatAgo(timestamp) {
  const seconds = (Date.parse(timestamp) - Date.now()) / 1000;
  for (const [unit, size] of /** @type {const} */ ([['day', 86400], ['hour', 3600], ['minute', 60]])) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return 'just now';
}

/**
 * The moment at which a date begins at the bank. In every zone days begin on a quarter of an hour of UTC, and some not at midnight.
 * @param {string} date
 * @param {number} [later] days
 */
export function beginOf(date, later = 0) {
  const quarter = 15 * 60 * 1000;
  const midnight = new Date(`${date}T00:00:00Z`);
  midnight.setUTCDate(midnight.getUTCDate() + later);
  const sought = midnight.toISOString().slice(0, 10);
  let moment = midnight.getTime() - 16 * 60 * 60 * 1000; // no zone is that far from UTC
  while (dateAt(moment) < sought) moment += quarter;
  return new Date(moment).toISOString();
}

/** The months from one to the present, newest first, as "2026-11".
 * @param {string} since a timestamp
 */
export function monthsSince(since) {
  const months = [];
  const first = dateAt(since).slice(0, 7);
  let [year = 1970, month = 1] = today().split('-').map(Number);
  for (let one = today().slice(0, 7); months.length < 120 && one >= first; one = `${year}-${String(month).padStart(2, '0')}`) {
    months.push(one);
    month -= 1;
    if (month < 1) [year, month] = [year - 1, 12];
  }
  return months;
}
