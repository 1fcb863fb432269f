// @ts-check
// Where the bank is on its host: the dashboard is at "<base>/app/" and the API's paths begin at base, "" at the root.

/** The path below which the bank is served, without a trailing slash: "" or "/bank". */
export const base = new URL('..', document.baseURI).pathname.replace(/\/$/, '');
