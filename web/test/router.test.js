import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { register } from 'node:module';
import { define, settled, signIn, tabs } from './page.js';

// Each page is its name alone, and the frame nothing.
const pages = `export async function resolve(specifier, context, next) {
  const name = /^\\.\\/(?:pages\\/(.*)|shell)\\.js$/.exec(specifier);
  if (!name) return next(specifier, context);
  const text = name[1] ? \`export default (visit) => { document.shown = '\${name[1]}'; document.parameters = visit.parameters; return []; };\`
    : 'const main = document.createElement("main"); export const frame = () => main;';
  return { url: 'data:text/javascript,' + encodeURIComponent(text), shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(pages)}`);

define('location', { hash: '' });
define('history', { replaceState: (_state, _title, url) => { location.hash = url; } });
const router = await import('../app/js/router.js');
const { routes } = await import('../app/js/routes.js');
const session = await import('../app/js/session.js');

const id = '019aa8a9-20b1-7c3d-9c4e-5f6071829304';
const open = ['/sign-in', '/open', '/reset-pin', '/unlock'];
const customers = ['/overview', '/transfer', '/transfers', `/transfers/${id}`, '/standing-orders', '/standing-orders/new', `/standing-orders/${id}`, '/transactions', '/accounts',
  '/accounts/481207359144', '/requests', '/security'];
const desk = ['/admin/accounts', '/admin/accounts/481207359144', '/admin/open', '/admin/accounts/481207359144/open', '/admin/requests', `/admin/requests/${id}`];
const client = `/admin/clients/${id}`;
const adminsOnly = ['/admin', '/admin/events', '/admin/trial-balance', '/admin/clients', '/admin/clients/new', client, `${client}/change`, '/admin/roles', '/admin/policies'];
const admins = [...desk, ...adminsOnly];

/** Opens a path, and returns the path of the page that is shown at last. */
async function visit(path) {
  location.hash = `#${path}`;
  document.shown = '';
  void router.show();
  await shown();
  return location.hash.slice(1);
}

/** Waits for a page; its module takes a moment to load. */
async function shown() {
  await settled();
  for (let i = 0; i < 10_000 && document.shown === ''; i += 1) await new Promise((resolve) => { setTimeout(resolve, 1); });
}

const signOut = () => session.signOut();

before(() => router.start(routes));
beforeEach(signOut);
after(signOut);

test('a visitor sees the public pages, and signs in for every other one', async () => {
  for (const path of open) assert.equal(await visit(path), path);
  for (const path of [...customers, ...admins]) {
    assert.equal(await visit(path), '/sign-in', path);
    assert.equal(document.shown, 'sign-in');
  }
});

test("a customer sees a customer's pages, and no administrator's", async () => {
  await signIn(session);
  for (const path of customers) assert.equal(await visit(path), path);
  for (const path of admins) assert.equal(await visit(path), '/overview', path);
});

test("an employee sees the desk's pages beside a customer's, and no administrator's", async () => {
  await signIn(session, { role: 'employee' });
  for (const path of [...customers, ...desk]) assert.equal(await visit(path), path);
  for (const path of adminsOnly) assert.equal(await visit(path), '/admin/accounts', path);
});

test("an administrator sees every page behind the sign-in", async () => {
  await signIn(session, { role: 'admin' });
  for (const path of [...customers, ...admins]) assert.equal(await visit(path), path);
});

test('each path shows its page, with its title', async () => {
  await signIn(session, { role: 'admin' });
  for (const [path, page, title] of [
    ['/reset-pin', 'reset-pin', 'Set a new PIN'], ['/unlock', 'unlock', 'Unlock an account'], ['/overview', 'overview', 'Overview'], ['/transfer', 'transfer', 'Transfer'],
    ['/transfers', 'transfers', 'Many transfers'], [`/transfers/${id}`, 'transfers', 'Many transfers'],
    ['/standing-orders', 'standing-orders', 'Standing orders'], ['/standing-orders/new', 'standing-orders', 'Standing orders'],
    [`/standing-orders/${id}`, 'standing-orders', 'Standing orders'],
    ['/transactions', 'transactions', 'Transactions'], ['/accounts', 'accounts', 'Accounts'], ['/accounts/481207359144', 'account', 'Account settings'], ['/requests', 'requests', 'Requests'], ['/security', 'security', 'Security'], ['/admin', 'admin', 'Bank'], ['/admin/accounts', 'admin-accounts', 'Customers'],
    ['/admin/accounts/481207359144', 'admin-account', 'Account'], ['/admin/open', 'admin-open', 'Open an account'], ['/admin/accounts/481207359144/open', 'admin-open', 'Open another account'], ['/admin/events', 'admin-events', 'Events'],
    ['/admin/requests', 'admin-requests', 'Requests'], [`/admin/requests/${id}`, 'admin-request', 'Request'],
    ['/admin/trial-balance', 'admin-trial-balance', 'Trial balance'], ['/admin/roles', 'admin-roles', 'Staff and roles'], ['/admin/policies', 'admin-policies', 'Policies'],
    ['/admin/clients', 'admin-clients', 'Service clients'], ['/admin/clients/new', 'admin-client-form', 'Create a service client'],
    [client, 'admin-client', 'Service client'], [`${client}/change`, 'admin-client-form', 'Change a service client'],
  ]) {
    await visit(path);
    assert.equal(document.shown, page, path);
    assert.equal(document.title, `${title} · Banking Core`);
  }
  await visit('/admin/accounts/481207359144');
  assert.deepEqual(document.parameters, ['481207359144']);
});

test('what follows a question mark is not part of the path', async () => {
  await visit('/open?invitation=7K3M');
  assert.equal(document.shown, 'open');
});

test('an unknown path leads to the sign-in, or home', async () => {
  const unknown = ['', '/', '/nowhere', '/overview/', '/Overview', '/admin/accounts/48120735914', '/admin/accounts/4812073591440', '/x/sign-in', 'overview'];
  for (const path of unknown) assert.equal(await visit(path), '/sign-in', path);
  await signIn(session);
  for (const path of unknown) assert.equal(await visit(path), '/overview', path);
  await signOut();
  await signIn(session, { role: 'admin' });
  for (const path of unknown) assert.equal(await visit(path), '/admin', path);
});

test('who is signed in needs no page to sign in or to open an account', async () => {
  await signIn(session);
  for (const path of ['/sign-in', '/open']) assert.equal(await visit(path), '/overview', path);
  for (const path of ['/reset-pin', '/unlock']) assert.equal(await visit(path), path);
});

/** Signs in on the page that asks for it, and returns where that leads. */
async function thenSignIn(options) {
  assert.equal(location.hash, '#/sign-in');
  document.shown = '';
  await signIn(session, options); // the router follows the session
  await shown();
  return location.hash.slice(1);
}

/** Ends the session of a customer on a page, and lets the router follow. */
async function leave(path, end) {
  await signIn(session, { idle: 1_800 });
  await visit(path);
  document.shown = '';
  await end();
  await shown();
}

test('signing in leads home', async () => {
  await visit('/sign-in');
  assert.equal(await thenSignIn(), '/overview');
  await signOut();
  await visit('/sign-in');
  assert.equal(await thenSignIn({ role: 'admin' }), '/admin');
});

test('after a session that ended by itself, signing in returns to its page, once', async () => {
  await leave('/transactions', () => session.lock());
  assert.equal(await thenSignIn(), '/transactions');
  assert.equal(await visit('/sign-in'), '/overview', 'the next time leads home');
});

test('after another tab has signed out, signing in returns to the page', async () => {
  await leave('/security', () => tabs.say({ type: 'signed-out' }));
  assert.equal(await thenSignIn(), '/security');
});

test('after signing out, or as another account, signing in leads home', async () => {
  await leave('/transactions', signOut);
  assert.equal(await thenSignIn(), '/overview');
  await signOut();
  await leave('/transactions', () => tabs.say({ type: 'signed-in', session: { account: '790000000001' } }));
  assert.equal(await thenSignIn(), '/overview');
});

test("a customer who wanted an administrator's page is led home", async () => {
  await leave('/overview', () => tabs.say({ type: 'signed-out' }));
  await visit('/admin/events');
  assert.equal(await thenSignIn(), '/overview');
});
