// @ts-check
// Two-step sign-in on the Security page: turning it on and off, and recovery codes.

import { call } from './api.js';
import { appCodeField, codeField, faultOfAppCode, faultOfCode, faultWrongCode, faultWrongPin } from './codes.js';
import { copyButton, save } from './copying.js';
import { announce, fill, h } from './dom.js';
import { faultOfPin, form, pinField } from './forms.js';
import { icon } from './icons.js';
import { loaded } from './loading.js';
import { formatNumber } from './numbers.js';
import { codeOf, isUnknown } from './problems.js';
import * as session from './session.js';
import { takeUpRole } from './shell.js';
import { failure } from './states.js';

/** @typedef {import('../../types/call').Schemas} Schemas */

/**
 * The section's content: the current state, and the steps that change it.
 * @param {string} account
 * @param {Schemas['SecondFactor']} state
 * @param {() => void} changed
 */
export function secondFactor(account, state, changed) {
  const path = { account_number: account };
  const place = h('div', { class: 'px-4 pt-2 pb-5 sm:px-5' });
  /** @param {(Node | null)[]} content */
  const show = (...content) => {
    fill(place, content);
    /** @type {HTMLElement | null} */ (place.querySelector('[tabindex="-1"], input:not([hidden])'))?.focus();
  };
  const rest = () => fill(place, state.enabled ? onContent(state, { renew, remove }) : offContent(state, start));

  const start = () => show(
    h('p', { class: 'mb-4 text-sm text-soft' }, 'You need an authenticator app on your phone: any that makes six-digit codes will do.'),
    pinForm(account, {
      action: 'Continue', cancel: rest, explain: () => null,
      send: async (pin) => setUp(await call('post', '/accounts/{account_number}/second-factor', { path, body: { pin } })),
    }));

  /** @param {Schemas['SecondFactorSecret']} secret */
  const setUp = async (secret) => show(...keyOf(secret, await pictureOf(secret.otpauth_uri)), codeForm({
    restart: start, cancel: rest, changed,
    send: async (code) => {
      const { recovery_codes: codes } = await call('post', '/accounts/{account_number}/second-factor/confirm', { path, body: { code } });
      await takeUpRole().catch(() => {}); // otherwise the next renewal does it
      keep(codes, 'Two-step sign-in is on');
    },
  }));

  /**
   * @param {string[]} codes
   * @param {string} title
   */
  const keep = (codes, title) => {
    announce(title);
    show(...recoveryCodes(account, codes, title, changed));
  };

  const renew = () => show(proofForm(account, {
    action: 'Get new codes', cancel: rest,
    explain: (error) => isUnknown(error) && withAction(error, 'Your old codes may no longer work. Try again to get new ones.'),
    send: async (proof) => {
      const { recovery_codes: codes } = await call('post', '/accounts/{account_number}/second-factor/recovery-codes', { path, body: proof });
      keep(codes, 'Your new recovery codes');
    },
  }));

  const remove = () => show(
    h('p', { class: 'mb-4 text-sm text-soft' }, 'After this, the PIN alone is enough to sign in.'),
    proofForm(account, {
      action: 'Turn off', cancel: rest,
      explain: (error) => isUnknown(error) && withAction(error, 'Two-step sign-in may be off by now.', 'Show the current state', changed),
      send: async (proof) => {
        await call('post', '/accounts/{account_number}/second-factor/remove', { path, body: proof });
        announce('Two-step sign-in is off.');
        changed();
      },
    }));

  rest();
  return place;
}

/**
 * @param {Schemas['SecondFactor']} state
 * @param {() => void} start
 */
function offContent({ required }, start) {
  return [
    h('p', { class: 'text-sm text-soft' }, 'Off. When it is on, signing in takes a code from an app on your phone as well as the PIN, so a stolen PIN is not enough.'),
    required ? h('p', { class: 'mt-3 text-sm font-medium' }, 'You work for the bank, and its staff need it.') : null,
    h('button', { class: 'button button-main mt-4', type: 'button', on: { click: start } }, 'Turn on'),
  ];
}

/**
 * @param {Schemas['SecondFactor']} state
 * @param {{ renew: () => void, remove: () => void }} ways
 */
function onContent({ required, recovery_codes_left: left }, { renew, remove }) {
  const few = left <= 3;
  return [
    h('p', { class: 'flex items-center gap-2 font-medium' }, icon('check'), 'On'),
    h('p', { class: `mt-2 text-sm ${few ? 'font-medium text-warn' : 'text-soft'}` },
      `${left} of 10 recovery codes ${left === 1 ? 'is' : 'are'} left.${few ? ' Get new ones before you need them.' : ''}`),
    session.who()?.requires.includes('second_factor')
      ? h('p', { class: 'mt-2 text-sm font-medium' }, 'You have signed in here without a code. Sign out, and sign in with one, to open the pages for staff.') : null,
    h('div', { class: 'mt-4 flex flex-wrap gap-3' },
      h('button', { class: 'button button-plain', type: 'button', on: { click: renew } }, 'New recovery codes'),
      required ? null : h('button', { class: 'button button-plain', type: 'button', on: { click: remove } }, 'Turn off')),
  ];
}

/**
 * The key for the app, as a picture and as a text.
 * @param {Schemas['SecondFactorSecret']} secret
 * @param {SVGElement | null} picture
 */
function keyOf({ secret }, picture) {
  return [
    h('h3', { class: 'font-medium', tabindex: '-1' }, picture ? 'Scan this with your authenticator app' : 'Enter this key in your authenticator app'),
    picture,
    picture ? h('p', { class: 'mt-3 text-sm text-soft' }, 'Or enter this key in the app:') : null,
    h('p', { class: 'mt-1 mb-4 flex flex-wrap items-center gap-2' }, h('code', { 'data-secret': '' }, grouped(secret)), copyButton(secret, 'key')),
  ];
}

/**
 * The form that confirms that the app has the key.
 * @param {{ restart: () => void, cancel: () => void, changed: () => void, send: (code: string) => Promise<void> }} parts
 */
function codeForm({ restart, cancel, changed, send }) {
  const code = appCodeField('Code from the app');
  return form({
    fields: [code],
    action: 'Turn on',
    busy: 'Turning on…',
    beside: [cancelButton(cancel)],
    check: () => [[code, faultOfAppCode(code.value())]],
    explain: (error) => {
      if (codeOf(error) === 'invalid_second_factor') code.fault('This code is wrong, or was used before. Enter the one that the app shows now.');
      if (codeOf(error) === 'second_factor_not_started') return withAction(error, 'After three wrong codes the key is no longer valid.', 'Start again', restart);
      return isUnknown(error) && withAction(error, 'Two-step sign-in may be on by now.', 'Show the current state', changed);
    },
    send: () => send(code.value()),
  });
}

/**
 * The recovery codes, which the bank shows only once.
 * @param {string} account
 * @param {string[]} codes
 * @param {string} title
 * @param {() => void} done
 */
function recoveryCodes(account, codes, title, done) {
  const text = codes.join('\n');
  const file = () => save(new Blob([`Banking Core, account ${formatNumber(account)}: recovery codes. Each works once, in place of a code from the app.\n\n${text}\n`], { type: 'text/plain' }),
    `recovery-codes-${account}.txt`);
  return [
    h('div', { 'data-print': '' },
      h('h3', { class: 'flex items-center gap-2 font-medium', tabindex: '-1' }, icon('check'), title),
      h('p', { class: 'mt-2 text-sm' }, `These recovery codes let you into account ${formatNumber(account)} without your phone. Each works once. Keep them where others cannot find them: they are not shown again.`),
      h('ul', { class: 'mt-4 grid grid-cols-[repeat(auto-fill,minmax(min(9.5rem,100%),1fr))] gap-x-4 gap-y-2 rounded-lg bg-sunken p-4', 'data-codes': '' },
        codes.map((code) => h('li', null, h('code', { class: 'tabular-nums' }, code))))),
    h('div', { class: 'mt-4 flex flex-wrap items-center gap-2' },
      copyButton(text, 'recovery codes', 'Copy'),
      h('button', { class: 'button button-quiet', type: 'button', on: { click: file } }, icon('download'), 'Download'),
      h('button', { class: 'button button-quiet', type: 'button', on: { click: () => print() } }, 'Print')),
    h('button', { class: 'button button-main mt-4', type: 'button', on: { click: done } }, 'I have saved them'),
  ];
}

/**
 * A form that asks for the PIN.
 * @param {string} account
 * @param {{ action: string, cancel: () => void, explain: (error: unknown) => Node | null | false, send: (pin: string, code: string) => Promise<void>, code?: import('./forms.js').Field }} parts
 */
function pinForm(account, { action, cancel, explain, send, code }) {
  const pin = pinField('PIN', 'current-password');
  const node = form({
    fields: code ? [pin, code] : [pin],
    action,
    beside: [cancelButton(cancel)],
    check: () => [[pin, faultOfPin(pin.value())], ...(code ? [/** @type {[import('./forms.js').Field, string]} */ ([code, faultOfCode(code.value())])] : [])],
    explain: (error) => {
      faultWrongPin(pin, error);
      return explain(error);
    },
    send: () => send(pin.value(), code?.value() ?? ''),
  });
  // Tells password managers whose PIN it is.
  node.prepend(h('input', { type: 'text', autocomplete: 'username', value: account, hidden: true, readonly: true }));
  return node;
}

/**
 * A form that asks for the PIN and a code.
 * @param {string} account
 * @param {{ action: string, cancel: () => void, explain: (error: unknown) => Node | null | false, send: (proof: Schemas['SecondFactorProof']) => Promise<void> }} parts
 */
function proofForm(account, { explain, send, ...parts }) {
  const code = codeField('Code');
  return pinForm(account, {
    ...parts, code,
    explain: (error) => {
      faultWrongCode(code, error);
      return explain(error);
    },
    send: (pin, given) => send({ pin, code: given }),
  });
}

/** @param {() => void} cancel */
function cancelButton(cancel) {
  return h('button', { class: 'button button-plain', type: 'button', on: { click: cancel } }, 'Cancel');
}

/**
 * What failed, what that means, and what can be done.
 * @param {unknown} error
 * @param {string} words
 * @param {string} [action]
 * @param {() => void} [act]
 */
function withAction(error, words, action = '', act) {
  return h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' }, words),
    act ? h('button', { class: 'button button-plain mt-3', type: 'button', on: { click: act } }, action) : null);
}

/** @param {string} secret */
function grouped(secret) {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}

/**
 * The QR code of a text, or null if the code that draws it cannot be loaded: the page shows the text as well.
 * @param {string} text
 */
async function pictureOf(text) {
  try {
    const [code, svg] = await loaded(() => Promise.all([import('../vendor/lean-qr.js'), import('../vendor/lean-qr-svg.js')]));
    const generate = /** @type {(text: string) => object} */ (/** @type {unknown} */ (code.generate));
    const picture = svg.toSvg(generate(text), document, { on: 'black', off: 'white' });
    for (const [name, value] of Object.entries({ role: 'img', 'aria-label': 'QR code of the key below', class: 'mt-3 h-auto w-56 max-w-full rounded-lg' })) picture.setAttribute(name, value);
    return picture;
  } catch {
    return null;
  }
}
