// The page's address, so that a reload or a bookmark brings all of it back. It replaces the one that is there: one step
// back leads to the page before.

/** @import { Call, Component } from "../shared/component.js" */

import { component } from "../shared/component.js";

/** @typedef {{ path: string, query: string }} Data the path of the page that the script has made, and its parameters */

const STREAMLITS = new Set(["embed", "embed_options"]); // they say how the app looks within another page

/**
 * The address with other parameters; null where the visitor is on another page by now, or nothing changes.
 * @param {{ pathname: string, search: string, hash: string }} now
 * @param {Data} wanted
 */
export function addressWith(now, { path, query }) {
  const kept = [...new URLSearchParams(now.search)].filter(([name]) => STREAMLITS.has(name));
  const parameters = [query, new URLSearchParams(kept).toString()].filter(Boolean).join("&");
  const search = parameters && `?${parameters}`;
  if (bare(now.pathname) !== bare(path) || now.search === search) return null;
  return `${now.pathname}${search}${now.hash}`;
}

const bare = (/** @type {string} */ path) => path.replace(/\/+$/, "");

/**
 * Whether an address is of the page that the browser shows already.
 * @param {{ href: string, pathname: string }} now
 * @param {string | URL | null | undefined} address
 */
export const isOfThisPage = (now, address) => address != null && new URL(address, now.href).pathname === now.pathname;

/** Streamlit adds a step to the browser's history for every change of the parameters. Let it replace the last one. */
function replaceInHistory() {
  const marked = /** @type {History & { cnnplay?: true }} */ (history);
  if (marked.cnnplay) return;
  marked.cnnplay = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) =>
    isOfThisPage(location, address) ? history.replaceState(state, unused, address) : push(state, unused, address);
}

/** @implements {Component<Data>} */
class Address {
  constructor() {
    replaceInHistory();
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    const address = addressWith(location, data);
    if (address !== null) history.replaceState(history.state, "", address);
  }

  destroy() {}
}

export default component(Address);
