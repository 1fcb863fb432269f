// @ts-check
// Times come in UTC and are shown in this browser's zone and language.

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const dayOnly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const utcDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const utcMonth = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** @param {string} timestamp */
export function formatTime(timestamp) {
  return moment.format(new Date(timestamp));
}

/** @param {string} timestamp */
export function formatExact(timestamp) {
  return exact.format(new Date(timestamp));
}

const thisYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/**
 * A day in few signs, without its year if that is this one.
 * @param {string} timestamp
 */
export function formatShortDay(timestamp) {
  const date = new Date(timestamp);
  return (date.getFullYear() === new Date().getFullYear() ? thisYear : dayOnly).format(date);
}

/** @param {string} timestamp */
export function formatDay(timestamp) {
  return dayOnly.format(new Date(timestamp));
}

/**
 * A day of UTC, "2026-11-22".
 * @param {string} date
 */
export function formatUtcDay(date) {
  return utcDay.format(new Date(`${date}T00:00:00Z`));
}

/**
 * A month of UTC, "2026-11".
 * @param {string} month
 */
export function formatMonth(month) {
  return utcMonth.format(new Date(`${month}-01T00:00:00Z`));
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

/** The months from one to the present, newest first, as "2026-11".
 * @param {string} since a timestamp
 */
export function monthsSince(since) {
  const months = [];
  const now = new Date();
  const first = new Date(since);
  let year = now.getUTCFullYear();
  let month = now.getUTCMonth();
  while (months.length < 120 && (year > first.getUTCFullYear() || (year === first.getUTCFullYear() && month >= first.getUTCMonth()))) {
    months.push(`${year}-${String(month + 1).padStart(2, '0')}`);
    month -= 1;
    if (month < 0) [year, month] = [year - 1, 11];
  }
  return months;
}
