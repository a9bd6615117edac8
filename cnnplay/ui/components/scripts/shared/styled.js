// A component's style sheets, made once for all of its places on all pages.

/** @import { Call } from "./component.js" */

/**
 * The function that Streamlit calls for a component, with style sheets for the shadow root in which it is drawn.
 * @template Data
 * @param {(call: Call<Data>) => () => void} mount
 * @param {CSSStyleSheet[]} sheets
 * @returns {(call: Call<Data>) => () => void}
 */
export function styled(mount, sheets) {
  return (call) => {
    const root = /** @type {ShadowRoot} */ (call.parentElement.getRootNode());
    const missing = sheets.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
    if (missing.length > 0) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
    return mount(call);
  };
}

/**
 * A style sheet that shadow roots can share.
 * @param {string} text
 */
export function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}
