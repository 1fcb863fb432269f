// @ts-check
// Lists that load page by page.

import { announce, fill, h } from './dom.js';
import { moreButton } from './layout.js';
import { failure, isAbort, skeleton } from './states.js';

/**
 * @template T
 * @typedef {object} PagedList
 * @property {HTMLElement} node
 * @property {() => Promise<void>} restart starts over, perhaps with other filters
 * @property {() => void} show renders the loaded items again
 * @property {() => Promise<void>} more loads another page
 * @property {readonly T[]} items
 * @property {boolean} complete whether there is no further page
 */

/**
 * A list that loads its first page, and more on demand.
 * @template T
 * @param {object} parts
 * @param {(cursor: string | undefined) => Promise<{ data: T[], next_cursor: string | null }>} parts.load
 * @param {(items: T[]) => Node[]} parts.rows
 * @param {() => Node} parts.nothing
 * @param {Node} [parts.headings]
 * @param {string} [parts.columns] the class that sets the rows' columns
 * @param {(items: T[]) => T[]} [parts.keep] which items to show
 * @returns {PagedList<T>}
 */
export function pagedList({ load, rows, nothing, headings, columns = '', keep = (items) => items }) {
  const list = h('ul', null);
  const foot = h('div', { class: 'px-4 py-4 text-center empty:hidden sm:px-5' });
  const place = h('div', { class: columns && `columns ${columns}`, 'aria-busy': 'true' });
  /** @type {T[]} */
  let items = [];
  /** @type {string | null} */
  let next = null;
  let round = 0;

  const show = () => {
    const shown = keep(items);
    fill(list, rows(shown));
    fill(foot, next === null ? null : moreButton(() => more(true)));
    if (shown.length === 0) fill(place, nothing(), next === null ? null : foot);
    else fill(place, headings ?? null, list, foot);
  };

  /** Appends rows without replacing those before, which may have the focus. */
  const extend = (/** @type {T[]} */ added) => {
    list.append(...rows(added));
    fill(foot, next === null ? null : moreButton(() => more(true)));
  };

  /** A press of the button moves the focus; a search, in whose field it is, does not. */
  const more = async (pressed = false) => {
    const mine = round;
    try {
      const page = await load(next ?? undefined);
      if (mine !== round) return;
      const before = keep(items).length;
      items = [...items, ...page.data];
      next = page.next_cursor;
      if (before > 0) extend(keep(page.data));
      else show();
      const added = keep(items).length - before;
      if (before > 0) {
        announce(`${added} more.`);
        const target = list.children[before]?.querySelector('button, a');
        if (pressed && target instanceof HTMLElement) target.focus();
      }
    } catch (error) {
      if (isAbort(error) || mine !== round) return;
      if (items.length === 0) fill(place, h('div', { class: 'p-4' }, failure(error, () => { void restart(); })));
      else fill(foot, failure(error, () => { fill(foot, moreButton(() => more(true))); void more(true); }));
    }
  };

  const restart = async () => {
    round += 1;
    items = [];
    next = null;
    place.setAttribute('aria-busy', 'true');
    fill(place, skeleton(5));
    await more();
    place.removeAttribute('aria-busy');
  };

  void restart();
  return {
    node: place,
    restart,
    show,
    more: () => more(),
    get items() { return items; },
    get complete() { return next === null; },
  };
}
