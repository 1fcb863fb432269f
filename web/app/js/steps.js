// @ts-check
// The steps of a form are entries in the browser's history: Back goes one step back, Forward returns, and each keeps what was
// entered. An entry's state belongs to this tab alone, and holds no PIN.

/**
 * @template S
 * @typedef {object} Steps
 * @property {() => S | null} current the state of the current entry
 * @property {(state: S | null) => void} keep changes it
 * @property {(state: S | null) => void} next goes on to another step
 * @property {() => Promise<void>} leave goes back a step without showing it
 * @property {(state: S) => Promise<void>} finish goes on to the last step, and leaves no other that could be sent again
 */

/**
 * Follows the steps of the form on this page.
 * @template S
 * @param {string} owner names the form and its customer, so that no other entry is taken for theirs
 * @param {AbortSignal} signal aborted when the page is left
 * @param {(state: S | null) => void} show
 * @returns {Steps<S>}
 */
export function steps(owner, signal, show) {
  const { hash } = location;
  let rewriting = false;
  const current = () => (history.state?.owner === owner ? history.state.step : null);
  /** @param {S | null} step */
  const entry = (step) => ({ owner, step });
  addEventListener('popstate', () => {
    if (location.hash === hash && !history.state?.window && !rewriting) show(current());
  }, { signal });
  const leave = async () => {
    rewriting = true;
    await back();
    rewriting = false;
  };
  return {
    current,
    leave,
    keep: (state) => {
      try {
        history.replaceState(entry(state), '');
      } catch {
        // Some browsers allow only so many changes in half a minute; the next one will do.
      }
    },
    next: (state) => {
      history.pushState(entry(state), '');
      show(state);
    },
    finish: async (state) => {
      await leave();
      history.replaceState(entry(null), '');
      history.pushState(entry(state), '');
      show(state);
    },
  };
}

/** Goes back by one entry of this page, and waits until the browser is there. */
function back() {
  return new Promise((resolve) => {
    addEventListener('popstate', resolve, { once: true });
    setTimeout(resolve, 1_000); // in case there is no entry
    history.back();
  });
}
