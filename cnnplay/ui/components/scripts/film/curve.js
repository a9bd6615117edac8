// The curve of a film's values, a dot at the frame that is seen; one can drag along it.

import { make } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { onDrag, positionIn } from "../shared/pointer.js";
import { clamp, pathThrough } from "../shared/scale.js";

/** @import { Point } from "../shared/scale.js" */

/**
 * Points of the curve, in percent of the plot's width and height.
 * @param {number[]} values
 * @returns {Point[]}
 */
export function pointsOf(values) {
  const floor = Math.min(...values);
  const height = Math.max(...values) - floor || 1;
  return values.map((value, index) => [
    (100 * index) / Math.max(1, values.length - 1),
    100 - (100 * (value - floor)) / height,
  ]);
}

export class Curve {
  line = make("path", { class: "line" });
  dot = make("i", { class: "dot" });
  stem = make("i", { class: "stem" });
  high = make("span");
  low = make("span");
  first = make("span");
  last = make("span");
  /** @type {Point[]} */
  points = [];

  /** @param {(share: number) => void} go to a place, from 0, the first frame, to 1, the last */
  constructor(go) {
    const figure = make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" }, this.line);
    const plot = make("div", { class: "plot", "data-testid": "film-curve" }, figure, this.stem, this.dot);
    this.node = make(
      "div",
      { class: "curve", "aria-hidden": "true" },
      make("div", { class: "heights" }, this.high, this.low),
      plot,
      make("div", { class: "span" }, this.first, this.last),
    );
    const follow = (/** @type {PointerEvent} */ event) =>
      go(clamp(positionIn(plot, event)[0] / plot.clientWidth, 0, 1));
    onDrag(plot, { begin: follow, move: follow });
  }

  /**
   * @param {number[]} values
   * @param {string[]} titles of the frames
   */
  update(values, titles) {
    const [floor, top] = [Math.min(...values), Math.max(...values)];
    const digits = clamp(2 - Math.floor(Math.log10(top - floor || 1)), 0, 4);
    this.points = pointsOf(values);
    this.line.setAttribute("d", pathThrough(this.points));
    this.high.textContent = numberText(top, digits);
    this.low.textContent = numberText(floor, digits);
    this.first.textContent = titles[0];
    this.last.textContent = titles[titles.length - 1];
  }

  /** @param {number} frame */
  place(frame) {
    const [x, y] = this.points[frame];
    this.dot.style.left = this.stem.style.left = `${x}%`;
    this.dot.style.top = `${y}%`;
  }
}
