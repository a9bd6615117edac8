// The axes of a plot in SVG: a grid line at every number of the vertical one, numbers below the horizontal one.

import { make } from "./dom.js";
import { numberText } from "./format.js";
import { pathThrough } from "./scale.js";

const OUTSIDE = 8; // px between the plot and the numbers at its left
const MIDDLE = 4; // px from a number's baseline to its middle

/**
 * @param {SVGElement} group
 * @param {object} plot
 * @param {number} plot.left px
 * @param {number} plot.right px
 * @param {number} plot.foot px, where the numbers of the horizontal axis are written
 * @param {(x: number) => number} plot.toX
 * @param {(y: number) => number} plot.toY
 * @param {number[]} across numbers of the horizontal axis
 * @param {number[]} up numbers of the vertical one
 * @param {(x: number) => string} [write] a number of the horizontal axis
 * @param {(y: number) => string} [writeUp] a number of the vertical one
 */
export function drawAxes(group, { left, right, foot, toX, toY }, across, up, write = numberText, writeUp = numberText) {
  const line = (/** @type {number} */ y) =>
    pathThrough([
      [left, toY(y)],
      [right, toY(y)],
    ]);
  group.replaceChildren(
    make("path", { class: "grid", d: up.map(line).join("") }),
    make("path", { class: "base", d: line(0) }),
    ...up.map((y) => make("text", { class: "up", x: left - OUTSIDE, y: toY(y) + MIDDLE }, writeUp(y))),
    ...across.map((x) => make("text", { class: "across", x: toX(x), y: foot }, write(x))),
  );
}
