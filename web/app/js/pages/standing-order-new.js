// @ts-check
// A new standing order: what and when, and a check that shows its first dates.

import { lineOf, chosen, movesOf, readAccounts, turnTo } from '../accounts.js';
import { amountField } from '../amount-field.js';
import { amountOf } from '../amount-text.js';
import { call } from '../api.js';
import { fill, h, isolated } from '../dom.js';
import { details } from '../entry.js';
import { choice, faultOfLength, field, form } from '../forms.js';
import { newKey } from '../intents.js';
import { heading } from '../layout.js';
import { digitsOf, formatNumber } from '../numbers.js';
import { isUnknown } from '../problems.js';
import * as session from '../session.js';
import { extent, rhythm, shortWords } from '../standing-orders.js';
import { empty, failure, region } from '../states.js';
import { steps } from '../steps.js';
import { formatDate, today } from '../times.js';
import { faultOfRecipient } from './transfer.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */
/**
 * What is to be ordered, under a key of its own: however often the customer returns to its check, it is made once.
 * @typedef {{ from: string, key: string, body: Schemas['StandingOrderRequest'], payee: string, dates: string[] }} Plan
 */

/** @type {[string, string][]} */
const rhythms = [
  ['monthly 1', 'Every month'], ['weekly 1', 'Every week'], ['weekly 2', 'Every 2 weeks'], ['weekly 4', 'Every 4 weeks'], ['daily 1', 'Every day'],
  ['monthly 2', 'Every 2 months'], ['monthly 3', 'Every 3 months'], ['monthly 6', 'Every 6 months'], ['yearly 1', 'Every year'], ['once 1', 'Once'],
];

/** @param {import('../router.js').Visit} visit */
export default function newStandingOrder({ signal }) {
  return h('div', { class: 'mx-auto max-w-xl' }, region(() => readAccounts(signal), (accounts) => {
    const payers = accounts.filter((account) => movesOf(account).pays);
    return payers.length > 0 ? walk(payers, signal) : [heading('New standing order'), h('div', { class: 'card' }, empty('No account can send money', 'They are frozen or closed. Ask your bank.'))];
  }, { lines: 6 }));
}

/**
 * @param {Schemas['Account'][]} payers
 * @param {AbortSignal} signal
 */
function walk(payers, signal) {
  const place = h('div');
  /** @type {Plan | null} */
  let last = null;
  /** @param {Plan | null} plan */
  const show = (plan) => {
    last = plan ?? last;
    const of = (/** @type {string} */ number) => payers.find((one) => one.account_number === number);
    const account = of(plan?.from ?? chosen()) ?? payers[0];
    if (!account) return;
    fill(place, ...(plan ? checkStep(account, plan, trail) : detailsStep(account, payers, last, (next) => trail.next(next), () => show(null))));
    const title = place.querySelector('h1');
    if (!title || !place.isConnected) return;
    title.tabIndex = -1;
    title.focus();
  };
  /** @type {import('../steps.js').Steps<Plan>} */
  const trail = steps(`standing order ${session.who()?.account}`, signal, show);
  show(trail.current());
  return place;
}

/**
 * @param {Schemas['Account']} account
 * @param {Schemas['Account'][]} payers
 * @param {Plan | null} before
 * @param {(plan: Plan) => void} done
 * @param {() => void} again
 */
function detailsStep(account, payers, before, done, again) {
  const body = before?.body;
  const from = payers.length < 2 ? null : choice('From account', payers.map((one) => [one.account_number, lineOf(one)]), (number) => {
    turnTo(number);
    again();
  }, account.account_number);
  const to = field('To account', { inputmode: 'numeric', value: body ? formatNumber(body.to_account) : '' });
  const amount = amountField(`Amount in ${account.currency}`, () => account.currency, { value: body && before?.from === account.account_number ? String(amountOf(body.amount, account.currency).textContent) : '' });
  const description = field('Description', { optional: true, maxlength: 280, value: body?.description ?? '' });
  const times = timeFields(body);
  const short = choice('If the balance is too low', Object.entries(shortWords), () => {}, body?.if_short ?? 'retry');
  return [
    heading('New standing order'),
    h('div', { class: 'card p-5 sm:p-6' }, form({
      fields: [...(from ? [from] : []), to, amount, description, ...times.fields, short],
      action: 'Continue',
      busy: 'Looking up the recipient…',
      check: () => [[to, faultOfRecipient(to.value(), account)], [amount, amount.check()], [description, faultOfLength(description.value().trim(), 140)], ...times.check()],
      pointers: { '/to_account': to, '/amount': amount, '/description': description, ...times.pointers },
      send: async () => {
        /** @type {Schemas['StandingOrderRequest']} */
        const wanted = {
          to_account: digitsOf(to.value()), amount: amount.minor(), description: description.value().trim(), ...times.values(),
          if_short: /** @type {Schemas['StandingOrderIfShort']} */ (short.value()),
        };
        const [preview, payee] = await Promise.all([
          call('post', '/accounts/{account_number}/standing-order-preview', { path: { account_number: account.account_number }, body: wanted }),
          call('get', '/payees/{account_number}', { path: { account_number: wanted.to_account } }),
        ]);
        done({ from: account.account_number, key: newKey(), body: wanted, payee: payee.masked_name, dates: preview.dates });
      },
    })),
  ];
}

/**
 * The fields that say when an order runs. Those that do not apply are hidden.
 * @param {Schemas['StandingOrderRequest'] | undefined} body
 */
function timeFields(body) {
  const often = choice('How often', rhythms, () => show(), body ? `${body.frequency} ${body.every ?? 1}` : 'monthly 1');
  const first = field('First date', { type: 'date', min: today(), value: body?.first_on ?? today() });
  const day = choice('In other months', [['same', 'On the same day'], ['last', 'On the last day']], () => {}, body?.day === 31 ? 'last' : 'same');
  const length = choice('How long', [['open', 'Until I end it'], ['until', 'Until a date'], ['times', 'A number of times']], () => show(), body?.until ? 'until' : body?.times ? 'times' : 'open');
  const until = field('Last date', { type: 'date', min: today(), value: body?.until ?? '' });
  const times = field('Number of times', { inputmode: 'numeric', maxlength: 5, value: body?.times ?? '' });
  const [frequency, every] = [() => often.value().split(' ')[0] ?? 'once', () => Number(often.value().split(' ')[1])];
  const monthwise = () => frequency() === 'monthly' || frequency() === 'yearly';
  const recurs = () => frequency() !== 'once';
  const choosesDay = () => monthwise() && endsMonth(first.value()) && !first.value().endsWith('-31');
  const show = () => {
    day.node.hidden = !choosesDay();
    length.node.hidden = !recurs();
    until.node.hidden = !recurs() || length.value() !== 'until';
    times.node.hidden = !recurs() || length.value() !== 'times';
  };
  first.input.addEventListener('input', show);
  show();
  return {
    fields: [often, first, day, length, until, times],
    pointers: { '/first_on': first, '/until': until, '/times': times, '/day': day },
    /** @returns {[import('../forms.js').Field, string][]} */
    check: () => [
      [first, first.value() ? '' : 'Choose a date.'],
      [until, until.node.hidden || until.value() ? '' : 'Choose a date.'],
      [times, times.node.hidden || /^[1-9]\d{0,3}$/.test(times.value().trim()) ? '' : 'Enter a number from 1 to 9999.'],
    ],
    values: () => ({
      frequency: /** @type {Schemas['StandingOrderFrequency']} */ (frequency()), every: every(), first_on: first.value(),
      ...(choosesDay() && day.value() === 'last' ? { day: 31 } : {}),
      ...(until.node.hidden ? {} : { until: until.value() }),
      ...(times.node.hidden ? {} : { times: Number(times.value()) }),
    }),
  };
}

/**
 * Whether a date is the last of its month.
 * @param {string} date
 */
export function endsMonth(date) {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.getUTCDate() === 1;
}

/**
 * @param {Schemas['Account']} account
 * @param {Plan} plan
 * @param {import('../steps.js').Steps<Plan>} trail
 */
function checkStep(account, { key, body, payee, dates }, trail) {
  const shown = { every: 1, ...body };
  const more = dates.length === 5 && shown.times !== 5;
  return [
    heading('Check the standing order'),
    h('div', { class: 'card p-5 sm:p-6' },
      h('p', { class: 'figure' }, amountOf(body.amount, account.currency)),
      details([
        ['From', formatNumber(account.account_number)],
        ['To', h('span', null, isolated(payee), h('br'), h('span', { class: 'font-normal text-soft' }, formatNumber(body.to_account)))],
        body.description ? ['Description', isolated(body.description)] : null,
        ['How often', rhythm({ ...shown, day: body.day ?? (body.first_on.endsWith('-31') && body.frequency !== 'weekly' && body.frequency !== 'daily' ? 31 : 0) })],
        body.frequency === 'once' ? null : ['How long', extent(body)],
        ['If the balance is too low', shortWords[body.if_short]],
      ]),
      h('h2', { class: 'mt-5 font-semibold' }, dates.length === 1 ? 'Its date' : more ? 'The first dates' : 'All its dates'),
      h('ol', { class: 'mt-2 space-y-1 tabular-nums', 'data-dates': '' }, dates.map((date) => h('li', null, h('time', { datetime: date }, formatDate(date))))),
      h('p', { class: 'my-5 text-sm text-soft' }, 'Each date is sent without asking you again. You can pause or end the order at any time.'),
      form({
        fields: [],
        action: 'Make the standing order',
        busy: 'Making it…',
        beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: () => history.back() } }, 'Change')],
        check: () => [],
        explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' },
          'It is not known whether the order was made. Try again: it cannot be made twice.')),
        send: async () => {
          const order = await call('post', '/accounts/{account_number}/standing-orders', { path: { account_number: account.account_number }, body, idempotencyKey: key });
          await trail.leave(); // what was made is not offered again
          location.replace(`#/standing-orders/${order.id}?account=${order.account_number}`);
        },
      })),
  ];
}
