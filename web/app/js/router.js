// @ts-check
// Which page a URL's fragment stands for, and who may see it.

import { base } from './base.js';
import { byId, fill, h } from './dom.js';
import { Unanswered, Unreachable } from './problems.js';
import { deadlines, request } from './requests.js';
import * as session from './session.js';
import { frame } from './shell.js';
import { failure, isAbort, skeleton } from './states.js';

/**
 * @typedef {object} Visit one showing of a page
 * @property {string[]} parameters of its path
 * @property {AbortSignal} signal aborted when the page is left
 */
/** @typedef {{ default: (visit: Visit) => Node | Node[] | Promise<Node | Node[]> }} PageModule */
/**
 * @typedef {object} Route
 * @property {RegExp} path
 * @property {string} title
 * @property {'public' | 'customer' | 'admin'} who
 * @property {string} [section] the place in the navigation
 * @property {() => Promise<PageModule>} load
 */

/** @type {Route[]} */
const routes = [
  { path: /^\/sign-in$/, title: 'Sign in', who: 'public', load: () => import('./pages/sign-in.js') },
  { path: /^\/open$/, title: 'Open an account', who: 'public', load: () => import('./pages/open.js') },
  { path: /^\/reset-pin$/, title: 'Set a new PIN', who: 'public', load: () => import('./pages/reset-pin.js') },
  { path: /^\/unlock$/, title: 'Unlock an account', who: 'public', load: () => import('./pages/unlock.js') },
  { path: /^\/overview$/, title: 'Overview', who: 'customer', section: '/overview', load: () => import('./pages/overview.js') },
  { path: /^\/transfer$/, title: 'Transfer', who: 'customer', section: '/transfer', load: () => import('./pages/transfer.js') },
  { path: /^\/transactions$/, title: 'Transactions', who: 'customer', section: '/transactions', load: () => import('./pages/transactions.js') },
  { path: /^\/security$/, title: 'Security', who: 'customer', section: '/security', load: () => import('./pages/security.js') },
  { path: /^\/admin$/, title: 'Bank', who: 'admin', section: '/admin', load: () => import('./pages/admin.js') },
  { path: /^\/admin\/accounts$/, title: 'Accounts', who: 'admin', section: '/admin/accounts', load: () => import('./pages/admin-accounts.js') },
  { path: /^\/admin\/accounts\/(\d{12})$/, title: 'Account', who: 'admin', section: '/admin/accounts', load: () => import('./pages/admin-account.js') },
  { path: /^\/admin\/events$/, title: 'Events', who: 'admin', section: '/admin/events', load: () => import('./pages/admin-events.js') },
];

/** @type {AbortController | null} */
let visit = null;
/** The page that was asked for before signing in. */
let wanted = '';

/** The path in the fragment, such as "/overview". */
function place() {
  return decodeURIComponent(location.hash.replace(/^#/, '').split('?')[0] ?? '') || '/';
}

/** @param {string} path */
export function go(path) {
  if (place() === path) void show();
  else location.hash = path;
}

/** Where to go after signing in. */
export function homeOf() {
  const to = wanted;
  wanted = '';
  if (to) return to;
  return session.who()?.role === 'admin' ? '/admin' : '/overview';
}

/** Shows the page that the fragment stands for. */
export async function show() {
  const path = place();
  const route = routes.find((candidate) => candidate.path.test(path));
  const caller = session.who();
  if (!route || (route.who === 'admin' && caller && caller.role !== 'admin')) {
    replace(caller ? homeOf() : '/sign-in');
    return;
  }
  if (route.who !== 'public' && !caller) {
    wanted = session.whyNot() === 'signed-out' || session.whyNot() === 'changed' ? '' : path;
    replace('/sign-in');
    return;
  }
  if (caller && (path === '/sign-in' || path === '/open')) {
    replace(homeOf());
    return;
  }
  for (const dialog of document.querySelectorAll('dialog')) dialog.close(); // they belong to the page before
  visit?.abort();
  visit = new AbortController();
  const { signal } = visit;
  const body = h('div', { 'aria-busy': 'true' }, h('h1', { class: 'sr-only' }, route.title), skeleton(4));
  const main = frame(route, caller, body);
  document.title = `${route.title} · Banking Core`;
  try {
    const module = await loaded(route.load);
    if (signal.aborted) return;
    fill(main, await module.default({ parameters: route.path.exec(path)?.slice(1) ?? [], signal }));
  } catch (error) {
    if (isAbort(error) || signal.aborted) return;
    fill(main, h('h1', { class: 'title mb-4' }, route.title), failure(error, () => location.reload()));
  }
  main.dataset.page = path;
  settle(main);
}

/**
 * Loads code on demand. If that fails, the connection is gone, or the bank has a new version by now.
 * @template M
 * @param {() => Promise<M>} load
 * @returns {Promise<M>}
 */
export async function loaded(load) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    return await Promise.race([load(), new Promise((/** @type {(module: never) => void} */ _, reject) => {
      timer = setTimeout(() => reject(new Unanswered('The bank does not answer.')), deadlines.reading);
    })]);
  } catch (error) {
    if (error instanceof Unanswered || error instanceof SyntaxError) throw error; // code that arrived, but this browser cannot read
    const served = await request('./', { cache: 'no-store' }, { deadline: deadlines.reading }).then((response) => response.text(), () => '');
    const build = new URL('.', import.meta.url).pathname;
    if (served === '' || served.includes(build.replace(`${base}/app/`, ''))) throw new Unreachable('The bank cannot be reached.', { cause: error });
    location.reload();
    return new Promise(() => {});
  } finally {
    clearTimeout(timer);
  }
}

let first = true; // the browser itself starts the first page at its top
/**
 * Moves to the top of a new page.
 * @param {HTMLElement} main
 */
function settle(main) {
  if (first) {
    first = false;
    return;
  }
  scrollTo(0, 0);
  const heading = main.querySelector('h1');
  if (heading && !main.contains(document.activeElement)) {
    heading.tabIndex = -1;
    heading.focus();
  }
}

/** @param {string} path */
function replace(path) {
  history.replaceState(null, '', `#${path}`);
  void show();
}

/** Starts following the fragment and the session. */
export function start() {
  addEventListener('hashchange', () => { void show(); });
  session.onChange(() => { void show(); });
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault(); // the fragment names the page
    const main = document.querySelector('main');
    main?.setAttribute('tabindex', '-1');
    main?.focus();
  });
  return show();
}
