// Buttons of which one is pressed.

import { make } from "./dom.js";

/**
 * @template {string | number} Value
 * @typedef {{ value: Value, text: string, testid: string }} Option
 */

/**
 * @template {string | number} Value
 * @param {string} label
 * @param {Option<Value>[]} options
 * @param {(value: Value) => void} choose
 */
export function makeChoice(label, options, choose) {
  const buttons = options.map(({ value, text, testid }) => {
    const button = make("button", { type: "button", "data-testid": testid }, text);
    button.onclick = () => choose(value);
    return button;
  });
  return {
    node: make("div", { class: "choice", role: "group", "aria-label": label }, ...buttons),
    /** @param {Value} chosen */
    show(chosen) {
      for (const [index, button] of buttons.entries())
        button.setAttribute("aria-pressed", String(options[index].value === chosen));
    },
  };
}
