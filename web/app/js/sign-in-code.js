// @ts-check
// The second step of a sign-in: a code from the app or a recovery code. It is an entry in the browser's history, and Back returns to
// the first step. The PIN is kept here while the step is open.

import { codeField, faultOfCode, faultWrongCode } from './codes.js';
import { fill, h } from './dom.js';
import { form } from './forms.js';
import { welcome } from './layout.js';
import { codeOf } from './problems.js';
import * as session from './session.js';
import { steps } from './steps.js';

/**
 * @param {object} request
 * @param {Element} request.place where the steps are shown
 * @param {Node[]} request.first the first step
 * @param {string} request.number
 * @param {string} request.pin
 * @param {(error: unknown) => Node} request.locked what to show for a locked account
 * @param {AbortSignal} request.signal aborted when the page is left
 */
export function askForCode({ place, first, number, pin, locked, signal }) {
  const open = new AbortController();
  signal.addEventListener('abort', () => open.abort());
  /** @param {true | null} step */
  const show = (step) => {
    if (!step) open.abort();
    fill(place, step ? content() : first);
    const heading = place.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    /** @type {HTMLElement | null} */ (place.querySelector('input[autocomplete="one-time-code"]') ?? heading)?.focus();
  };
  /** @type {import('./steps.js').Steps<true>} */
  const trail = steps('sign-in', open.signal, show);
  const content = () => {
    const code = codeField('Code');
    return [
      welcome('Two-step sign-in', 'Your PIN is right. This account needs a code as well.'),
      form({
        fields: [code],
        action: 'Sign in',
        busy: 'Signing in…',
        check: () => [[code, faultOfCode(code.value())]],
        explain: (error) => {
          faultWrongCode(code, error);
          return codeOf(error) === 'account_locked' ? locked(error) : null;
        },
        send: () => session.signIn(number, pin, code.value(), trail.leave),
        beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: () => history.back() } }, 'Back')],
      }),
    ];
  };
  trail.keep(null); // in case this entry is a second step from before a reload
  trail.next(true);
}
