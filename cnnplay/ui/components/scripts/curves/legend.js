// The list of runs, each with its best known accuracy and a button that removes it; and the key to the kinds of line.

import { make } from "../shared/dom.js";
import { percentText } from "../shared/format.js";
import { lastValue, letterOf } from "./data.js";

/** @typedef {import("./data.js").Run} Run */

/**
 * @param {object} callbacks
 * @param {(id: string) => void} callbacks.remove
 * @param {(id: string | null) => void} callbacks.lift a run under the pointer, or none
 * @param {() => void} callbacks.refuge puts the focus elsewhere when the entry that has it goes
 */
export function makeRunList({ remove, lift, refuge }) {
  const node = make("ul", { class: "legend", "aria-label": "Runs" });
  /** @type {Map<string, ReturnType<typeof makeEntry>>} */
  const entries = new Map();

  /** @param {string} id */
  const makeEntry = (id) => {
    const letter = make("em");
    const name = make("span", { class: "name" });
    const value = make("span", { class: "number", title: "validation accuracy" });
    const button = make("button", { type: "button" }, "×");
    button.onclick = () => remove(id);
    const item = make("li", {}, make("i"), letter, name, value, button);
    item.onpointerenter = () => lift(id);
    item.onpointerleave = () => lift(null);
    item.addEventListener("focusin", () => lift(id));
    item.addEventListener("focusout", () => lift(null));
    return { item, letter, name, value, button };
  };

  return {
    node,
    /** @param {Run[]} runs @param {boolean} removable */
    update(runs, removable) {
      const ids = new Set(runs.map(({ id }) => id));
      for (const [id, { item }] of entries) {
        if (ids.has(id)) continue;
        if (item.matches(":focus-within")) refuge();
        item.remove();
        entries.delete(id);
      }
      for (const [index, run] of runs.entries()) {
        const entry = entries.get(run.id) ?? makeEntry(run.id);
        entries.set(run.id, entry);
        if (node.children[index] !== entry.item) node.insertBefore(entry.item, node.children[index] ?? null);
        entry.item.classList.toggle("now", run.current);
        entry.item.style.setProperty("--run", `var(--run-${run.colour})`);
        entry.letter.textContent = runs.length > 1 ? letterOf(run) : "";
        entry.name.textContent = entry.name.title = run.label;
        const final = lastValue(run.accuracy.validation);
        entry.value.textContent = final === undefined ? "" : percentText(final, 2);
        entry.button.hidden = !removable || runs.length === 1;
        entry.button.style.visibility = run.current ? "hidden" : "visible"; // keeps the numbers in one column
        entry.button.setAttribute("aria-label", `Remove ${run.label}`);
      }
    },
  };
}

const SAMPLES = { raw: "M1 6l3-4 3 6 3-7 3 6 3-4 3 5 3-6 2 3", smooth: "M1 5H25", validation: "M1 5H25" };

/** The key to the kinds of line. */
export function makeLineKeys() {
  /** @type {(kind: keyof typeof SAMPLES, text: string) => HTMLElement} */
  const key = (kind, text) => {
    const drawn = make(
      "svg",
      { width: 26, height: 10, "aria-hidden": "true" },
      make("path", { class: kind, d: SAMPLES[kind] }),
    );
    if (kind === "validation") drawn.append(make("circle", { cx: 13, cy: 5, r: 3.1 }));
    return make("span", { class: "key" }, drawn, text);
  };
  return make(
    "div",
    { class: "keys" },
    key("smooth", "training, smoothed"),
    key("raw", "training, each step"),
    key("validation", "validation"),
  );
}
