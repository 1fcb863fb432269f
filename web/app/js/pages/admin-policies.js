// @ts-check
// The bank's policies as they are, to read.

import { call } from '../api.js';
import { h } from '../dom.js';
import { heading, section } from '../layout.js';
import { limitOf, moneyOf, rightsOf, sessionsOf } from '../policy-words.js';
import { region } from '../states.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminPolicies({ signal }) {
  return [
    heading('Policies'),
    h('p', { class: 'mb-4 max-w-2xl text-soft' }, 'The settings of this bank. They cannot be changed in the dashboard: the operator sets these configuration variables and restarts the servers.'),
    region(() => call('get', '/admin/policies', { signal }), (policies) => [
      section('Who may do what', list(rightsOf(policies))),
      section('Money and days', list(moneyOf(policies))),
      section('Sessions', list(sessionsOf(policies))),
      section('How many requests are answered', list(policies.rate_limits.map(limitOf)), { note: 'A client that sends more is told when it may try again. Service clients have a limit of their own for each key.' }),
    ], { lines: 8, class: 'space-y-4' }),
  ];
}

/** @param {import('../policy-words.js').Policy[]} policies */
function list(policies) {
  return h('dl', null, policies.map(({ name, value, meaning, setting }) => h('div', { class: 'grid gap-x-6 gap-y-1 border-t border-line px-4 py-3 sm:px-5 @2xl:grid-cols-[14rem_minmax(0,1fr)]', 'data-policy': setting },
    h('dt', { class: 'text-soft' }, name),
    h('dd', null,
      h('p', { class: 'font-medium' }, value),
      h('p', { class: 'mt-0.5 text-sm text-soft' }, meaning, ' ', h('code', { class: 'inline-block text-xs break-all' }, setting))))));
}
