// @ts-check
// The entry point: restores the session, then shows the page that was asked for.

import { loadCurrencies } from './currencies.js';
import { announce, byId, fill, h } from './dom.js';
import { icon } from './icons.js';
import { watch } from './idle.js';
import { start } from './router.js';
import { routes } from './routes.js';
import * as session from './session.js';
import { failure, slowNotice } from './states.js';

function showConnection() {
  const notices = byId('notices');
  if (navigator.onLine) {
    if (notices.hasChildNodes()) announce('You are online again.');
    fill(notices);
    return;
  }
  fill(notices, h('p', { class: 'flex items-center justify-center gap-2 bg-warn-tint px-4 py-2 text-sm font-medium text-warn', role: 'alert' },
    icon('offline'), 'You are offline. What you see may be out of date.'));
}

async function begin() {
  addEventListener('online', showConnection);
  addEventListener('offline', showConnection);
  showConnection();
  const slow = setTimeout(() => document.querySelector('.late')?.replaceWith(slowNotice()), 4_000);
  try {
    await Promise.all([session.restore(), loadCurrencies()]);
  } catch (error) {
    const main = h('main', { id: 'main', class: 'mx-auto max-w-md px-5 pt-16' },
      h('h1', { class: 'title mb-4' }, 'Banking Core'), failure(error, () => location.reload()));
    fill(byId('app'), main);
    return;
  } finally {
    clearTimeout(slow);
  }
  watch();
  await start(routes);
}

if (!('unsupported' in document.documentElement.dataset)) void begin(); // see start-check.js
