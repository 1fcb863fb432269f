// @ts-check
// The roles of customers at the bank.

/** @typedef {import('../../types/call').Schemas['Role']} Role */

/** @type {Record<Role, string>} */
export const roleWords = { customer: 'Customer', employee: 'Employee', admin: 'Administrator' };

/** What each may do. @type {Record<Role, string>} */
export const roleMeanings = {
  customer: 'Uses their own accounts, and nothing else.',
  employee: 'Serves customers at the desk: finds them, opens accounts, takes and pays out cash, freezes accounts, helps with PINs, and decides requests.',
  admin: 'Does what employees do, and asks for and decides about roles, gives programs their keys, and reads the audit trail and the bank’s numbers.',
};
