// @ts-check
// The ways in which a request can fail.

/** @typedef {import('../../types/call').Schemas} Schemas */

/** The bank refused, and says why. */
export class Refusal extends Error {
  /**
   * @param {Schemas['Problem']} problem
   * @param {number} retryAfter seconds; 0 for none
   */
  constructor(problem, retryAfter) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code() {
    return this.problem.code;
  }

  /**
   * What is wrong with one member of the request.
   * @param {string} pointer
   */
  faultAt(pointer) {
    if (this.code !== 'invalid_request') return ''; // what else points at a member says it all in its detail
    const fault = this.problem.errors?.find((error) => error.pointer === pointer);
    return fault ? `This ${fault.detail}.` : '';
  }
}

/** There was no answer, so it is not known whether anything happened. */
export class Unreachable extends Error {}

/** There was no answer in time. */
export class Unanswered extends Unreachable {}

/** It was not sent, since the outcome of the one before is not known yet. */
export class Unsettled extends Error {}

/** @param {unknown} error */
export function codeOf(error) {
  return error instanceof Refusal ? error.code : null;
}

/**
 * Whether a request may have taken effect although it failed.
 * @param {unknown} error
 */
export function isUnknown(error) {
  return error instanceof Unreachable || codeOf(error) === 'unavailable' || codeOf(error) === 'internal';
}

/**
 * An answer that is not the bank's: from a proxy, or a network that shows its own page first.
 * @param {Response} response
 * @param {number} wait
 */
function notTheBanks(response, wait) {
  return new Refusal({
    type: '/problems/internal', title: 'The bank cannot be reached', status: response.status, code: 'internal',
    detail: `Something between this browser and the bank answered in its place (HTTP ${response.status}). Try again in a moment.`,
    request_id: response.headers.get('X-Request-Id') ?? '',
  }, wait);
}

/**
 * Reads the JSON of an answer.
 * @param {Response} response
 * @returns {Promise<any>}
 */
export async function contentOf(response) {
  let text;
  try {
    text = await response.text();
  } catch (error) {
    throw new Unreachable('The answer broke off.', { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw notTheBanks(response, 0);
  }
}

/**
 * Reads the problem from an answer, which a proxy may have replaced.
 * @param {Response} response
 * @returns {Promise<Refusal>}
 */
export async function refusalOf(response) {
  const wait = Number(response.headers.get('Retry-After')) || 0;
  try {
    const problem = await response.json();
    if (typeof problem.code === 'string' && typeof problem.detail === 'string') return new Refusal(problem, wait);
  } catch {
    // Not a problem document.
  }
  return notTheBanks(response, wait);
}
