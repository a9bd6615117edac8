// The legends under the boards.

import { make } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { css, inkOf } from "../shared/pixels.js";
import { readShade } from "./board.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Axis, Output, PlayerTheme, Slide, WindowsSlide } from "./data.js" */

const SHADES = 5; // at most, in a legend
const PADDING = { convolution: "padding: counts as 0", pooling: "padding: does not count", windows: "padding" };

const swatch = (/** @type {string} */ kind, /** @type {string} */ label, style = "") =>
  make("span", { class: "key" }, make("i", { class: kind, style }), label);

/** @type {(slide: Slide, theme: PlayerTheme) => HTMLElement[]} */
export function inputLegend(slide, theme) {
  const { kind, rows, columns } = slide;
  const padded = rows.before + rows.after + columns.before + columns.after > 0;
  const dots = padded ? [swatch("dots", PADDING[kind])] : [];
  return kind === "windows" ? readsLegend(slide, theme, dots) : dots;
}

/**
 * How many windows read a pixel.
 * @type {(slide: WindowsSlide, theme: PlayerTheme, dots: HTMLElement[]) => HTMLElement[]}
 */
function readsLegend({ rows, columns }, { reads, paper }, dots) {
  const counts = countsOf(rows, columns);
  const shades = thinned(counts, SHADES).map((count) => {
    const share = 100 * readShade(count, counts[counts.length - 1]);
    return swatch("", String(count), `background: color-mix(in srgb, ${reads} ${share}%, ${paper})`);
  });
  return [
    make("span", { class: "key" }, "number of windows that read a pixel:"),
    ...shades,
    ...(hasUnread(rows) || hasUnread(columns) ? [swatch("cross", "none")] : []),
    ...dots,
    swatch("tap", "this window"),
    swatch("next", "the next ones"),
  ];
}

/**
 * By how many windows a pixel is read, every number that there is, without none.
 * @type {(rows: Axis, columns: Axis) => number[]}
 */
export function countsOf(rows, columns) {
  const counts = new Set(rows.reads.flatMap((down) => columns.reads.map((right) => down * right)));
  return [...counts].filter(Boolean).sort((one, other) => one - other);
}

/**
 * Some values of a rising list, the first and the last among them.
 * @type {(values: number[], count: number) => number[]}
 */
export const thinned = (values, count) =>
  values.length <= count
    ? values
    : Array.from({ length: count }, (_, index) => values[Math.round((index / (count - 1)) * (values.length - 1))]);

/** Whether windows leave pixels of the picture out. @param {Axis} axis */
const hasUnread = ({ reads, before, size }) => reads.slice(before, before + size).includes(0);

/** @type {(output: Output<Plane | null>, dark: boolean) => HTMLElement[]} */
export function outputLegend({ scale, range, values }, dark) {
  if (!values || scale !== "signed") return [];
  const shades = [-1, -0.5, 0, 0.5, 1].map((share) =>
    make("i", { style: `background: ${css(inkOf(share * range, "signed", range, dark))}` }),
  );
  return [
    make("span", { class: "key scale" }, numberText(-range, 2), make("span", {}, ...shades), numberText(range, 2)),
  ];
}
