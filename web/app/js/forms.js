// @ts-check
// Fields with a label, a hint and a fault, and forms that send one request at a time.

import { asciiDigits } from './digits.js';
import { announce, fill, h, newId } from './dom.js';
import { Refusal } from './problems.js';
import { failure, isAbort } from './states.js';

/**
 * @typedef {object} Field
 * @property {HTMLElement} node
 * @property {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 * @property {() => string} value
 * @property {(text: string) => void} fault shows what is wrong; "" for nothing
 * @property {(...content: import('./dom.js').Child[]) => void} hint
 */

/**
 * A labelled field. Screen readers read its hint and fault with it.
 * @param {string} label
 * @param {{ [name: string]: any, hint?: string, optional?: boolean }} properties of the input
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} [own] in place of an input
 * @returns {Field}
 */
export function field(label, { hint = '', optional = false, ...properties }, own) {
  const id = newId();
  const hintNode = h('p', { class: 'mt-1.5 text-sm text-soft empty:hidden', id: `${id}-hint` }, hint);
  const faultNode = h('p', { class: 'mt-1.5 text-sm font-medium text-danger empty:hidden', id: `${id}-fault` });
  const input = own ?? h('input', { type: 'text', autocomplete: 'off', ...properties });
  input.id = id;
  input.classList.add('field');
  input.setAttribute('aria-describedby', `${id}-hint ${id}-fault`);
  if (!optional && !own) input.setAttribute('aria-required', 'true');
  const node = h('div', null,
    h('label', { class: 'mb-1.5 block text-sm font-medium', for: id }, label, optional ? h('span', { class: 'font-normal text-soft' }, ' (optional)') : null),
    input, hintNode, faultNode);
  /** @param {string} text */
  const fault = (text) => {
    faultNode.textContent = text;
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  // On typing, not on leaving: a line that goes away then would move the button from under the pointer.
  input.addEventListener('input', () => fault(''));
  return {
    node,
    input,
    value: () => input.value,
    fault,
    hint: (...content) => fill(hintNode, content),
  };
}

/**
 * A field for a PIN.
 * @param {string} label
 * @param {'current-password' | 'new-password'} purpose
 * @param {string} [hint]
 */
export function pinField(label, purpose, hint = '') {
  const pin = field(label, { type: 'password', inputmode: 'numeric', autocomplete: purpose, maxlength: 12, hint });
  return { ...pin, value: () => asciiDigits(pin.value()) };
}

/**
 * A field for a new PIN. Only the bank knows which are easy to guess; the hint says what it refuses.
 * @param {string} label
 */
export function newPinField(label) {
  return pinField(label, 'new-password', '4 to 12 digits; six or more are better. No dates or years, no repeats such as 1212, no patterns such as 1234 or 2580.');
}

/**
 * What is wrong with the form of a PIN.
 * @param {string} pin
 * @param {number} [least] digits
 */
export function faultOfPin(pin, least = 4) {
  return /^\d{4,12}$/.test(pin) && pin.length >= least ? '' : `A PIN has ${least} to 12 digits.`;
}

/**
 * What is wrong with the length of a text. The bank counts code points; a browser's maxlength counts many of them twice.
 * @param {string} text
 * @param {number} most
 */
export function faultOfLength(text, most) {
  return [...text].length > most ? `At most ${most} characters, please.` : '';
}

/**
 * A select with values and their labels.
 * @param {string} label
 * @param {[string, string][]} options
 * @param {(value: string) => void} changed
 * @param {string} [value]
 */
export function choice(label, options, changed, value = '') {
  const select = h('select', { on: { change: () => changed(select.value) } },
    options.map(([option, words]) => h('option', { value: option, selected: option === value }, words)));
  return field(label, {}, select);
}

/**
 * A form. check returns what is wrong, field by field; send does the work, and what it throws is shown at the field that it
 * concerns, or above the button.
 * @param {object} parts
 * @param {Field[]} parts.fields
 * @param {string | Node} parts.action the button's label
 * @param {string} [parts.busy] the button's label meanwhile
 * @param {() => [Field, string][]} parts.check
 * @param {() => Promise<void>} parts.send
 * @param {Record<string, Field>} [parts.pointers] the fields that a refusal may point to
 * @param {Node[]} [parts.beside] further buttons
 * @param {(error: unknown) => Node | null | false} [parts.explain] what to show for a failure
 */
export function form({ fields, action, busy = 'One moment…', check, send, pointers = {}, beside = [], explain }) {
  const button = h('button', { class: 'button button-main w-full sm:w-auto', type: 'submit' }, action);
  const result = h('div', { class: 'empty:hidden' });
  let sending = false;

  const submit = async () => {
    if (sending) return;
    const faults = check().filter(([, text]) => text !== '');
    for (const one of fields) one.fault('');
    for (const [one, text] of faults) one.fault(text);
    fill(result);
    if (faults[0]) {
      faults[0][0].input.focus();
      return;
    }
    sending = true;
    button.disabled = true;
    button.textContent = busy;
    try {
      await send();
    } catch (error) {
      if (!isAbort(error)) showError(error);
    } finally {
      sending = false;
      button.disabled = result.querySelector('[data-wait]') !== null;
      fill(button, action);
    }
  };

  /** @param {unknown} error */
  const showError = (error) => {
    if (error instanceof Refusal) {
      const named = Object.entries(pointers).filter(([pointer]) => error.faultAt(pointer) !== '');
      for (const [pointer, one] of named) one.fault(error.faultAt(pointer));
      if (named[0]) {
        named[0][1].input.focus();
        return;
      }
    }
    fill(result, explain?.(error) || failure(error));
    result.scrollIntoView({ block: 'nearest' });
    if (error instanceof Refusal && error.code === 'rate_limited') holdBack(error.retryAfter);
    announce(error instanceof Error ? error.message : '');
  };

  /** @param {number} seconds */
  const holdBack = (seconds) => {
    result.firstElementChild?.setAttribute('data-wait', '');
    setTimeout(() => {
      result.firstElementChild?.removeAttribute('data-wait');
      button.disabled = sending;
    }, seconds * 1000);
  };

  return h('form', { class: 'space-y-5', novalidate: true, on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); void submit(); } } },
    fields.map((one) => one.node), result, h('div', { class: 'flex flex-wrap items-center gap-3' }, button, beside));
}
