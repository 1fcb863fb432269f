// @ts-check
// Says that an account is frozen or closed.

import { h } from './dom.js';
import { icon } from './icons.js';
import { formatTime } from './times.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/**
 * What a freeze stops, in a sentence.
 * @param {Schemas['Freeze']} freeze
 */
export function freezeWords({ debits, credits, until }) {
  const what = debits && credits ? 'no money can leave it or arrive' : debits ? 'no money can leave it' : 'no money can arrive';
  return `This account is frozen: ${what}${until ? ` until ${formatTime(until)}` : ''}.`;
}

/**
 * Tells an owner that an account is frozen or closed; null for an open one.
 * @param {Schemas['Account']} account
 */
export function statusNotice({ status, frozen }) {
  if (status === 'closed') return notice('This account is closed. Its history and its statements stay here.', 'bg-sunken');
  if (status !== 'frozen') return null;
  const words = frozen ? freezeWords(frozen) : 'This account is frozen.';
  return notice(`${words} ${frozen?.reason === 'customer' ? 'You asked for it. To lift it, ask your bank.' : 'Ask your bank if you want to know more.'}`, 'bg-warn-tint text-warn');
}

/**
 * @param {string} words
 * @param {string} colours
 */
function notice(words, colours) {
  return h('p', { class: `mt-3 flex items-center gap-2 rounded-lg p-3 text-sm font-medium ${colours}` }, icon('warning'), words);
}
