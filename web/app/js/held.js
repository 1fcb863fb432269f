// @ts-check
// The part of an account's balance that is held and cannot be spent.

import { amountOf } from './amount-text.js';
import { amountWithin } from './amount-within.js';
import { fill, h } from './dom.js';
import { icon } from './icons.js';
import { loaded } from './loading.js';
import { formatMoney } from './money.js';
import { Refusal, codeOf } from './problems.js';
import { failure, isAbort } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {Pick<Schemas['Account'], 'balance' | 'held_balance' | 'available_balance' | 'currency'>} Funds */

/**
 * Says, below the available balance, that it is not the whole balance; null if nothing is held.
 * @param {Schemas['Account']} account
 * @param {{ linked?: boolean }} [options] linked: with a way to what is held
 */
export function heldNote({ account_number: number, balance, held_balance: held, currency }, { linked = true } = {}) {
  if (held === 0) return null;
  return h('div', { class: 'mt-1 text-sm text-soft', 'data-held': held },
    h('p', null, 'Available to spend'),
    h('p', { class: 'mt-2' }, 'The balance is ', amountWithin(balance, currency), ', of which ', amountWithin(held, currency), ' is held. ',
      linked ? h('a', { class: 'link', href: `#/transactions?account=${number}` }, 'Show what is held') : null));
}

/**
 * The place for the holds of an account, whose code is loaded only if there are any.
 * @param {() => Promise<Schemas['Account']>} read
 * @param {{ own: boolean, changed: () => void }} view whether the account is the person's own, and what to call after a change
 * @param {AbortSignal} signal
 */
export function heldPlace(read, view, signal) {
  const place = h('div', { class: 'empty:hidden' });
  const reload = async () => {
    place.setAttribute('aria-busy', 'true');
    try {
      const account = await read();
      const holds = account.held_balance > 0 ? await loaded(() => import('./holds.js')) : null;
      fill(place, holds?.heldSection({ account, ...view }, signal));
    } catch (error) {
      if (!isAbort(error)) fill(place, failure(error, () => { void reload(); }));
    } finally {
      place.removeAttribute('aria-busy');
    }
  };
  void reload();
  return Object.assign(place, { reload });
}

/**
 * How much can be spent, shown below the field of an amount.
 * @param {Funds} funds
 */
export function fundsLine({ held_balance: held, available_balance: available, currency }) {
  return h('p', { class: 'mt-1.5 text-sm text-soft' }, 'You have ', amountOf(available, currency), held > 0 ? [' available. Another ', amountOf(held, currency), ' is held'] : null, '.');
}

/**
 * What is wrong with an amount that would leave the account.
 * @param {Funds} funds
 * @param {number} minor
 */
export function faultOfFunds({ balance, held_balance: held, available_balance: available, currency }, minor) {
  if (minor <= available) return '';
  if (held === 0 || minor > balance) return 'That is more than you have.';
  return `That is more than is available: ${formatMoney(held, currency)} is held.`;
}

/**
 * Warns that money is held of an account that is about to change; null if there is none.
 * @param {Schemas['Account']} account
 * @param {string} words what follows from it
 */
export function heldWarning({ held_balance: held, currency }, words) {
  if (held === 0) return null;
  return h('p', { class: 'my-5 flex items-start gap-2 rounded-lg bg-warn-tint p-3 text-sm font-medium text-warn', 'data-held': held }, icon('warning'),
    h('span', { class: 'min-w-0' }, amountWithin(held, currency), ` of this account is held. ${words}`));
}

/** What to say when holds are in the way. @type {Partial<Record<Schemas['ProblemCode'], [string, string]>>} */
const plainWords = {
  account_has_holds: ['Money of this account is held', 'An account can be closed only when none of its money is held. Pay what is held or give it back, or wait until it expires.'],
  hold_not_pending: ['This money is no longer held', 'It was paid or given back in the meantime. Nothing has changed now.'],
  hold_expired: ['This money is no longer held', 'The hold has expired, and the money is available again. Nothing has changed now.'],
  hold_exceeded: ['Less is held', 'Part of it was paid in the meantime. Close this window to see what is left. Nothing has changed now.'],
};

/**
 * Explains errors about holds in plain words; null for other errors.
 * @param {unknown} error
 */
export function heldFailure(error) {
  const words = plainWords[codeOf(error) ?? 'internal'];
  return error instanceof Refusal && words ? failure(new Refusal({ ...error.problem, title: words[0], detail: words[1] }, 0)) : null;
}
