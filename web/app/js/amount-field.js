// @ts-check
// A field for an amount. It shows how it reads the input, and asks where there is more than one way.

import { amountOf } from './amount-text.js';
import { parseMoney } from './amounts.js';
import { fill, h } from './dom.js';
import { field } from './forms.js';
import { formatInput } from './money.js';

const either = new Intl.ListFormat('en', { type: 'disjunction' });

/**
 * @param {string} label
 * @param {() => string} currency may change while the field is shown
 * @param {{ optional?: boolean, value?: string | undefined, most?: number }} [options] value is what was typed before; most is that of a payment if left out
 */
export function amountField(label, currency, { optional = false, value = '', most } = {}) {
  const amount = field(label, { inputmode: 'decimal', placeholder: formatInput(0, currency()), optional, value });
  const input = /** @type {HTMLInputElement} */ (amount.input);
  const answers = h('div', { class: 'mt-2 flex flex-wrap gap-2 empty:hidden' });
  amount.node.append(answers);
  const read = () => (optional && input.value.trim() === '' ? { minor: 0 } : parseMoney(input.value, currency(), undefined, most));
  const show = () => {
    const reading = read();
    const choices = 'choices' in reading ? reading.choices : [];
    fill(answers, choices.map((minor) => h('button', { class: 'button button-plain', type: 'button', on: { click: () => { set(minor); input.focus(); } } }, amountOf(minor, currency()))));
    const meant = either.formatToParts(choices.map(String)).map(({ type, value }) => (type === 'element' ? amountOf(Number(value), currency()) : value));
    if (choices.length > 0) amount.hint('Do you mean ', ...meant, '?');
    else if ('minor' in reading && reading.minor > 0) amount.hint('That is ', amountOf(reading.minor, currency()), '.');
    else amount.hint();
  };
  /** @param {number} minor */
  const set = (minor) => {
    input.value = formatInput(minor, currency());
    input.dispatchEvent(new Event('input'));
  };
  input.addEventListener('input', show);
  show();
  return {
    ...amount,
    /** Reads the input again after the currency has changed. */
    refresh: () => {
      input.placeholder = formatInput(0, currency());
      amount.fault('');
      show();
    },
    /** The amount in the minor unit; 0 if there is none. */
    minor: () => {
      const reading = read();
      return 'minor' in reading ? reading.minor : 0;
    },
    check: () => {
      const reading = read();
      if ('fault' in reading) return reading.fault;
      if ('choices' in reading) return 'Choose the amount you mean.';
      return reading.minor === 0 && !optional ? 'Enter an amount above zero.' : '';
    },
  };
}
