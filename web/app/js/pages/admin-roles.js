// @ts-check
// Who works for the bank, and with which role.

import { ownNumbers } from '../accounts.js';
import { call } from '../api.js';
import { openDialog } from '../dialogs.js';
import { announce, fill, h, isolated } from '../dom.js';
import { choice, field, form } from '../forms.js';
import { heading, section } from '../layout.js';
import { formatNumber } from '../numbers.js';
import { pagedList } from '../paging.js';
import { isUnknown } from '../problems.js';
import { roleMeanings, roleWords } from '../role-words.js';
import { empty, failure, region } from '../states.js';
import { formatExact, formatTime } from '../times.js';

/** @typedef {import('../../../types/call').Schemas} Schemas */

/** @param {import('../router.js').Visit} visit */
export default function adminRoles({ signal }) {
  const waiting = region(() => call('get', '/admin/requests', { query: { status: 'pending', kind: 'change_role', limit: 50 }, signal }), waitingList, { lines: 2 });
  const rows = (/** @type {Schemas['Account'][]} */ accounts) => accounts.map((account) => personRow(account, () => { void waiting.reload(); }));
  const staff = pagedList({
    load: (cursor) => call('get', '/admin/accounts', { query: cursor ? { cursor } : { staff: true, limit: 50 }, signal }),
    rows, nothing: () => empty('Nobody', 'No customer has a role at the bank.'),
  });
  return [
    heading('Staff and roles'),
    h('div', { class: 'space-y-4' },
      section('Waiting for a decision', waiting),
      section('Staff', staff.node, { note: 'Each account of an employee or an administrator.' }),
      section('Give somebody a role', finder(rows, signal), { note: 'Staff are customers with a role. Find the person, and ask for the role: another administrator decides.' }),
      section('What the roles are', h('dl', null, /** @type {Schemas['Role'][]} */ (['customer', 'employee', 'admin']).map((role) => h('div', { class: 'border-t border-line px-4 py-3 sm:px-5' },
        h('dt', { class: 'font-medium' }, roleWords[role]), h('dd', { class: 'text-sm text-soft' }, roleMeanings[role])))))),
  ];
}

/** @param {Schemas['StaffRequestPage']} page */
function waitingList({ data }) {
  if (data.length === 0) return empty('Nothing is waiting', 'A change of a role shows here until another administrator has decided.');
  return h('ul', null, data.map((request) => h('li', { class: 'flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-3 sm:px-5', 'data-waiting': request.account_number },
    h('div', { class: 'min-w-0 flex-[1_1_12rem]' },
      h('p', null, h('span', { class: 'font-medium' }, isolated(request.account_holder_name)), `: ${roleWords[request.wanted.role ?? 'customer']}`),
      h('p', { class: 'text-sm text-soft' }, 'Asked by ', isolated(request.requested_by_name ?? 'a service client'), ', ', h('time', { datetime: request.created_at, title: formatExact(request.created_at) }, formatTime(request.created_at)))),
    request.may_decide ? h('a', { class: 'link inline-flex min-h-11 items-center', href: `#/admin/requests/${request.id}` }, 'Decide') : h('span', { class: 'text-sm text-soft' }, 'Another administrator decides'))));
}

/**
 * A search for the people who are to get a role.
 * @param {(accounts: Schemas['Account'][]) => Node[]} rows
 * @param {AbortSignal} signal
 */
function finder(rows, signal) {
  const found = h('div', { class: 'empty:hidden border-t border-line' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  const show = () => {
    const q = search.value().trim();
    if (q === '') fill(found);
    else {
      fill(found, pagedList({
        load: (cursor) => call('get', '/admin/accounts', { query: cursor ? { cursor } : { q, limit: 20 }, signal }),
        rows, nothing: () => empty('No account found', 'Try another name or number.'),
      }).node);
    }
  };
  const search = field('Find a person', {
    type: 'search', hint: 'Name, or the number’s beginning', maxlength: 100,
    on: { input: () => { clearTimeout(pause); pause = setTimeout(show, 250); } },
  });
  return h('div', null, h('div', { class: 'px-4 pb-4 sm:px-5' }, search.node), found);
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} asked
 */
function personRow(account, asked) {
  const own = ownNumbers().includes(account.account_number);
  const ask = h('button', { class: 'button button-plain', type: 'button', 'aria-label': `Change the role of ${account.account_holder_name}, ${formatNumber(account.account_number)}`, on: { click: () => askForRole(account, asked) } }, 'Change role');
  return h('li', { class: 'flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 sm:px-5', 'data-person': account.account_number },
    h('div', { class: 'min-w-0 flex-[1_1_12rem]' },
      h('p', { class: 'flex flex-wrap items-center gap-x-2 font-medium' }, isolated(account.account_holder_name),
        h('span', { class: `tag ${account.role === 'customer' ? 'bg-sunken text-ink' : 'bg-accent-tint text-accent'}` }, roleWords[account.role])),
      h('a', { class: 'link inline-flex min-h-11 items-center text-sm tabular-nums', href: `#/admin/accounts/${account.account_number}` }, formatNumber(account.account_number))),
    own ? h('span', { class: 'text-sm text-soft' }, 'You: another person asks for your role') : ask);
}

/**
 * @param {Schemas['Account']} account
 * @param {() => void} asked
 */
function askForRole(account, asked) {
  const dialog = openDialog('Ask for another role', (close) => {
    const others = /** @type {Schemas['Role'][]} */ (['customer', 'employee', 'admin']).filter((role) => role !== account.role);
    const role = choice('New role', others.map((one) => [one, roleWords[one]]), () => explain());
    const explain = () => role.hint(roleMeanings[/** @type {Schemas['Role']} */ (role.value())]);
    explain();
    return h('div', null,
      h('p', { class: 'mb-5' }, isolated(account.account_holder_name), `, account ${formatNumber(account.account_number)}, is now: ${roleWords[account.role]}. The role is about the person, with all of their accounts.`),
      form({
        fields: [role], action: 'Ask for it', busy: 'Asking…', check: () => [],
        beside: [h('button', { class: 'button button-plain', type: 'button', on: { click: close } }, 'Cancel')],
        explain: (error) => isUnknown(error) && h('div', null, failure(error), h('p', { class: 'mt-3 text-sm' }, 'It is not known whether the bank got the request. If it did, the list of what waits for a decision shows it.')),
        send: async () => {
          try {
            await call('put', '/admin/accounts/{account_number}/role', { path: { account_number: account.account_number }, body: { role: /** @type {Schemas['Role']} */ (role.value()) } });
          } finally {
            asked();
          }
          announce('The request waits for another administrator.');
          fill(/** @type {Element} */ (dialog.lastElementChild),
            h('p', { class: 'rounded-lg bg-accent-tint p-3 text-sm font-medium', role: 'status' }, 'The request waits for another administrator, who has 14 days. Until then the role stays as it is.'),
            h('button', { class: 'button button-main mt-5', type: 'button', on: { click: close } }, 'Done'));
        },
      }));
  });
}
