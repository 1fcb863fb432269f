// What the dashboard's modules expect of a browser, and no more than their rules need. Import it before them. Layout, focus and
// real elements are tested in a browser, by cmd/bankcore.

process.env.TZ = 'UTC'; // the browser's zone

// The page's language is the browser's: here English, whatever the developer's is.
for (const name of ['DateTimeFormat', 'ListFormat', 'NumberFormat', 'RelativeTimeFormat']) {
  Intl[name] = class extends Intl[name] {
    constructor(locale = 'en', options = undefined) {
      super(locale, options);
    }
  };
}

/** Replaces a global; some are read-only in newer versions of node. */
export function define(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

class Node extends EventTarget {}

class Element extends Node {
  attributes = new Map();
  classList = { add() {} };
  dataset = {};
  childNodes = [];

  constructor(tag) {
    super();
    this.tag = tag;
  }

  get textContent() { return this.childNodes.map((node) => (typeof node === 'string' ? node : node.textContent)).join(''); }
  set textContent(text) { this.childNodes = [text]; }
  get firstElementChild() { return this.childNodes.find((node) => node instanceof Element) ?? null; }
  get value() { return this.typed ?? this.getAttribute('value') ?? ''; }
  set value(text) { this.typed = text; }
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  setAttribute(name, value) { this.attributes.set(name, value); }
  removeAttribute(name) { this.attributes.delete(name); }
  append(...nodes) { this.childNodes.push(...nodes); }
  replaceChildren(...nodes) { this.childNodes = nodes; }
  remove() {}
  focus() { document.activeElement = this; }
  contains() { return false; }
  scrollIntoView() {}
  querySelector() { return null; }
  showModal() { this.open = true; }
  close() {
    if (!this.open) return;
    this.open = false;
    this.dispatchEvent(new Event('close'));
  }
}

const ids = new Map();
define('Node', Node);
define('HTMLElement', Element);
define('document', Object.assign(new EventTarget(), {
  baseURI: 'https://bank.example/app/',
  body: new Element('body'),
  documentElement: new Element('html'),
  visibilityState: 'visible',
  activeElement: null,
  title: '',
  createElement: (tag) => new Element(tag),
  createElementNS: (_, tag) => new Element(tag),
  getElementById(id) {
    if (!ids.has(id)) ids.set(id, new Element('div'));
    return ids.get(id);
  },
  querySelector: () => null,
  querySelectorAll: () => [],
}));

const view = new EventTarget();
for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) define(name, view[name].bind(view));
define('scrollTo', () => {});
define('navigator', { onLine: true }); // without locks: work that is to happen in turn happens at once

/** Storage in memory. */
export class Storage {
  #items = new Map();
  getItem(name) { return this.#items.get(name) ?? null; }
  setItem(name, value) { this.#items.set(name, String(value)); }
  removeItem(name) { this.#items.delete(name); }
  get names() { return [...this.#items.keys()]; }
}
define('localStorage', new Storage());

/** A browser that denies storage. */
export const noStorage = {
  getItem() { throw new DOMException('denied', 'SecurityError'); },
  setItem() { throw new DOMException('denied', 'SecurityError'); },
  removeItem() { throw new DOMException('denied', 'SecurityError'); },
};

/** The other tabs: what they are told, and what they say. */
export const tabs = { heard: [], say(data) { for (const one of channels) one.dispatchEvent(new MessageEvent('message', { data })); } };
const channels = [];
define('BroadcastChannel', class extends EventTarget {
  constructor() {
    super();
    channels.push(this);
  }

  postMessage(data) { tabs.heard.push(data); }
});

/** The bank: a test sets how it answers, and reads what was sent. */
export const bank = { answer: (_request) => { throw new TypeError('no answer is set'); }, requests: [] };
define('fetch', async (url, init = {}) => {
  const request = { ...init, url: String(url) };
  bank.requests.push(request);
  return bank.answer(request);
});

export function json(status, content) {
  return new Response(JSON.stringify(content), { status, headers: { 'Content-Type': 'application/json' } });
}

export function problem(status, code) {
  return json(status, { type: `/problems/${code}`, title: code, status, code, detail: `${code}.`, request_id: '' });
}

/** Signs in at a bank that also renews and ends the session. */
export async function signIn(session, { account = '481207359144', role = 'customer', idle = undefined } = {}) {
  const pair = { access_token: 'secret', expires_in: 900, account_number: account, role, idle_expires_in: idle };
  bank.answer = ({ url }) => (/\/auth\/(login|refresh)$/.test(url) ? json(200, pair) : new Response(null, { status: 204 }));
  await session.signIn(account, '482913');
}

/** Loads a table of currencies with zero to four decimals. */
export async function loadCurrencies() {
  const decimals = { AED: 2, BDT: 2, CHF: 2, CZK: 2, DKK: 2, EUR: 2, INR: 2, JPY: 0, KWD: 3, MEAL: 2, NOK: 2, SEK: 2, USD: 2, UYW: 4 };
  bank.answer = () => json(200, {
    data: Object.entries(decimals).map(([code, count]) => ({ code, decimals: count, name: code, withdrawn: false })), default_currency: 'USD',
  });
  await (await import('../app/js/currencies.js')).loadCurrencies();
}

/** Lets promises settle, and modules load, without passing time of the mocked clock. */
const { setImmediate } = globalThis;
export async function settled() {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => { setImmediate(resolve); });
}
