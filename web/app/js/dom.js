// @ts-check
// Makes elements one by one: what comes from the bank becomes text, never markup.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {{ [name: string]: any, on?: { [event: string]: (event: any) => void } }} Properties */

/**
 * Makes an element. A property is an attribute: true is an empty one, and false, null or undefined is none.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties | null} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  const { on, ...attributes } = properties ?? {};
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const [event, listener] of Object.entries(on ?? {})) element.addEventListener(event, listener);
  element.append(...nodes(children));
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  /** @type {(Node | string)[]} */
  const kept = [];
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    kept.push(child instanceof Node ? child : String(child));
  }
  return kept;
}

/**
 * A text that a person has written, isolated so that its direction does not rearrange what is beside it.
 * @param {string} text
 */
export function isolated(text) {
  return h('bdi', null, text);
}

/**
 * Replaces an element's children.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * The element with an id, which must exist.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

let count = 0;

/** An id that no other element has. */
export function newId() {
  count += 1;
  return `n${count}`;
}

/**
 * Announces a text to screen readers.
 * @param {string} text
 */
export function announce(text) {
  const live = byId('live');
  live.textContent = '';
  // The same text is only read again if it was gone in between.
  setTimeout(() => { live.textContent = text; }, 60);
}
