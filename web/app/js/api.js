// @ts-check
// Requests to the bank. Their types come from the contract, so a page that asks for anything else fails the type check.

import { codeOf, contentOf, refusalOf } from './problems.js';
import { base, deadlines, request as ask } from './requests.js';
import * as session from './session.js';

/**
 * @template {import('../../types/call').Method} M
 * @template {import('../../types/call').PathsOf<M>} P
 * @typedef {import('../../types/call').Request<M, P>} Request
 */
/**
 * @template {import('../../types/call').Method} M
 * @template {import('../../types/call').PathsOf<M>} P
 * @typedef {import('../../types/call').Answer<M, P>} Answer
 */

/** @typedef {{ path?: object, query?: object, body?: object, idempotencyKey?: string, signal?: AbortSignal }} Loose */

/**
 * Sends a request as the customer who is signed in.
 * @template {import('../../types/call').Method} M
 * @template {import('../../types/call').PathsOf<M>} P
 * @param {M} method
 * @param {P} path
 * @param {Request<M, P>} request
 * @returns {Promise<Answer<M, P>>}
 */
export async function call(method, path, request) {
  return answerOf(await sendSignedIn(method, String(path), /** @type {Loose} */ (request), {}));
}

/**
 * Sends a request without a session, perhaps with the admin key.
 * @template {import('../../types/call').Method} M
 * @template {import('../../types/call').PathsOf<M>} P
 * @param {M} method
 * @param {P} path
 * @param {Request<M, P>} request
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Answer<M, P>>}
 */
export async function callPublic(method, path, request, headers = {}) {
  return answerOf(await send(method, String(path), /** @type {Loose} */ (request), headers));
}

/**
 * Fetches a file as the customer who is signed in.
 * @template {import('../../types/call').PathsOf<'get'>} P
 * @param {P} path
 * @param {Request<'get', P>} request
 * @param {'text/csv' | 'application/pdf'} media
 */
export async function fileOf(path, request, media) {
  const response = await sendSignedIn('get', String(path), /** @type {Loose} */ (request), { Accept: media });
  return response.blob();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Loose} request
 * @param {Record<string, string>} headers
 */
async function sendSignedIn(method, path, request, headers) {
  const token = await session.freshToken();
  try {
    return await send(method, path, request, { ...headers, Authorization: `Bearer ${token}` });
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'invalid_token' && code !== 'token_revoked' && code !== 'unauthenticated') throw error;
    await session.renew(token); // throws, and ends the session here, if the bank has ended it
    return send(method, path, request, { ...headers, Authorization: `Bearer ${await session.freshToken()}` });
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Loose} request
 * @param {Record<string, string>} headers
 */
async function send(method, path, request, headers) {
  /** @type {RequestInit} */
  const init = { method: method.toUpperCase(), headers: { ...headers }, signal: request.signal ?? null, cache: 'no-store' };
  const sent = /** @type {Record<string, string>} */ (init.headers);
  if (request.idempotencyKey) sent['Idempotency-Key'] = request.idempotencyKey;
  if (request.body) {
    sent['Content-Type'] = 'application/json';
    init.body = JSON.stringify(request.body);
  }
  const response = await ask(urlOf(path, request), init, {
    deadline: method === 'get' ? deadlines.reading : deadlines.changing, byPart: 'Accept' in headers, // a file may be long
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

/**
 * @param {string} path
 * @param {Loose} request
 */
function urlOf(path, request) {
  const values = /** @type {Record<string, string>} */ (request.path ?? {});
  const url = base + path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  return `${query}` ? `${url}?${query}` : url;
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function answerOf(response) {
  return response.status === 204 ? undefined : contentOf(response);
}
