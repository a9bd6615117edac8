// A text in a field and a button that copies it; the button says for a moment that it did.

import { component, find } from "../shared/dom.js";

const SHOWN = 1600; // milliseconds

async function put(text, field) {
  try {
    await navigator.clipboard.writeText(text); // https and localhost alone have it
  } catch {
    field.select();
    if (!document.execCommand("copy")) throw new Error("no clipboard");
  }
}

/** @typedef {{ text: string, label: string }} Data what is copied, and its name */

/** @param {HTMLElement} parentElement */
function create(parentElement) {
  const field = find(parentElement, "input");
  const button = find(parentElement, "button");
  const status = find(parentElement, "[role=status]");
  let timer = 0;
  field.onfocus = () => field.select();

  /** @type {(shown: string, spoken: string) => void} */
  const report = (shown, spoken) => {
    clearTimeout(timer);
    button.textContent = shown;
    status.textContent = spoken;
    timer = setTimeout(() => {
      button.textContent = "Copy";
    }, SHOWN);
  };
  const fail = () => {
    field.select();
    report("Ctrl+C", "This browser does not let a page copy: press Ctrl+C");
  };

  return {
    /** @param {Data} data */
    update({ text, label }) {
      field.value = text;
      field.setAttribute("aria-label", label);
      button.onclick = () => put(text, field).then(() => report("Copied", `${label} is on the clipboard`), fail);
    },
    destroy: () => clearTimeout(timer),
  };
}

export default component(
  create,
  (copy, { data }) => copy.update(data),
  (copy) => copy.destroy(),
);
