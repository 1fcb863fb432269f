// @ts-check
// The limits on what may leave an account.

/** @typedef {import('../../types/call').Schemas} Schemas */
/** @typedef {{ per_transfer?: number, daily?: number, monthly?: number }} Limits in the minor unit; one that is absent is no limit */

/** The limits in their order, with what each is called. @type {[keyof Limits, string][]} */
export const limitKinds = [['per_transfer', 'Per payment'], ['daily', 'Per day'], ['monthly', 'Per month']];

/** The most that a limit can be: as much as an account can hold. */
export const mostOfLimit = Number.MAX_SAFE_INTEGER;

/**
 * The limits alone, without what has been spent.
 * @param {Schemas['AccountLimits']} account
 * @returns {Limits}
 */
export function limitsOf({ per_transfer: perTransfer, daily, monthly }) {
  return { per_transfer: perTransfer, daily: daily?.limit, monthly: monthly?.limit };
}

/**
 * Whether one of the limits would be raised or removed. Only the bank does that.
 * @param {Limits} before
 * @param {Limits} after
 */
export function raises(before, after) {
  return limitKinds.some(([kind]) => (after[kind] ?? Infinity) > (before[kind] ?? Infinity));
}

/**
 * @param {Limits} before
 * @param {Limits} after
 */
export function lowers(before, after) {
  return raises(after, before);
}
