import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { loadCurrencies } from './page.js';

const { currenciesOf, endOf } = await import('../app/js/trial-sides.js');
const { queryOf } = await import('../app/js/trail-filters.js');
const { accountsIn, faultOfAccounts, faultOfNetworks, networksIn, stateOf } = await import('../app/js/client-words.js');
const { limitOf, moneyOf, rightsOf, sessionsOf } = await import('../app/js/policy-words.js');
const { detailOf } = await import('../app/js/events.js');
const { h } = await import('../app/js/dom.js');

afterEach(() => mock.timers.reset());

/** Sets the clock. */
const at = (moment) => mock.timers.enable({ apis: ['Date'], now: Date.parse(moment) });

test('a trial balance is added up for each currency, without rounding', () => {
  const row = (currency, via, debits, credits) => ({ currency, via, debits, credits });
  const found = currenciesOf([row('EUR', 'cash', 5, 0), row('EUR', undefined, 0, 4), row('USD', 'cash', 2 ** 53 - 1, 0), row('USD', 'card', 2 ** 53 - 1, 0)]);
  assert.deepEqual(found.map(({ currency, debits, credits, rows }) => [currency, debits, credits, rows.length]), [['EUR', 5n, 4n, 2], ['USD', 18014398509481982n, 0n, 2]]);
  assert.deepEqual(currenciesOf([]), []);
});

test('a day that is over ends with its last microsecond, and today has no end yet', () => {
  at('2026-11-22T09:00:00Z');
  assert.equal(endOf('2026-11-21'), '2026-11-21T23:59:59.999999Z');
  assert.equal(endOf('2026-11-22'), undefined);
  assert.equal(endOf('2026-11-23'), undefined);
});

test('filters of the trail become a query, and one that is not complete filters nothing', () => {
  const none = { type: '', account: '', who: '', person: '', client: '', from: '', to: '' };
  const client = '019aa8c0-1f3c-7000-8000-5f60718293a4';
  for (const [filters, query] of [
    [{}, {}],
    [{ type: 'login_failed', account: '4812 0735 9144' }, { event_type: 'login_failed', account_number: '481207359144' }],
    [{ account: '4812 0735' }, {}],
    [{ who: 'admin_key', person: '481207359144', client }, { actor: 'admin_key' }],
    [{ who: 'person', person: '4812-0735-9144' }, { actor: '481207359144' }],
    [{ who: 'person', person: '4812' }, {}],
    [{ who: 'client', client }, { actor: `client:${client}` }],
    [{ who: 'client' }, {}],
    [{ from: '2026-11-01', to: '2026-11-30' }, { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' }],
  ]) assert.deepEqual(queryOf({ ...none, ...filters }), { limit: 50, ...query }, JSON.stringify(filters));
});

test('accounts are separated by commas or lines, since a number may have spaces', () => {
  assert.deepEqual(accountsIn(' 4812 0735 9144, 100000000008;\n'), ['481207359144', '100000000008']);
  assert.equal(faultOfAccounts('4812 0735 9144, 100000000008'), '');
  assert.equal(faultOfAccounts(''), '');
  assert.match(faultOfAccounts('4812 0735 9145'), /mistyped/);
  assert.match(faultOfAccounts('481207359144 100000000008'), /12 digits/);
  assert.match(faultOfAccounts('4812'), /12 digits/);
  assert.match(faultOfAccounts(Array(101).fill('481207359144').join()), /At most 100/);
});

test('networks are addresses of either kind, perhaps with a length', () => {
  assert.deepEqual(networksIn('203.0.113.0/24 2001:db8::/32,\n10.0.0.1'), ['203.0.113.0/24', '2001:db8::/32', '10.0.0.1']);
  for (const good of ['', '203.0.113.0/24', '0.0.0.0/0', '255.255.255.255', '2001:db8::/32', '::1', '::/128', '::ffff:1.2.3.4']) assert.equal(faultOfNetworks(good), '', good);
  for (const bad of ['203.0.113.256', '1.2.3', '203.0.113.0/33', '2001:db8::/129', 'example.org', '1.2.3.4/', '1.2.3.4/8/8', '::g']) assert.match(faultOfNetworks(bad), /is not an address/, bad);
  assert.match(faultOfNetworks(Array(33).fill('10.0.0.1').join()), /At most 32/);
});

test('a client that is revoked or has expired has no keys that work', () => {
  at('2026-11-22T09:00:00Z');
  for (const [revoked, expires, state] of [
    [null, null, 'live'], [null, '2026-11-22T09:00:00.000001Z', 'expired'], [null, '2026-11-22T09:00:01Z', 'live'], ['2026-11-21T00:00:00Z', null, 'revoked'], ['2026-11-21T00:00:00Z', '2026-11-20T00:00:00Z', 'revoked'],
  ]) assert.equal(stateOf({ revoked_at: revoked, expires_at: expires }), state);
});

test('policies are said in words', () => {
  const policies = {
    openings: 'code', cash: 'owner', settlements: ['cash', 'wire'], approval_above: 0, staff_second_factor: true, currency: 'USD',
    own_currencies: [{ code: 'GEM', decimals: 1 }, { code: 'MEAL', decimals: 2 }], time_zone: 'America/New_York', session_idle: { customers: 43_200, staff: 0 },
  };
  const values = (list) => Object.fromEntries(list.map(({ setting, value }) => [setting, value]));
  assert.deepEqual(values(rightsOf(policies)), { OPENINGS: 'With an invitation code', CASH: 'Owners, too', APPROVAL_ABOVE: 'Off', STAFF_SECOND_FACTOR: 'Required' });
  assert.match(rightsOf({ ...policies, approval_above: 1_000_000 })[2].meaning, /1000000, of their smallest unit/);
  assert.deepEqual(values(moneyOf(policies)), { SETTLEMENTS: 'Cash, Wire', CURRENCY: 'USD', CURRENCIES: 'GEM (1 decimal), MEAL (2 decimals)', BANK_TIMEZONE: 'America/New York' });
  assert.deepEqual(values(sessionsOf(policies)), { SESSION_IDLE: 'After 12 hours without activity', SESSION_IDLE_STAFF: 'Never' });
  for (const [requests, seconds, words] of [[0, 0, 'No limit'], [5, 60, '5 in a minute'], [5, 90, '5 in 90 seconds'], [1, 3_600, '1 in an hour'], [9, 86_400, '9 in a day'], [9, 7_200, '9 in 2 hours']]) {
    assert.equal(limitOf({ name: 'transfer', requests, seconds, counted_by: 'account' }).value, words);
  }
  assert.equal(limitOf({ name: 'new', requests: 1, seconds: 1, counted_by: 'address' }).setting, 'RATE_LIMIT_NEW');
});

test('details of events are said in words', () => {
  for (const [type, detail, words] of [
    ['request_made', 'change_role 019aa8c0', 'another role'], ['request_approved', 'deposit 019aa8c0 019aa8c1', 'a large deposit'], ['request_made', 'of_the_future 1', ''],
    ['client_key_refused', 'getAccount', 'account'], ['client_changed', '019aa8c0 rate_limit=0>120', 'rate_limit=0 → 120'], ['signed_in', '019aa8c0', ''],
  ]) assert.equal(detailOf({ event_type: type, detail }).join(''), words, type);
});

test('changes of limits show money, or grouped digits where the currency is not known', async () => {
  await loadCurrencies();
  const text = (detail, currency) => h('p', null, detailOf({ event_type: 'limits_changed', detail }, currency)).textContent;
  assert.equal(text('per_transfer:none>100000 daily:500>none', 'KWD'), 'per payment: none → KWD\u00a0100.000; per day: KWD\u00a00.500 → none');
  assert.equal(text('monthly:none>1000000000000', undefined), 'per month: none → 1,000,000,000,000, in the currency’s smallest unit');
});
