// Buttons of which one is pressed.

import { make } from "./dom.js";

/**
 * @template {string | number} Value
 * @typedef {{ value: Value, text: string, testid?: string }} Option
 */

/**
 * @template {string | number} Value
 * @param {string} label
 * @param {Option<Value>[]} options
 * @param {(value: Value) => void} choose
 * @param {boolean} [captioned] whether the label is to be seen
 */
export function makeChoice(label, options, choose, captioned = false) {
  const buttons = options.map(({ value, text, testid }) => {
    const button = make("button", { type: "button", ...(testid && { "data-testid": testid }) }, text);
    button.onclick = () => choose(value);
    return button;
  });
  const caption = captioned ? [make("span", {}, label)] : [];
  return {
    node: make("div", { class: "choice", role: "group", "aria-label": label }, ...caption, ...buttons),
    /** @param {Value} chosen */
    show(chosen) {
      for (const [index, button] of buttons.entries())
        button.setAttribute("aria-pressed", String(options[index].value === chosen));
    },
  };
}
