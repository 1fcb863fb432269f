// @ts-check
// The steps of a form are entries of the browser's history: Back goes one step back, Forward returns, and each has what was
// entered. An entry's state is this tab's alone, and holds no PIN.

/**
 * @template S
 * @typedef {object} Steps
 * @property {() => S | null} current what the present entry holds
 * @property {(state: S | null) => void} keep changes it
 * @property {(state: S | null) => void} next goes on to another step
 * @property {() => Promise<void>} leave goes back to the step before, which is not shown
 * @property {(state: S) => Promise<void>} finish goes on to the last step, and leaves nothing before and behind it to be sent again
 */

/**
 * Follows the steps of the form on this page.
 * @template S
 * @param {string} owner the form's and its customer's, so that no other entry is taken for one
 * @param {AbortSignal} signal ends when somebody leaves the page
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
        // Some browsers take only so many changes in half a minute; the next one is as good.
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
    setTimeout(resolve, 1_000); // should there be no entry
    history.back();
  });
}
