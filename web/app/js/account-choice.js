// @ts-check
// Parts of pages that are about one of the customer's accounts: a choice between them, and the content for the chosen one.

import { choose, chosen, knownAccounts, lineOf, onChosen, readAccounts, readChosen } from './accounts.js';
import { fill, h } from './dom.js';
import { choice } from './forms.js';
import { region } from './states.js';

/**
 * A select with the customer's accounts, once they are known; nothing for a customer with one account.
 * @param {AbortSignal} signal
 */
export function accountChoice(signal) {
  const place = h('div', { class: 'mb-4 max-w-md empty:hidden' });
  const show = () => {
    const accounts = knownAccounts() ?? [];
    if (accounts.length < 2) return;
    const select = choice('Account', accounts.map((account) => [account.account_number, lineOf(account)]), choose, chosen());
    select.input.classList.add('field-long');
    fill(place, select.node);
  };
  show();
  // Without the list, the page still shows the account signed in with.
  if (!knownAccounts()) readAccounts(signal).then(show, () => {});
  return place;
}

/**
 * Content about the chosen account, which is made again for each that is chosen.
 * @param {AbortSignal} signal aborted when the page is left
 * @param {(number: string, signal: AbortSignal) => Node | Node[]} content its signal is aborted when another account is chosen, too
 */
export function aboutChosen(signal, content) {
  let shown = new AbortController();
  signal.addEventListener('abort', () => shown.abort());
  const place = region(() => readChosen(signal), (number) => {
    shown.abort();
    shown = new AbortController();
    return content(number, shown.signal);
  }, { lines: 5 });
  onChosen(() => { void place.reload(); }, signal);
  return place;
}
