// @ts-check
// Shows the page that the URL's fragment stands for, to those who may see it.

import { byId, fill, h } from './dom.js';
import { loaded } from './loading.js';
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
 * @property {'public' | 'customer' | 'staff' | 'admin'} who staff are employees and administrators
 * @property {string} [section] the place in the navigation
 * @property {() => Promise<PageModule>} load
 */

/** @type {Route[]} */
let routes = [];
/** @type {AbortController | null} */
let visit = null;
/** The page that was asked for before signing in. */
let wanted = '';

/** The path in the fragment, such as "/overview". */
function place() {
  return decodeURIComponent(location.hash.replace(/^#/, '').split('?')[0] ?? '') || '/';
}

/** Where to go after signing in. */
function homeOf() {
  const to = wanted;
  wanted = '';
  if (to) return to;
  switch (session.who()?.role) {
    case 'admin': return '/admin';
    case 'employee': return '/admin/accounts';
    default: return '/overview';
  }
}

/**
 * Whether a page is for people with this role.
 * @param {Route} route
 * @param {import('./session.js').Session} caller
 */
function isFor({ who }, { role }) {
  if (who === 'admin') return role === 'admin';
  return who !== 'staff' || role !== 'customer';
}

/** Shows the page that the fragment stands for. */
export async function show() {
  const path = place();
  const route = routes.find((candidate) => candidate.path.test(path));
  const caller = session.who();
  if (!route || (caller && !isFor(route, caller))) {
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

/**
 * Starts following the fragment and the session.
 * @param {Route[]} pages
 */
export function start(pages) {
  routes = pages;
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
