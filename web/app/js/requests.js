// @ts-check
// Where the bank is, and requests to it that end with the whole answer or at a deadline.

import { Unanswered, Unreachable } from './problems.js';

/** The path below which the bank is served, without a trailing slash: "" or "/bank". The dashboard is at "<base>/app/". */
export const base = new URL('..', document.baseURI).pathname.replace(/\/$/, '');

/** Milliseconds to wait for an answer to a request that changes something, and to one that only reads. */
export const deadlines = { changing: 10_000, reading: 20_000 };

/**
 * Fetches, and reads the body to its end. Throws Unreachable if that fails, or the AbortError if the caller aborts.
 * @param {string} url
 * @param {RequestInit} init
 * @param {{ deadline: number, byPart?: boolean }} options byPart: each part of the body has the deadline
 */
export async function request(url, init, { deadline, byPart = false }) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  let late = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const startTimer = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      late = true;
      stop();
    }, deadline);
  };
  if (init.signal?.aborted) stop();
  init.signal?.addEventListener('abort', stop);
  startTimer();
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    return await wholeOf(response, byPart ? startTimer : () => {});
  } catch (error) {
    if (late) throw new Unanswered('The bank does not answer.', { cause: error });
    if (init.signal?.aborted) throw error;
    throw new Unreachable('The bank cannot be reached.', { cause: error });
  } finally {
    clearTimeout(timer);
    init.signal?.removeEventListener('abort', stop);
  }
}

/**
 * The same response with its body in memory.
 * @param {Response} response
 * @param {() => void} arrived called for each part of the body
 */
async function wholeOf(response, arrived) {
  /** @type {BlobPart[]} */
  const parts = [];
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    parts.push(part.value);
    arrived();
  }
  return new Response(parts.length > 0 ? new Blob(parts) : null, response);
}
