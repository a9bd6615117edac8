// The table of all runs' values at the cursor.

import { make } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { letterOf, placeText, stepsPer, valueText } from "./data.js";

/** @typedef {ReturnType<typeof import("./plot.js").makePlot>} Plot */
/** @typedef {import("./plot.js").View} View */

/** @type {[import("./data.js").Kind, string][]} */
const COLUMNS = [
  ["raw", "each step"],
  ["smooth", "smoothed"],
  ["validation", "validation"],
];

/** The cursor's place in words. @param {View} view */
export function cursorText({ runs, unit, cursor }) {
  const [run] = runs;
  return placeText((cursor ?? 0) * (run ? stepsPer(run, unit) : 1), run?.epoch_steps ?? 1);
}

export function makeTooltip() {
  const node = make("div", { class: "tooltip", "aria-hidden": "true" }); // the status says the same
  node.hidden = true;

  /** @param {Plot} plot @param {View} view */
  const fill = (plot, view) => {
    const rows = plot.readings();
    const columns = COLUMNS.filter(([kind]) => rows.some((row) => row[kind]));
    /** @param {string} text */
    const cell = (text, name = "") => make("span", { class: name }, text);
    node.style.setProperty("--columns", String(columns.length));
    node.replaceChildren(
      cell(cursorText(view), "when"),
      cell(plot.title, "what"),
      ...columns.map(([, text]) => cell(text, "what number")),
      ...rows.flatMap(({ run, ...readings }) => [
        make(
          "span",
          { class: `who${run.current ? " now" : ""}`, style: `--run: var(--run-${run.colour})` },
          make("i"),
          cell(view.runs.length > 1 ? `${letterOf(run)} · ${run.label}` : run.label, "name"),
        ),
        ...columns.map(([kind]) => cell(valueText(plot.name, readings[kind]?.[1]), "number")),
      ]),
    );
  };

  return {
    node,
    /**
     * Beside the pointer; without one, in the corner that the curves leave free: loss falls, accuracy rises.
     * @param {Plot} plot
     * @param {View} view
     * @param {{ frame: HTMLElement, pointerY: number | null, wide: boolean }} where pointerY: in pixels of the area
     */
    show(plot, view, { frame, pointerY, wide }) {
      node.hidden = false;
      fill(plot, view);
      const [outer, area] = [frame.getBoundingClientRect(), plot.area.getBoundingClientRect()];
      const [width, height] = [node.offsetWidth, node.offsetHeight];
      const left = area.left - outer.left + plot.toPixel(view.cursor ?? 0);
      const top = area.top - outer.top;
      const beside = left + 14 + width <= outer.width ? left + 14 : left - 14 - width;
      const corner = plot.name === "loss" ? top : top + area.height - height - 6;
      const above = Math.max(top - height, -frame.offsetTop, 64 - outer.top); // over the legend, yet on the screen
      const resting = wide || height < 100 ? corner : above;
      const y = pointerY === null ? resting : clamp(top + pointerY - height / 2, 0, Math.max(0, outer.height - height));
      const x = clamp(beside, 0, Math.max(0, outer.width - width));
      node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    },
    hide() {
      node.hidden = true;
    },
  };
}
