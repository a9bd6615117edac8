// The table of all runs' values at the cursor.

import { make } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { letterOf, valueText } from "./data.js";
import { cursorText } from "./words.js";

/** @import { Kind, View } from "./data.js" */
/** @import { Plot } from "./plot.js" */

/** @type {{ kind: Kind, text: string }[]} */
const COLUMNS = [
  { kind: "raw", text: "each step" },
  { kind: "smooth", text: "smoothed" },
  { kind: "test", text: "test" },
];
const BESIDE = 14; // px from the cursor
const ABOVE = 64; // px of the screen that the page's header takes

/** @type {(text: string, name: string) => HTMLElement} */
const cell = (text, name) => make("span", { class: name }, text);

export class Tooltip {
  node = make("div", { class: "tooltip", "aria-hidden": "true" }); // the status says the same

  constructor() {
    this.hide();
  }

  hide() {
    this.node.hidden = true;
  }

  /**
   * @param {Plot} plot
   * @param {View} view
   * @param {{ frame: HTMLElement, pointerY: number | null, wide: boolean }} where pointerY: in pixels of the area
   */
  show(plot, view, where) {
    this.node.hidden = false;
    this.fill(plot, view);
    this.place(plot, view.cursor ?? 0, where);
  }

  /** @type {(plot: Plot, view: View) => void} */
  fill(plot, view) {
    const rows = plot.readings;
    const columns = COLUMNS.filter(({ kind }) => rows.some((row) => row[kind]));
    this.node.style.setProperty("--columns", String(columns.length));
    this.node.replaceChildren(
      cell(cursorText(view), "when"),
      cell(plot.title, "what"),
      ...columns.map(({ text }) => cell(text, "what number")),
      ...rows.flatMap(({ run, ...readings }) => [
        make(
          "span",
          { class: `who${run.current ? " now" : ""}`, style: `--run: var(--run-${run.colour})` },
          make("i"),
          cell(view.runs.length > 1 ? `${letterOf(run)} · ${run.label}` : run.label, "name"),
        ),
        ...columns.map(({ kind }) => cell(valueText(plot.name, readings[kind]?.[1]), "number")),
      ]),
    );
  }

  /**
   * Beside the pointer; without one, in the corner that the curves leave free: loss falls, accuracy rises.
   * @type {(plot: Plot, cursor: number, where: { frame: HTMLElement, pointerY: number | null, wide: boolean }) => void}
   */
  place(plot, cursor, { frame, pointerY, wide }) {
    const { node } = this;
    const [area, outer] = [plot.area.getBoundingClientRect(), frame.getBoundingClientRect()];
    const [width, height] = [node.offsetWidth, node.offsetHeight];
    const [left, top] = [area.left - outer.left + plot.toPixel(cursor), area.top - outer.top];
    const beside = left + BESIDE + width <= outer.width ? left + BESIDE : left - BESIDE - width;
    const corner = plot.name === "loss" ? top : top + area.height - height - 6;
    const above = Math.max(top - height, -frame.offsetTop, ABOVE - outer.top); // over the legend, yet on the screen
    const resting = wide || height < 100 ? corner : above;
    const y = pointerY === null ? resting : clamp(top + pointerY - height / 2, 0, Math.max(0, outer.height - height));
    const x = clamp(beside, 0, Math.max(0, outer.width - width));
    node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
