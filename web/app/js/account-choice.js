// @ts-check
// A choice between the customer's accounts.

import { choose, chosen, knownAccounts, lineOf, readAccounts } from './accounts.js';
import { fill, h } from './dom.js';
import { choice } from './forms.js';

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
