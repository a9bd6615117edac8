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

const CONNECTION = "data-test-connection-state";

/**
 * Call back each time that the page has found its server again: Streamlit then asks for nothing, and a server that was
 * restarted meanwhile would not know the first button that is pressed.
 * @param {() => void} back
 * @returns {() => void} what ends it
 */
function whenConnectedAgain(back) {
  const app = document.querySelector(`[${CONNECTION}]`);
  const connected = () => app?.getAttribute(CONNECTION) === "CONNECTED";
  let before = connected();
  const observer = new MutationObserver(() => {
    if (connected() && !before) back();
    before = connected();
  });
  if (app) observer.observe(app, { attributes: true, attributeFilter: [CONNECTION] });
  return () => observer.disconnect();
}

/** @implements {Component<Data>} */
class Address {
  /** @param {Call<Data>} call */
  constructor({ setStateValue }) {
    replaceInHistory();
    this.unwatch = whenConnectedAgain(() => setStateValue("connected", Date.now()));
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    const address = addressWith(location, data);
    if (address !== null) history.replaceState(history.state, "", address);
  }

  destroy() {
    this.unwatch();
  }
}

export default component(Address);
