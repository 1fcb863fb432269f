// @ts-check
// Loads code on demand.

import { Unanswered, Unreachable } from './problems.js';
import { base, deadlines, request } from './requests.js';

/**
 * Returns code once it is loaded. If that fails, the connection is gone, or the bank has a new version by now.
 * @template M
 * @param {() => Promise<M>} load
 * @returns {Promise<M>}
 */
export async function loaded(load) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    return await Promise.race([load(), new Promise((/** @type {(module: never) => void} */ _, reject) => {
      timer = setTimeout(() => reject(new Unanswered('The bank does not answer.')), deadlines.reading);
    })]);
  } catch (error) {
    if (error instanceof Unanswered || error instanceof SyntaxError) throw error; // code that arrived, but this browser cannot read
    const served = await request('./', { cache: 'no-store' }, { deadline: deadlines.reading }).then((response) => response.text(), () => '');
    const build = new URL('.', import.meta.url).pathname;
    if (served === '' || served.includes(build.replace(`${base}/app/`, ''))) throw new Unreachable('The bank cannot be reached.', { cause: error });
    location.reload();
    return new Promise(() => {});
  } finally {
    clearTimeout(timer);
  }
}
