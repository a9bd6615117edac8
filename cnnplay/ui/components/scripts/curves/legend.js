// The list of runs, each with its best known accuracy and a button that removes it; and the key to the kinds of line.

import { make } from "../shared/dom.js";
import { percentText } from "../shared/format.js";
import { lastValue, letterOf } from "./data.js";

/** @import { Run } from "./data.js" */

/**
 * @typedef {object} Actions
 * @property {(id: string) => void} remove
 * @property {(id: string | null) => void} lift a run under the pointer, or none
 * @property {() => void} refuge puts the focus elsewhere when the entry that has it goes
 */

/** The entry of a run. */
class Entry {
  letter = make("em");
  name = make("span", { class: "name" });
  value = make("span", { class: "number", title: "test accuracy" });
  button = make("button", { type: "button" }, "×");
  item = make("li", {}, make("i"), this.letter, this.name, this.value, this.button);

  /**
   * @param {string} id
   * @param {Actions} actions
   */
  constructor(id, { remove, lift }) {
    const { item } = this;
    this.button.onclick = () => remove(id);
    item.onpointerenter = () => lift(id);
    item.onpointerleave = () => lift(null);
    item.addEventListener("focusin", () => lift(id));
    item.addEventListener("focusout", () => lift(null));
  }

  /** @type {(run: Run, lettered: boolean, removable: boolean) => void} */
  update(run, lettered, removable) {
    const final = lastValue(run.accuracy.test);
    this.item.classList.toggle("now", run.current);
    this.item.style.setProperty("--run", `var(--run-${run.colour})`);
    this.letter.textContent = lettered ? letterOf(run) : "";
    this.name.textContent = this.name.title = run.label;
    this.value.textContent = final === undefined ? "" : percentText(final, 2);
    this.button.hidden = !removable;
    this.button.style.visibility = run.current ? "hidden" : "visible"; // keeps the numbers in one column
    this.button.setAttribute("aria-label", `Remove ${run.label}`);
  }
}

export class RunList {
  node = make("ul", { class: "legend", "aria-label": "Runs" });
  /** @type {Map<string, Entry>} */
  entries = new Map();

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
  }

  /** @type {(runs: Run[], removable: boolean) => void} */
  update(runs, removable) {
    const ids = new Set(runs.map(({ id }) => id));
    for (const [id, { item }] of this.entries) {
      if (ids.has(id)) continue;
      if (item.matches(":focus-within")) this.actions.refuge();
      item.remove();
      this.entries.delete(id);
    }
    const several = runs.length > 1;
    for (const [index, run] of runs.entries()) {
      const entry = this.entries.get(run.id) ?? new Entry(run.id, this.actions);
      const there = this.node.children[index] ?? null;
      this.entries.set(run.id, entry);
      if (there !== entry.item) this.node.insertBefore(entry.item, there);
      entry.update(run, several, removable && several);
    }
  }
}

const SAMPLES = { raw: "M1 6l3-4 3 6 3-7 3 6 3-4 3 5 3-6 2 3", smooth: "M1 5H25", test: "M1 5H25" };

/** The key to the kinds of line. */
export function makeLineKeys() {
  /** @type {(kind: keyof typeof SAMPLES, text: string) => HTMLElement} */
  const key = (kind, text) => {
    const drawn = make(
      "svg",
      { width: 26, height: 10, "aria-hidden": "true" },
      make("path", { class: kind, d: SAMPLES[kind] }),
    );
    if (kind === "test") drawn.append(make("circle", { cx: 13, cy: 5, r: 3.1 }));
    return make("span", { class: "key" }, drawn, text);
  };
  return make(
    "div",
    { class: "keys" },
    key("smooth", "training, smoothed"),
    key("raw", "training, each step"),
    key("test", "test"),
  );
}
