// The legends under the boards.

import { make } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { css, inkOf } from "../shared/pixels.js";
import { readShade } from "./board.js";

/** @typedef {import("./data.js").Slide} Slide */
/** @typedef {import("./data.js").Output} Output */
/** @typedef {import("./data.js").PlayerTheme} PlayerTheme */

const swatch = (kind, label, style = "") => make("span", { class: "key" }, make("i", { class: kind, style }), label);

/** @type {(slide: Slide, theme: PlayerTheme) => HTMLElement[]} */
export function inputLegend({ kind, rows, columns }, theme) {
  const padded = rows.before + rows.after + columns.before + columns.after > 0;
  const dots = padded
    ? [
        swatch(
          "dots",
          kind === "convolution" ? "padding: counts as 0" : kind === "pooling" ? "padding: left out" : "padding",
        ),
      ]
    : [];
  if (kind !== "windows") return dots;
  const counts = new Set(rows.reads.flatMap((down) => columns.reads.map((right) => down * right)));
  const least = counts.delete(0) && (Math.min(...inner(rows)) === 0 || Math.min(...inner(columns)) === 0);
  const sorted = [...counts].sort((a, b) => a - b);
  const most = sorted.at(-1);
  const some =
    sorted.length > 5 ? [0, 1, 2, 3, 4].map((share) => sorted[Math.round((share / 4) * (sorted.length - 1))]) : sorted;
  const shades = some.map((count) =>
    swatch(
      "",
      String(count),
      `background: color-mix(in srgb, ${theme.reads} ${100 * readShade(count, most)}%, ${theme.paper})`,
    ),
  );
  return [
    make("span", { class: "key" }, "windows that read a pixel:"),
    ...shades,
    ...(least ? [swatch("cross", "by none")] : []),
    ...dots,
    swatch("tap", "this window"),
    swatch("next", "the next ones"),
  ];
}

const inner = (axis) => axis.reads.slice(axis.before, axis.before + axis.size);

/** @type {(output: Output, dark: boolean) => HTMLElement[]} */
export function outputLegend({ scale, range, values }, dark) {
  if (!values || scale !== "signed") return [];
  const shades = [-1, -0.5, 0, 0.5, 1].map((share) =>
    make("i", { style: `background: ${css(inkOf(share * range, "signed", range, dark))}` }),
  );
  return [
    make("span", { class: "key scale" }, numberText(-range, 2), make("span", {}, ...shades), numberText(range, 2)),
  ];
}
