// @ts-check
// Tells staff what their session lacks to act as such.

import { h } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/**
 * What staff still have to do to act as such.
 * @param {Schemas['RoleRequirement'][]} requires
 */
export function roleNotice(requires) {
  const words = { second_factor: 'sign in with a code as well as the PIN', longer_pin: 'have a PIN of 8 digits or more' };
  return h('div', { class: 'mb-4 rounded-lg bg-warn-tint p-4 text-sm', 'data-requires': '' },
    h('p', { class: 'flex items-start gap-2 font-medium' }, icon('shield'), h('span', { class: 'min-w-0' }, 'The pages for the bank’s staff are not open to you yet.')),
    h('p', { class: 'mt-1' }, `Staff ${requires.map((one) => words[one]).join(', and ')}.`),
    h('a', { class: 'button button-main mt-3', href: '#/security' }, 'Go to Security'));
}
