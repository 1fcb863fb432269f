// @ts-check
// Taking a request back.

import { call } from './api.js';
import { announce, fill, h } from './dom.js';
import { isUnknown } from './problems.js';
import { kindWords } from './request-words.js';
import { failure } from './states.js';

/**
 * A button with which askers withdraw their request, and below it what went wrong.
 * @param {import('../../types/call').Schemas['ServiceRequest']} request
 * @param {() => void} changed
 */
export function withdrawButton(request, changed) {
  const result = h('div', { class: 'mt-3 empty:hidden' });
  const button = h('button', { class: 'button button-plain', type: 'button', 'aria-label': `Withdraw: ${kindWords[request.kind]}` }, 'Withdraw');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await call('post', '/accounts/{account_number}/requests/{id}/withdraw', { path: { account_number: request.account_number, id: request.id } });
      announce('The request is withdrawn.');
      changed();
    } catch (error) {
      button.disabled = false;
      if (isUnknown(error)) changed(); // the page shows the outcome
      else fill(result, failure(error));
    }
  });
  return h('div', null, button, result);
}
