// @ts-check
// Transfer: the recipient and the amount, a check, and a receipt.

import { chosen, isOpen, lineOf, movesOf, readAccounts, turnTo } from '../accounts.js';
import { amountField } from '../amount-field.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { unknownOutcome } from '../cash.js';
import { announce, fill, h, isolated } from '../dom.js';
import { details } from '../entry.js';
import { choice, faultOfLength, field, form } from '../forms.js';
import { faultOfFunds, fundsLine } from '../held.js';
import { icon } from '../icons.js';
import { newKey, payment } from '../intents.js';
import { heading } from '../layout.js';
import { formatMoney } from '../money.js';
import { digitsOf, faultOf, formatNumber } from '../numbers.js';
import { isDone, isUnsettled, reportDone, unsettledNote } from '../outcomes.js';
import { onPending } from '../pending.js';
import { Refusal, codeOf } from '../problems.js';
import * as session from '../session.js';
import { empty, isAbort, region } from '../states.js';
import { steps } from '../steps.js';
import { formatTime } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */
/**
 * What is to be sent, under a key of its own: however often the customer returns to its check, it is sent once.
 * @typedef {{ key: string, since: number, from: string, payee: Schemas['Payee'], amount: number, description: string }} Plan
 */
/** @typedef {{ from: string, to: string, amount: string, description: string, payee: Schemas['Payee'] | null }} Entered what was typed, and whose number it is */
/**
 * What an entry in the browser's history holds; null is the first step.
 * @typedef {{ at: 'details', entered: Entered } | { at: 'check', plan: Plan } | { at: 'receipt', plan: Plan, entry: Schemas['Transaction'] }} Step
 */

/** @param {import('../router.js').Visit} visit */
export default function transfer({ signal }) {
  return h('div', { class: 'mx-auto max-w-xl' }, region(() => readAccounts(signal), (accounts) => {
    const payers = accounts.filter((account) => movesOf(account).pays);
    if (payers.length > 0) return walk(accounts, payers, signal);
    return [heading('Transfer'), h('div', { class: 'card' }, empty('No account can send money', 'They are frozen or closed. Ask your bank.'))];
  }, { lines: 5 }));
}

/**
 * @param {Schemas['Account'][]} accounts
 * @param {Schemas['Account'][]} payers those of them that can send money
 * @param {AbortSignal} signal
 */
function walk(accounts, payers, signal) {
  const place = h('div');
  let account = /** @type {Schemas['Account']} */ (payers[0]); // the sender's
  /** @type {ReturnType<typeof checkStep>['making'] | null} */
  let making = null;
  /** @param {Step | null} step */
  const contentOf = (step) => {
    if (step?.at === 'receipt') return receipt(step.entry, step.plan, () => trail.next(null));
    const entered = step?.at === 'details' ? step.entered : null;
    const from = accounts.length < 2 ? null : senderChoice(payers, account, (number) => {
      turnTo(number);
      const now = trail.current();
      trail.keep({ at: 'details', entered: { ...nothing, ...(now?.at === 'details' ? now.entered : {}), from: number } });
      show(trail.current());
      place.querySelector('select')?.focus();
    });
    if (isUnsettled('transfer', account.account_number)) return [heading('Transfer'), h('div', { class: 'mb-4 empty:hidden' }, from?.node), unsettledNote()];
    if (step?.at !== 'check') {
      const own = accounts.filter((one) => one !== account && isOpen(one) && one.currency === account.currency && movesOf(one).receives);
      return detailsStep({ account, own, from, before: entered, signal, keep: (typed) => trail.keep({ at: 'details', entered: typed }), done: (plan) => trail.next({ at: 'check', plan }) });
    }
    const { plan } = step;
    const sender = account;
    const check = checkStep(sender, plan, (entry) => {
      sender.balance = entry.balance_after;
      sender.available_balance = sender.balance - sender.held_balance;
      if (!signal.aborted && place.contains(check.node)) {
        void trail.finish({ at: 'receipt', plan, entry });
        return;
      }
      reportDone(check.making.record, entry);
      if (signal.aborted) return;
      trail.keep(null); // what was sent is not offered again
      show(null);
    });
    making = check.making;
    return [check.node];
  };
  /** @param {Step | null} step */
  const show = (step) => {
    making?.release();
    making = null;
    const sender = payers.find((one) => one.account_number === numberOf(step));
    const past = isPast(step) || (step?.at === 'check' && !sender); // its account can send no money any more
    if (past) trail.keep(null); // what was sent is not offered again
    account = sender ?? account;
    fill(place, contentOf(past ? null : step));
    const title = place.querySelector('h1');
    if (!title || !place.isConnected) return;
    title.tabIndex = -1;
    title.focus();
  };
  /** @type {import('../steps.js').Steps<Step>} */
  const trail = steps(`transfer ${session.who()?.account}`, signal, show);
  signal.addEventListener('abort', () => making?.release());
  onPending(() => {
    const step = trail.current();
    if (isPast(step) || Boolean(place.querySelector('[data-unsettled]')) !== isUnsettled('transfer', account.account_number)) show(step);
  }, signal);
  show(trail.current());
  return place;
}

const planLifetime = 12 * 3600_000; // well within the time for which the bank remembers a key

/**
 * Whether a step offers to send what was sent, or may have been so long ago that the bank has forgotten its key.
 * @param {Step | null} step
 */
function isPast(step) {
  return step?.at === 'check' && (isDone(step.plan.key) || Date.now() - step.plan.since > planLifetime);
}

const nothing = { to: '', amount: '', description: '', payee: null };

/**
 * The account that a step sends from.
 * @param {Step | null} step
 */
function numberOf(step) {
  if (step === null) return chosen();
  return step.at === 'details' ? step.entered.from : step.plan.from;
}

/**
 * The choice of the sender's account, for customers who have several.
 * @param {Schemas['Account'][]} payers
 * @param {Schemas['Account']} account
 * @param {(number: string) => void} changed
 */
function senderChoice(payers, account, changed) {
  const from = choice('From account', payers.map((one) => [one.account_number, lineOf(one)]), changed, account.account_number);
  from.input.classList.add('field-long');
  return from;
}

/** @param {1 | 2 | 3} step */
function progress(step) {
  const words = ['Details', 'Check', 'Receipt'];
  return h('ol', { class: 'mb-6 flex flex-wrap gap-2 text-sm', 'aria-label': 'Steps' }, words.map((word, i) => h('li', {
    class: `flex-auto border-t-2 pt-2 ${i < step ? 'border-accent font-medium text-ink' : 'border-line text-soft'}`, 'aria-current': i + 1 === step ? 'step' : null,
  }, word)));
}

/**
 * @param {object} parts
 * @param {Schemas['Account']} parts.account
 * @param {Schemas['Account'][]} parts.own the customer's other accounts that can receive the money
 * @param {import('../forms.js').Field | null} parts.from
 * @param {Entered | null} parts.before
 * @param {AbortSignal} parts.signal
 * @param {(entered: Entered) => void} parts.keep
 * @param {(plan: Plan) => void} parts.done
 */
function detailsStep({ account, own, from, before, signal, keep, done }) {
  const to = field('To account', { inputmode: 'numeric', value: before?.to ?? '' });
  const amount = amountField(`Amount in ${account.currency}`, () => account.currency, { value: before?.amount });
  const description = field('Description', { optional: true, maxlength: 280, value: before?.description ?? '' });
  const lookup = payeeLookup(to, account, signal, before?.payee ?? null);
  /** @param {Schemas['Payee'] | null} payee */
  const entered = (payee) => ({ from: account.account_number, to: to.value(), amount: amount.value(), description: description.value(), payee });
  if (before?.to && !before.payee) to.input.dispatchEvent(new Event('input'));
  for (const one of [to, amount, description]) one.input.addEventListener('input', () => keep(entered(null)));
  to.node.append(ownAccounts(own, to.input));
  amount.input.after(fundsLine(account));
  return [
    heading('Transfer', h('a', { class: 'button button-quiet', href: '#/standing-orders' }, 'Standing orders'), h('a', { class: 'button button-quiet', href: '#/transfers' }, 'Many transfers from a file')), progress(1),
    h('div', { class: 'card p-5 sm:p-6' }, form({
      fields: [...(from ? [from] : []), to, amount, description],
      action: 'Continue',
      busy: 'Looking up the recipient…',
      check: () => [
        [to, faultOfRecipient(to.value(), account)],
        [amount, amount.check() || faultOfFunds(account, amount.minor())],
        [description, faultOfLength(description.value().trim(), 140)],
      ],
      send: async () => {
        const payee = await lookup();
        if (payee.currency !== account.currency) {
          to.fault(`This account is in ${payee.currency}, yours is in ${account.currency}.`);
          to.input.focus();
          return;
        }
        keep(entered(payee));
        done({ key: newKey(), since: Date.now(), from: account.account_number, payee, amount: amount.minor(), description: description.value().trim() });
      },
    })),
  ];
}

/**
 * Buttons that fill in the number of one of the customer's own accounts.
 * @param {Schemas['Account'][]} own
 * @param {HTMLElement} input
 */
function ownAccounts(own, input) {
  const typed = /** @type {HTMLInputElement} */ (input);
  const button = (/** @type {Schemas['Account']} */ account) => h('button', {
    class: 'button button-plain', type: 'button', 'aria-label': `To your account ${lineOf(account)}`,
    on: { click: () => {
      typed.value = formatNumber(account.account_number);
      typed.dispatchEvent(new Event('input'));
    } },
  }, h('span', { class: 'min-w-0' }, isolated(lineOf(account))));
  return h('div', { class: 'mt-2 flex flex-wrap gap-2 empty:hidden' }, own.slice(0, 4).map(button));
}

/**
 * @param {string} text
 * @param {Schemas['Account']} account
 */
export function faultOfRecipient(text, account) {
  const number = digitsOf(text);
  if (number === account.account_number) return 'The money would stay where it is.';
  return number.length === 12 ? faultOf(text) : 'Enter the 12 digits of the account number.';
}

/**
 * Shows the recipient's name as soon as the number is complete. Returns a function that makes sure of it.
 * @param {import('../forms.js').Field} to
 * @param {Schemas['Account']} account
 * @param {AbortSignal} signal
 * @param {Schemas['Payee'] | null} known
 */
function payeeLookup(to, account, signal, known) {
  const named = h('p', { class: 'mt-2 flex items-center gap-2 rounded-lg bg-accent-tint px-3 py-2 font-medium empty:hidden', 'data-payee': '', 'aria-live': 'polite' });
  to.input.after(named);
  let payee = known;
  /** @param {Schemas['Payee'] | null} found */
  const show = (found) => {
    payee = found;
    fill(named, found ? [icon('check'), isolated(found.masked_name)] : null);
  };
  show(known);
  to.input.addEventListener('change', () => {
    const number = digitsOf(to.value());
    if (number.length === 12) /** @type {HTMLInputElement} */ (to.input).value = formatNumber(number);
  });
  const look = async () => {
    const number = digitsOf(to.value());
    const found = await call('get', '/payees/{account_number}', { path: { account_number: number }, signal });
    if (digitsOf(to.value()) === number) show(found);
    return found;
  };
  to.input.addEventListener('input', async () => {
    show(null);
    to.fault(faultOf(to.value()));
    if (faultOfRecipient(to.value(), account) !== '') return;
    try {
      await look();
    } catch (error) {
      if (isAbort(error)) return;
      if (codeOf(error) === 'account_not_found') to.fault('There is no account with this number.');
      else if (error instanceof Refusal && codeOf(error) === 'rate_limited') to.fault(`Too many look-ups. Wait ${error.retryAfter} seconds, then continue.`);
      // Other errors are shown when the customer continues.
    }
  });
  return async () => {
    if (payee && payee.account_number === digitsOf(to.value())) return payee;
    try {
      return await look();
    } catch (error) {
      if (codeOf(error) === 'account_not_found') to.fault('There is no account with this number.');
      throw error;
    }
  };
}

/**
 * @param {Schemas['Account']} account
 * @param {Plan} plan
 * @param {(entry: Schemas['Transaction']) => void} done
 */
function checkStep(account, plan, done) {
  const { key, payee, amount, description } = plan;
  const making = payment({
    key, kind: 'transfer', account: account.account_number, currency: account.currency,
    body: { to_account: payee.account_number, amount, description },
  });
  const what = account.held_balance > 0 ? 'Available' : 'Balance';
  const change = h('button', { class: 'button button-plain', type: 'button', on: { click: () => history.back() } }, 'Change');
  const node = h('div', null,
    heading('Check the transfer'), progress(2),
    h('div', { class: 'card p-5 sm:p-6' },
      h('p', { class: 'figure' }, amountOf(amount, account.currency)),
      details([
        ['From', twoLines(account.nickname || account.account_holder_name, account.account_number)],
        ['To', twoLines(payee.masked_name, payee.account_number)],
        description ? ['Description', isolated(description)] : null,
        [`${what} now`, amountOf(account.available_balance, account.currency)],
        [`${what} afterwards`, amountOf(account.available_balance - amount, account.currency)],
      ]),
      h('p', { class: 'my-5 text-sm text-soft' }, 'A transfer cannot be undone. The bank shows only the first letters of the recipient’s name: ask the recipient if you are not sure.'),
      form({
        fields: [],
        action: h('span', null, 'Send ', amountOf(amount, account.currency)),
        busy: 'Sending…',
        beside: [change],
        check: () => [],
        explain: (error) => {
          change.disabled = making.unknown; // what may have been sent must not be sent again with changes
          return unknownOutcome(error);
        },
        send: async () => {
          change.disabled = true;
          try {
            done(await making.send());
          } finally {
            change.disabled = making.unknown;
          }
        },
      })));
  return { node, making };
}

/**
 * @param {string} name
 * @param {string} number
 */
function twoLines(name, number) {
  return h('span', null, isolated(name), h('br'), h('span', { class: 'font-normal text-soft' }, formatNumber(number)));
}

/**
 * @param {Schemas['Transaction']} entry
 * @param {Plan} plan
 * @param {() => void} another
 */
function receipt(entry, plan, another) {
  announce(`${formatMoney(entry.amount, entry.currency)} sent.`);
  return [
    heading('Receipt'), progress(3),
    h('div', { class: 'card p-5 sm:p-6', 'data-receipt': entry.id },
      h('p', { class: 'flex items-center gap-2 font-medium text-good' }, icon('check'), 'Sent'),
      h('p', { class: 'figure mt-2' }, amountOf(entry.amount, entry.currency)),
      details([
        ['To', twoLines(plan.payee.masked_name, plan.payee.account_number)],
        entry.description ? ['Description', isolated(entry.description)] : null,
        ['When', formatTime(entry.timestamp)],
        ['Balance now', amountOf(entry.balance_after, entry.currency)],
        ['Transfer', h('code', { class: 'text-xs break-all' }, entry.transfer_id ?? '')],
      ]),
      h('div', { class: 'mt-6 flex flex-wrap gap-3' },
        h('a', { class: 'button button-main', href: '#/overview' }, 'Done'),
        h('button', { class: 'button button-plain', type: 'button', on: { click: another } }, 'Another transfer'),
        h('button', { class: 'button button-quiet', type: 'button', on: { click: () => print() } }, 'Print'))),
  ];
}
