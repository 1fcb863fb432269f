// @ts-check
// Many transfers from a file: the file, a check of every row, and what became of each.

import { chosen, lineOf, movesOf, readAccounts, turnTo } from '../accounts.js';
import { remember } from '../batches.js';
import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { newKey } from '../intents.js';
import { heading } from '../layout.js';
import { loaded } from '../loading.js';
import { isDone, isUnsettled, reportDone, unsettledNote } from '../outcomes.js';
import { onPending } from '../pending.js';
import * as session from '../session.js';
import { empty, region } from '../states.js';
import { steps } from '../steps.js';
import { checkStep } from '../transfer-check-step.js';
import { fileStep } from '../transfer-file-step.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */
/**
 * What an entry in the browser's history holds: the file's text, and at the check the key under which it is sent, once however often the
 * customer returns to it.
 * @typedef {{ from: string, text: string, sending: { key: string, since: number } | null }} Step
 */

const title = 'Many transfers';

/** @param {import('../router.js').Visit} visit */
export default async function transfers(visit) {
  const { parameters, signal } = visit;
  if (parameters[0]) return (await loaded(() => import('./transfer-batch.js'))).default(visit);
  return h('div', { class: 'mx-auto max-w-3xl' },
    h('a', { class: 'link mb-2 inline-flex min-h-11 items-center gap-1 text-sm', href: '#/transfer' }, icon('back', 'size-4'), 'Transfer'),
    region(() => readAccounts(signal), (accounts) => {
      const payers = accounts.filter((account) => movesOf(account).pays);
      return payers.length > 0 ? walk(payers, signal) : [heading(title), h('div', { class: 'card' }, empty('No account can send money', 'They are frozen or closed. Ask your bank.'))];
    }, { lines: 5 }));
}

/**
 * @param {Schemas['Account'][]} payers
 * @param {AbortSignal} signal
 */
function walk(payers, signal) {
  const place = h('div');
  let release = () => {};
  /** @param {Step | null} step */
  const contentOf = (step) => {
    const account = payers.find((one) => one.account_number === (step?.from ?? chosen())) ?? /** @type {Schemas['Account']} */ (payers[0]);
    const from = account.account_number;
    if (isUnsettled('transfers', from)) return [heading(title), unsettledNote()];
    if (!step?.sending) {
      return fileStep({
        title, account, payers: payers.map((one) => [one.account_number, lineOf(one)]), text: step?.text ?? '',
        turn: (number, text) => {
          turnTo(number);
          trail.keep({ from: number, text, sending: null });
          show(trail.current());
          place.querySelector('select')?.focus();
        },
        keep: (text) => trail.keep({ from, text, sending: null }),
        done: (text) => {
          trail.keep({ from, text, sending: null });
          trail.next({ from, text, sending: { key: newKey(), since: Date.now() } });
        },
      });
    }
    const check = checkStep({ account, text: step.text, key: step.sending.key, signal, done: (batch, items) => {
      remember(batch.id ?? '', items);
      if (signal.aborted || !place.contains(check.node)) {
        reportDone(check.making().record, batch);
        if (signal.aborted) return;
        trail.keep(null); // what was sent is not offered again
        show(null);
        return;
      }
      void trail.leave().then(() => {
        trail.keep(null);
        location.hash = `#/transfers/${batch.id}?account=${from}`; // a new entry, so that Forward does not lead to the check
      });
    } });
    release = () => check.making().release();
    return [check.node];
  };
  /** @param {Step | null} step */
  const show = (step) => {
    release();
    release = () => {};
    if (isPast(step)) trail.keep(null); // what was sent is not offered again
    fill(place, contentOf(isPast(step) ? null : step));
    const head = place.querySelector('h1');
    if (!head || !place.isConnected) return;
    head.tabIndex = -1;
    head.focus();
  };
  /** @type {import('../steps.js').Steps<Step>} */
  const trail = steps(`transfers ${session.who()?.account}`, signal, show);
  signal.addEventListener('abort', () => release());
  onPending(() => {
    const step = trail.current();
    const from = step?.from ?? chosen();
    if (isPast(step) || Boolean(place.querySelector('[data-unsettled]')) !== isUnsettled('transfers', from)) show(step);
  }, signal);
  show(trail.current());
  return place;
}

const lifetime = 12 * 3600_000; // well within the time for which the bank remembers a key

/**
 * Whether a step offers to send what was sent, or may have been so long ago that the bank has forgotten its key.
 * @param {Step | null} step
 */
function isPast(step) {
  return Boolean(step?.sending) && (isDone(step?.sending?.key ?? '') || Date.now() - (step?.sending?.since ?? 0) > lifetime);
}
