// Filters and the maps that they make, a pair for each filter.

import { makePalette, paintBytes } from "../shared/bytes.js";
import { keepChildren, make } from "../shared/dom.js";
import { makeLegend } from "../shared/pixels.js";

/** @import { Colour } from "../shared/pixels.js" */
/** @import { Moment } from "./words.js" */

const GAP = 0; // the byte where a picture has no pixel

/** @typedef {{ shown: number, filter_shape: [number, number], map_shape: [number, number], weight_reach: number, map_reach: number }} Sizes */

const makePair = () =>
  make("div", { class: "pair" }, make("canvas", { class: "filter" }), make("canvas", { class: "map" }));

export class Pairs {
  node = make("div", { class: "pairs", "aria-hidden": "true" }); // the picture's label says what it shows
  legends = { filters: makeLegend(), maps: makeLegend() };
  scales = make(
    "div",
    { class: "scales" },
    make("div", {}, make("span", {}, "filters"), this.legends.filters.node),
    make("div", {}, make("span", {}, "maps"), this.legends.maps.node),
  );
  /** @type {Colour[]} */
  palette = [];
  /** @type {Map<string, string>} */
  decoded = new Map();

  /** For other data or another theme. @type {(sizes: Sizes, dark: boolean) => void} */
  arrange(sizes, dark) {
    this.sizes = sizes;
    this.palette = makePalette("signed", 1, dark);
    this.decoded.clear();
    this.legends.filters.paint("signed", sizes.weight_reach, dark);
    this.legends.maps.paint("signed", sizes.map_reach, dark);
    this.scales.hidden = !sizes.shown;
    keepChildren(this.node, sizes.shown, makePair);
  }

  /** @param {Moment} moment */
  paint({ filters, maps }) {
    if (!this.sizes) return;
    const { filter_shape, map_shape } = this.sizes;
    const [weights, values] = [this.bytesOf(filters), this.bytesOf(maps)];
    for (const [index, pair] of [...this.node.children].entries()) {
      const [filter, map] = /** @type {HTMLCanvasElement[]} */ ([...pair.children]);
      paintBytes(filter, weights, filter_shape, this.palette, index * filter_shape[0] * filter_shape[1], GAP);
      paintBytes(map, values, map_shape, this.palette, index * map_shape[0] * map_shape[1], GAP);
    }
  }

  /** @param {string} text in base64 */
  bytesOf(text) {
    const known = this.decoded.get(text) ?? atob(text);
    this.decoded.set(text, known);
    return known;
  }
}
