// @ts-check
// Money is a whole number of the currency's smallest unit. Only at the edges, where people read and type, is it a decimal;
// no fraction is ever computed with.

const most = 1_000_000_000_000;

/**
 * How many digits an amount in a currency has after the point.
 * @param {string} currency
 */
export function decimalsOf(currency) {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * The decimal number of an amount, exactly, as text: Intl takes such texts without making a float of them.
 * @param {number} minor
 * @param {number} decimals
 */
function decimalText(minor, decimals) {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const sign = minor < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * An amount as people read it.
 * @param {number} minor
 * @param {string} currency
 * @param {{ sign?: boolean }} [options] with a sign, also before what came in
 */
export function formatMoney(minor, currency, { sign = false } = {}) {
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency', currency, signDisplay: sign ? 'exceptZero' : 'auto', currencyDisplay: 'narrowSymbol',
  });
  const text = format.format(/** @type {any} */ (decimalText(minor, decimalsOf(currency))));
  return text.replace('-', '−'); // a minus is as wide as a plus
}

/**
 * An amount in few signs, for an axis.
 * @param {number} minor
 * @param {string} currency
 */
export function formatShort(minor, currency) {
  return new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
    .format(minor / 10 ** decimalsOf(currency));
}

/** @param {number} count */
export function formatCount(count) {
  return new Intl.NumberFormat().format(count);
}

/** The sign that this browser's language puts before a fraction. */
function localPoint() {
  const parts = new Intl.NumberFormat().formatToParts(1.5);
  return parts.find((part) => part.type === 'decimal')?.value === ',' ? ',' : '.';
}

/**
 * Reads what somebody typed, such as "1,250.50", "1 250,5" or "$40".
 * @param {string} text
 * @param {string} currency
 * @param {string} [point] what stands before a fraction where the text itself does not tell
 * @returns {{ minor: number } | { fault: string }}
 */
export function parseMoney(text, currency, point = localPoint()) {
  const decimals = decimalsOf(currency);
  const bare = text.trim().replace(/^\p{Sc}|\p{Sc}$/u, '').replace(new RegExp(`^${currency}|${currency}$`, 'i'), '').trim();
  if (bare === '') return { fault: 'Enter an amount.' };
  if (!/^\d[\d.,'’\s]*$/u.test(bare)) return { fault: 'Enter an amount in digits, such as 1,250.50.' };
  const { whole, fraction } = split(bare.replace(/['’\s]/gu, ''), decimals, point);
  if (whole === null) return { fault: 'Enter an amount in digits, such as 1,250.50.' };
  if (fraction.length > decimals) {
    return { fault: decimals === 0 ? `${currency} has no decimals.` : `${currency} has ${decimals} decimals at most.` };
  }
  const digits = (whole + fraction.padEnd(decimals, '0')).replace(/^0+(?=\d)/, '');
  if (digits.length > 13 || Number(digits) > most) return { fault: `The most for one payment is ${formatMoney(most, currency)}.` };
  const minor = Number(digits);
  return minor === 0 ? { fault: 'Enter more than nothing.' } : { minor };
}

/**
 * Takes a number apart at its decimal point. Of two different signs the last is the point; one alone is the point unless
 * three digits follow, where the local custom decides.
 * @param {string} text digits, commas and full stops
 * @param {number} decimals
 * @param {string} point
 * @returns {{ whole: string | null, fraction: string }}
 */
function split(text, decimals, point) {
  const signs = [...text].filter((sign) => sign === ',' || sign === '.');
  const last = signs.at(-1);
  let at = -1;
  if (last) {
    const alone = signs.length === 1;
    const after = text.length - text.lastIndexOf(last) - 1;
    const mixed = signs.some((sign) => sign !== last);
    if (mixed || (alone && (after !== 3 || decimals === 3 || last === point))) at = text.lastIndexOf(last);
  }
  // Three digits after the only sign: "1,250" where a comma groups, and "1.250" where a full stop does.
  if (at >= 0 && signs.length === 1 && text.length - at - 1 === 3 && decimals !== 3 && last !== point) at = -1;
  const whole = at < 0 ? text : text.slice(0, at);
  const fraction = at < 0 ? '' : text.slice(at + 1);
  const groups = whole.split(/[.,]/);
  const wellGrouped = groups.length === 1 || (groups[0] !== '' && groups.slice(1).every((group) => group.length === 3));
  const oneSign = new Set([...whole].filter((sign) => sign === ',' || sign === '.')).size <= 1;
  return { whole: wellGrouped && oneSign && /^\d*$/.test(fraction) ? groups.join('') : null, fraction };
}
