// @ts-check
// The frame of every page: the brand, the navigation, and the sign-out button.

import { knownAccounts, pendingOfAll, readAccounts } from './accounts.js';
import { byId, fill, h, setAttribute } from './dom.js';
import { brandMark, icon } from './icons.js';
import { outcomePlace, showOutcomes } from './layout.js';
import { loaded } from './loading.js';
import { formatNumber } from './numbers.js';
import { hasRecords, onPending } from './pending.js';
import { isUnknown } from './problems.js';
import * as session from './session.js';
import { failure } from './states.js';
import { openDialog } from './dialogs.js';

/** @typedef {{ path: string, words: string, sign: import('./icons.js').IconName }} Link */

/** @type {Link[]} */
const customerLinks = [
  { path: '/overview', words: 'Overview', sign: 'overview' },
  { path: '/transfer', words: 'Transfer', sign: 'transfer' },
  { path: '/transactions', words: 'Transactions', sign: 'list' },
  { path: '/accounts', words: 'Accounts', sign: 'wallet' },
  { path: '/requests', words: 'Requests', sign: 'inbox' },
  { path: '/security', words: 'Security', sign: 'shield' },
];
/** Pages that customers on a phone find below Accounts, because the tabs have no room for more. */
const lesser = '/requests';
/** @type {Link} */
const deciding = { path: '/admin/requests', words: 'Requests', sign: 'inbox' };
/** What administrators find on a phone by way of Bank, whose tabs have no room for more. @type {Link[]} */
export const administration = [
  { path: '/admin/trial-balance', words: 'Trial balance', sign: 'balance' },
  { path: '/admin/clients', words: 'Service clients', sign: 'key' },
  { path: '/admin/roles', words: 'Staff and roles', sign: 'badge' },
  { path: '/admin/policies', words: 'Policies', sign: 'policy' },
];
/** The pages of each role beside the customer's. @type {Record<import('../../types/call').Schemas['Role'], Link[]>} */
const staffLinks = {
  customer: [],
  employee: [{ path: '/admin/accounts', words: 'Customers', sign: 'people' }, deciding],
  admin: [
    { path: '/admin', words: 'Bank', sign: 'bank' },
    { path: '/admin/accounts', words: 'Customers', sign: 'people' },
    deciding,
    { path: '/admin/events', words: 'Events', sign: 'events' },
  ],
};

/** @type {{ caller: import('./session.js').Session, main: HTMLElement } | null} */
let shown = null;

/** Loads the code that reports on requests that got no answer, once there are any, which is rare. */
async function loadOutcomes() {
  if (!shown || !hasRecords()) return;
  if (!knownAccounts()) await readAccounts().catch(() => {}); // a request from another account of the customer's counts, too
  if (pendingOfAll().length === 0) return;
  await loaded(() => import('./outcomes.js')).catch((error) => fill(outcomePlace, failure(error, () => { void loadOutcomes(); })));
}

/** Shows staff how many requests wait; without the number the page works, too. */
async function countRequests() {
  if (shown?.caller.role !== 'customer') await import('./pending-count.js').then(({ showCount }) => showCount(), () => {});
}

onPending(() => { void loadOutcomes(); });

/**
 * Puts the frame around a page, and returns the element for the page. The frame stays as long as the account does.
 * @param {{ who: string, section?: string }} route
 * @param {import('./session.js').Session | null} caller
 * @param {Node} content
 * @returns {HTMLElement}
 */
export function frame(route, caller, content) {
  if (!caller || route.who === 'public') {
    shown = null;
    showOutcomes('');
    if (!caller) fill(byId('live')); // the last announcement was about the page before
    const main = h('main', { id: 'main', class: 'mx-auto w-full max-w-md px-5 pt-8 pb-16 sm:pt-14' }, content);
    fill(byId('app'), h('header', { class: 'mx-auto flex w-full max-w-md items-center px-5 pt-6 sm:pt-12' }, brand('#/sign-in')), main);
    return main;
  }
  if (shown?.caller.account !== caller.account || shown.caller.role !== caller.role) shown = { caller, main: build(caller) };
  mark(`#${route.section}`);
  shown.main.before(outcomePlace);
  showOutcomes(caller.account);
  void loadOutcomes();
  void countRequests();
  fill(shown.main, content);
  return shown.main;
}

/**
 * Marks this page's link in the navigation.
 * @param {string | null | undefined} href
 */
function mark(href) {
  for (const link of document.querySelectorAll('nav a')) setAttribute(link, 'aria-current', link.getAttribute('href') === href ? 'page' : null);
}

/** Gives a session its staff role once it meets the role's requirements. The page's content stays. */
export async function takeUpRole() {
  const before = session.who();
  if (!before || before.requires.length === 0) return;
  await session.renew(before.token);
  const caller = session.who();
  if (!shown || !caller || caller.role === before.role) return;
  const { main } = shown;
  const [focused, current] = [document.activeElement, document.querySelector('nav [aria-current="page"]')?.getAttribute('href')];
  shown = { caller, main: build(caller) };
  shown.main.dataset.page = main.dataset.page;
  shown.main.append(...main.childNodes);
  shown.main.before(outcomePlace);
  mark(current);
  void countRequests();
  if (focused instanceof HTMLElement) focused.focus();
}

/** @param {import('./session.js').Session} caller */
function build(caller) {
  const desk = staffLinks[caller.role];
  const home = `#${desk[0]?.path ?? '/overview'}`;
  const main = h('main', { id: 'main', class: 'mx-auto w-full max-w-5xl min-w-0 grow px-4 pt-6 pb-12 sm:px-8 lg:pt-10 lg:pb-16' });
  const sidebar = h('header', { class: 'hidden w-60 shrink-0 border-r border-line bg-raised lg:block' },
    h('div', { class: 'sticky top-0 flex h-dvh flex-col overflow-y-auto px-4 py-6' },
      brand(home),
      h('nav', { class: 'mt-8 flex-1 space-y-6', 'aria-label': 'Pages' },
        desk.length > 0 ? group(caller.role === 'admin' ? 'Administration' : 'Desk', caller.role === 'admin' ? [...desk, ...administration] : desk) : null,
        group(desk.length > 0 ? 'My own accounts' : '', customerLinks)),
      h('p', { class: 'px-3 text-sm text-soft tabular-nums' }, 'Signed in with', h('br'), formatNumber(caller.account)),
      leaveButton('nav-link mt-2 w-full text-left')));
  const top = h('header', { class: 'flex flex-wrap items-center justify-between gap-x-4 border-b border-line bg-raised px-4 py-2 lg:hidden' },
    brand(home), leaveButton('button button-quiet px-3'));
  const tabs = h('nav', { class: 'sticky bottom-0 z-10 flex flex-wrap border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] lg:hidden', 'aria-label': 'Pages' },
    (desk.length > 0 ? [...desk, ...customerLinks.filter(({ path }) => path === '/overview' || path === '/security')] : customerLinks.filter(({ path }) => path !== lesser)).map((link) => h('a', { class: 'tab-link', href: `#${link.path}` }, icon(link.sign), h('span', null, link.words))));
  fill(byId('app'), h('div', { class: 'flex min-h-dvh' }, sidebar, h('div', { class: 'flex min-w-0 flex-1 flex-col' }, top, main, tabs)));
  return main;
}

/** @param {string} href */
function brand(href) {
  return h('a', { class: 'flex min-h-11 items-center gap-3 rounded-lg px-1 text-lg font-semibold tracking-tight', href }, brandMark(), 'Banking Core');
}

/**
 * @param {string} title
 * @param {Link[]} links
 */
function group(title, links) {
  return h('div', null,
    title ? h('p', { class: 'mb-1 px-3 text-xs font-medium text-soft' }, title) : null,
    h('ul', { class: 'space-y-1' }, links.map((link) => h('li', null,
      h('a', { class: 'nav-link', href: `#${link.path}` }, icon(link.sign), link.words)))));
}

/** @param {string} classes */
function leaveButton(classes) {
  return h('button', { class: classes, type: 'button', on: { click: leave } }, icon('leave'), 'Sign out');
}

async function leave() {
  try {
    await session.signOut();
  } catch (error) {
    const title = isUnknown(error) ? 'It is not known whether you are signed out' : 'You are still signed in';
    openDialog(title, (close) => failure(error, () => {
      close();
      void leave();
    }));
  }
}
