// A text in a field and a button that copies it; the button says for a moment that it did.

/** @import { Call, Component } from "../shared/component.js" */

import { component } from "../shared/component.js";
import { find } from "../shared/dom.js";

const SHOWN = 1600; // milliseconds

/** @typedef {{ text: string, label: string }} Data what is copied, and its name */

/** @implements {Component<Data>} */
class Copy {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {Call<Data>} call */
  constructor({ parentElement }) {
    this.field = find(parentElement, "input", HTMLInputElement);
    this.button = find(parentElement, "button", HTMLButtonElement);
    this.status = find(parentElement, "[role=status]", HTMLElement);
    this.field.onfocus = () => this.field.select();
  }

  /** @param {Call<Data>} call */
  update({ data: { text, label } }) {
    this.field.value = text;
    this.field.setAttribute("aria-label", label);
    this.button.onclick = () => this.copy(text, label);
  }

  /** @type {(text: string, label: string) => Promise<void>} */
  async copy(text, label) {
    try {
      await navigator.clipboard.writeText(text); // https and localhost alone have it
    } catch {
      this.field.select();
      if (!document.execCommand("copy"))
        return this.report("Ctrl+C", "This browser does not let a page copy: press Ctrl+C");
    }
    return this.report("Copied", `${label} is on the clipboard`);
  }

  /** @type {(shown: string, spoken: string) => void} */
  report(shown, spoken) {
    clearTimeout(this.timer);
    this.button.textContent = shown;
    this.status.textContent = spoken;
    this.timer = setTimeout(() => {
      this.button.textContent = "Copy";
    }, SHOWN);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}

export default component(Copy);
