// @ts-check
// An account's limits, and windows in which they are changed.

import { amountField } from './amount-field.js';
import { amountOf } from './amount-text.js';
import { amountWithin } from './amount-within.js';
import { call } from './api.js';
import { whose } from './desk.js';
import { openDialog } from './dialogs.js';
import { announce, fill, h } from './dom.js';
import { faultOfLength, form } from './forms.js';
import { limitKinds, limitsOf, lowers, mostOfLimit, raises } from './limits.js';
import { formatInput } from './money.js';
import { asked, noteField, send } from './request-forms.js';
import { retrying } from './retries.js';
import { formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {import('./limits.js').Limits} Limits */

/**
 * The limits, and what is left of each.
 * @param {Schemas['AccountLimits']} limits
 */
export function limitList(limits) {
  const { per_transfer: most, daily, monthly, currency } = limits;
  if (most === undefined && !daily && !monthly) return h('p', null, 'There are none: all the money in the account can leave it at once.');
  return h('dl', { class: 'divide-y divide-line border-y border-line' },
    most === undefined ? null : row('Per payment', most, currency, []),
    daily ? row('Per day', daily.limit, currency, leftOf(daily, currency, 'today')) : null,
    monthly ? row('Per month', monthly.limit, currency, leftOf(monthly, currency, 'this month')) : null);
}

/**
 * @param {string} name
 * @param {number} limit
 * @param {string} currency
 * @param {(Node | string)[]} left
 */
function row(name, limit, currency, left) {
  return h('div', { class: 'flex flex-wrap justify-between gap-x-6 py-3' },
    h('dt', { class: 'text-soft' }, name), h('dd', { class: 'ml-auto font-medium tabular-nums' }, amountOf(limit, currency)),
    left.length > 0 ? h('dd', { class: 'basis-full' }, left) : null);
}

/**
 * @param {Schemas['UsedLimit']} used
 * @param {string} currency
 * @param {string} when
 */
function leftOf({ limit, spent, remaining, resets_at: resets }, currency, when) {
  const bar = h('div', { class: `h-full rounded-full ${remaining === 0 ? 'bg-danger' : 'bg-accent'}` });
  bar.style.width = `${limit === 0 ? 100 : Math.min(100, 100 * spent / limit)}%`;
  return [
    h('div', { class: 'mt-2 h-1.5 overflow-hidden rounded-full bg-sunken', 'aria-hidden': 'true' }, bar),
    h('p', { class: 'mt-1.5 text-sm' }, amountWithin(remaining, currency), ` left ${when}`, h('span', { class: 'text-soft' }, ', ', amountWithin(spent, currency), ` used. Resets ${formatTime(resets)}.`)),
  ];
}

/**
 * A field for each limit.
 * @param {Schemas['AccountLimits']} limits
 */
function limitFields(limits) {
  const now = limitsOf(limits);
  const fields = limitKinds.map(([kind, words]) => {
    const value = now[kind];
    return { kind, ...amountField(`${words}, in ${limits.currency}`, () => limits.currency, { optional: true, most: mostOfLimit, value: value === undefined ? '' : formatInput(value, limits.currency) }) };
  });
  return {
    fields,
    pointers: Object.fromEntries(fields.map((one) => [`/${one.kind}`, one])),
    check: () => fields.map((one) => /** @type {[typeof one, string]} */ ([one, one.check()])),
    /** @returns {Limits} */
    wanted: () => Object.fromEntries(fields.filter((one) => one.value().trim() !== '').map((one) => [one.kind, one.minor()])),
  };
}

const aboutLimits = 'They apply to transfers and withdrawals. Leave a field empty for no limit.';

/**
 * Changes the limits of an account for its owner: lower ones apply at once, and higher ones become a request.
 * @param {Schemas['Account']} account
 * @param {Schemas['AccountLimits']} limits
 * @param {() => void} changed
 */
export function changeOwnLimits(account, limits, changed) {
  const now = limitsOf(limits);
  let sent = false;
  const dialog = openDialog('Change the limits', (close) => {
    const { fields, check, wanted, pointers } = limitFields(limits);
    const note = noteField(false);
    const action = h('span');
    const effect = h('p', { class: 'mt-5 rounded-lg bg-sunken p-3 text-sm' });
    const attempt = retrying([...fields, note]);
    const show = () => {
      const up = raises(now, wanted());
      note.node.hidden = !up;
      fill(action, up ? 'Send the request' : 'Save');
      fill(effect, up ? ['The bank decides about higher limits. ', lowers(now, wanted()) ? 'It decides about all of these together. To lower a limit at once, change that one alone.' : 'Until then, the limits stay as they are.']
        : 'Lower limits apply at once. Only the bank can raise them again.');
    };
    for (const one of fields) one.input.addEventListener('input', show);
    show();
    fields.at(-1)?.node.append(effect);
    return h('div', null, h('p', { class: 'mb-5 text-soft' }, aboutLimits), form({
      fields: [...fields, note],
      action,
      busy: 'One moment…',
      check: () => [...check(), nothingNew(fields[0], now, wanted), [note, faultOfLength(note.value().trim(), 140)]],
      pointers,
      send: () => attempt(async (idempotencyKey) => {
        sent = true;
        if (raises(now, wanted())) {
          await send({ account }, { kind: 'raise_limit', wanted: wanted(), note: note.value().trim() || undefined }, idempotencyKey);
          fill(/** @type {Element} */ (dialog.lastElementChild), asked(false, close));
          dialog.querySelector('button')?.focus();
          return;
        }
        await call('put', '/accounts/{account_number}/limits', { path: { account_number: account.account_number }, body: wanted() });
        announce('The new limits apply.');
        close();
      }),
    }));
  }, { closed: () => { if (sent) changed(); } });
}

/**
 * Sets the limits of an account, for staff.
 * @param {Schemas['Account']} account
 * @param {Schemas['AccountLimits']} limits
 * @param {() => void} changed
 */
export function setLimits(account, limits, changed) {
  openDialog('Change the limits', (close) => {
    const { fields, check, wanted, pointers } = limitFields(limits);
    return h('div', null, whose(account), h('p', { class: 'mb-5 text-soft' }, aboutLimits, ' They apply at once.'), form({
      fields,
      action: 'Save',
      busy: 'Saving…',
      check: () => [...check(), nothingNew(fields[0], limitsOf(limits), wanted)],
      pointers,
      send: async () => {
        await call('put', '/accounts/{account_number}/limits', { path: { account_number: account.account_number }, body: wanted() });
        announce('The new limits apply.');
        close();
        changed();
      },
    }));
  });
}

/**
 * @template F
 * @param {F} field
 * @param {Limits} now
 * @param {() => Limits} wanted
 * @returns {[F, string]}
 */
function nothingNew(field, now, wanted) {
  return [field, raises(now, wanted()) || lowers(now, wanted()) ? '' : 'These are the limits already.'];
}
