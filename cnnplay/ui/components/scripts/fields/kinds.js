// The kinds of fields, a row each: a slider, a list, a row of buttons, one of which or some of which are chosen, a
// switch, a number, a text.

import { make, setAttributes, setText } from "../shared/dom.js";

/**
 * @typedef {object} Field as Python describes it
 * @property {string} name
 * @property {"slider" | "list" | "buttons" | "several" | "switch" | "number" | "text"} kind
 * @property {string} label
 * @property {boolean} labelled whether the label is to be seen
 * @property {string | null} help
 * @property {unknown} value a number, true or false, a text, the title of an option, or the titles of several
 * @property {number | null} taken the number of the edit that was taken last
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [step]
 * @property {string[]} [options] the titles of a list's, a slider's or a row's options
 * @property {string | null} [placeholder]
 * @property {number} [most] letters of a text
 * @property {string | null} note a line under it
 * @property {boolean} disabled
 * @property {boolean} half whether two of them stand in a line
 */

/** @typedef {(value: unknown) => void} Change */

/**
 * A field on the page.
 * @typedef {object} View
 * @property {HTMLElement} node
 * @property {HTMLElement} input what the label and the help belong to
 * @property {(field: Field, value: unknown) => void} show
 */

/**
 * The text beside a slider.
 * @type {(field: Field, at: number) => string}
 */
export function sliderText({ options, step = 1 }, at) {
  if (options) return options[at] ?? "";
  const decimals = Number.isInteger(step) ? 0 : Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return at.toFixed(decimals);
}

/**
 * The number nearest to `number` that a field holds.
 * @type {(field: Field, number: number) => number}
 */
export const within = ({ low = -Infinity, high = Infinity }, number) =>
  Math.min(high, Math.max(low, Math.round(number)));

/** @type {(field: Field, change: Change) => View} */
function slider(field, change) {
  let now = field;
  const input = make("input", { type: "range" });
  const text = make("output", {});
  const write = () => {
    const shown = sliderText(now, Number(input.value));
    setText(text, shown);
    input.setAttribute("aria-valuetext", shown);
    const { low = 0, high = 1 } = rangeOf(now);
    input.style.setProperty("--share", `${(100 * (Number(input.value) - low)) / (high - low || 1)}%`);
  };
  input.oninput = () => {
    write();
    change(now.options ? now.options[Number(input.value)] : Number(input.value));
  };
  return {
    node: make("div", { class: "slider" }, text, input),
    input,
    show(field, value) {
      now = field;
      const { low, high, step } = rangeOf(field);
      setAttributes(input, { min: low, max: high, step });
      const at = field.options ? field.options.indexOf(String(value)) : Number(value);
      if (Number(input.value) !== at) input.value = String(at);
      write();
    },
  };
}

/** @type {(field: Field) => { low: number, high: number, step: number }} */
function rangeOf({ options, low = 0, high = 1, step = 1 }) {
  return options ? { low: 0, high: options.length - 1, step: 1 } : { low, high, step };
}

/** @type {(field: Field, change: Change) => View} */
function list(_field, change) {
  const input = make("select", {});
  /** @type {string} */
  let offered = "";
  input.onchange = () => change(input.value);
  return {
    node: make("div", { class: "list" }, input),
    input,
    show({ options = [], placeholder }, value) {
      const wanted = JSON.stringify([options, placeholder]);
      if (wanted !== offered) {
        const empty = make("option", { value: "", hidden: "" }, placeholder ?? "");
        input.replaceChildren(empty, ...options.map((title) => make("option", { value: title }, title)));
        offered = wanted;
      }
      input.value = options.includes(String(value)) ? String(value) : "";
    },
  };
}

/** @type {(field: Field, change: Change) => View} */
function buttons(field, change) {
  const input = make("div", { class: "segments", role: "radiogroup" });
  /** @type {string} */
  let offered = "";
  return {
    node: input,
    input,
    show({ options = [] }, value) {
      const wanted = JSON.stringify(options);
      if (wanted !== offered) {
        input.replaceChildren(...options.map((title) => segment(field.name, title, change)));
        offered = wanted;
      }
      for (const radio of input.querySelectorAll("input")) radio.checked = radio.value === String(value);
    },
  };
}

/** @type {(group: string, title: string, change: Change) => HTMLElement} */
function segment(group, title, change) {
  const radio = make("input", { type: "radio", name: group, value: title });
  radio.onchange = () => change(title);
  return make("label", {}, radio, make("span", {}, title));
}

/**
 * Some of a row of buttons: the titles of those that are on, in the order of the row.
 * @type {(field: Field, change: Change) => View}
 */
function several(_field, change) {
  const input = make("div", { class: "segments apart", role: "group" });
  /** @type {string} */
  let offered = "";
  const boxes = () => [...input.querySelectorAll("input")];
  const tell = () => change(boxes().flatMap((box) => (box.checked ? [box.value] : [])));
  return {
    node: input,
    input,
    show({ options = [], disabled }, value) {
      const wanted = JSON.stringify(options);
      if (wanted !== offered) {
        input.replaceChildren(...options.map((title) => box(title, tell)));
        offered = wanted;
      }
      const chosen = Array.isArray(value) ? value : [];
      for (const box of boxes()) {
        box.checked = chosen.includes(box.value);
        box.disabled = disabled;
      }
    },
  };
}

/** @type {(title: string, tell: () => void) => HTMLElement} */
function box(title, tell) {
  const input = make("input", { type: "checkbox", value: title });
  input.onchange = tell;
  return make("label", {}, input, make("span", {}, title));
}

/** @type {(field: Field, change: Change) => View} */
function onOff(_field, change) {
  const input = make("input", { type: "checkbox", role: "switch" });
  input.onchange = () => change(input.checked);
  return {
    node: make("div", { class: "switch" }, input),
    input,
    show(_now, value) {
      input.checked = value === true;
    },
  };
}

/** @type {(field: Field, change: Change) => View} */
function number(field, change) {
  let now = field;
  const input = make("input", { type: "number", inputmode: "numeric" });
  input.oninput = () => {
    if (input.value !== "" && input.validity.valid) change(Number(input.value));
  };
  input.onchange = () => {
    if (input.value !== "" && input.validity.valid) return;
    input.value = String(within(now, Number(input.value) || 0));
    change(Number(input.value));
  };
  return {
    node: make("div", { class: "number" }, input),
    input,
    show(field, value) {
      now = field;
      const { low = 0, high = 1, step = 1 } = field;
      setAttributes(input, { min: low, max: high, step });
      if (input.value !== String(value)) input.value = String(value);
    },
  };
}

/** @type {(field: Field, change: Change) => View} */
function text(_field, change) {
  const input = make("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  let isTyped = false; // and not sent yet: it is sent with Enter, or when the visitor leaves the field
  input.oninput = () => {
    isTyped = true;
  };
  input.onchange = () => {
    isTyped = false;
    change(input.value);
  };
  return {
    node: make("div", { class: "text" }, input),
    input,
    show({ most }, value) {
      if (most) input.maxLength = most;
      if (!isTyped && input.value !== value) input.value = String(value);
    },
  };
}

export const KINDS = { slider, list, buttons, several, switch: onOff, number, text };
