// The curves of every group: a thin line a seed, the range as a band, the median as a strong line.

import { spread } from "../curves/spread.js";
import { drawAxes } from "../shared/axes.js";
import { make, setAttributes } from "../shared/dom.js";
import { numberText, percentText } from "../shared/format.js";
import { decimals, linear, linearTicks, niceStep, pathThrough } from "../shared/scale.js";
import { limitsOf, styleOf, valueText } from "./data.js";

/** @import { Data, Group } from "./data.js" */
/** @import { Point } from "../shared/scale.js" */

const HEIGHT = 300;
const MOST_MARKED = 10; // points of a curve that are marked: a single one has no line
const MARGIN = { left: 58, right: 26, top: 12, bottom: 44 };

/** Accuracies stand on an even scale. */
const SHARES = {
  of: (/** @type {number} */ y) => y,
  ticks: (/** @type {number[]} */ limits) => linearTicks(limits, niceStep(limits[1] - limits[0], 5)),
};

/** Losses stand on a logarithmic one: where they have become small, they still differ. */
const LOSSES = {
  of: (/** @type {number} */ y) => Math.log10(Math.max(y, 1e-6)),
  ticks: (/** @type {number[]} */ [low, high]) => logarithmicTicks(low, high),
};

/**
 * 1, 2 and 5 times the powers of ten between two logarithms; even steps where fewer than three of those are.
 * @param {number} low
 * @param {number} high
 */
export function logarithmicTicks(low, high) {
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, at) => Math.floor(low) + at);
  const all = powers.flatMap((power) => [1, 2, 5].map((factor) => factor * 10 ** power));
  const ticks = all.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
  const [from, to] = [10 ** low, 10 ** high];
  return ticks.length > 2 ? ticks : linearTicks([from, to], niceStep(to - from, 5));
}

/**
 * The outline of a band: its upper edge, and its lower one back.
 * @param {Group["band"]} band
 * @returns {Point[]}
 */
export const outline = ({ low, high }) => [...high, ...[...low].reverse()];

export class Bands {
  axes = make("g");
  curves = make("g", { class: "curves" });
  svg = make("svg", { role: "img", height: HEIGHT }, this.axes, this.curves);
  node = make("div", { class: "plot" }, this.svg);

  /**
   * @param {Data} data
   * @param {number} width px
   */
  draw({ groups, curves, percent, epochs }, width) {
    const { left, right, top, bottom } = MARGIN;
    const points = groups.flatMap((group) => group.runs.flatMap((run) => run.curve));
    const scale = percent ? SHARES : LOSSES;
    const limits = limitsOf(
      points.map(([, y]) => scale.of(y)),
      0.01,
    );
    const toX = linear([0, epochs], [left, width - right]);
    const onScale = linear(limits, [HEIGHT - bottom, top]);
    const toY = (/** @type {number} */ y) => onScale(scale.of(y));
    const ticks = scale.ticks(limits);
    const digits = decimals((percent ? 100 : 1) * (ticks[1] - ticks[0] || 1));
    const label = `${curves}. ${groups.map((group) => wordsOf(group, percent)).join(" ")}`;
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${HEIGHT}`, width, "aria-label": label });
    drawAxes(
      this.axes,
      { left, right: width - right, foot: HEIGHT - bottom + 18, toX, toY },
      linearTicks([0, epochs], Math.max(1, niceStep(epochs, 6))),
      ticks,
      (x) => (x === 0 ? "0 epochs" : numberText(x)),
      (y) => (percent ? percentText(y, digits) : numberText(y)),
    );
    const place = (/** @type {Point} */ [x, y]) => /** @type {Point} */ ([toX(x), toY(y)]);
    const ends = groups.flatMap(({ band }, index) => {
      const end = band.middle.at(-1);
      return end ? [{ index, x: toX(end[0]) + 12, y: toY(end[1]) }] : [];
    });
    ends.sort((one, other) => one.y - other.y);
    spread(ends, HEIGHT - bottom);
    this.curves.replaceChildren(
      ...groups.flatMap((group, index) => curvesOf(group, index, place)),
      ...ends.map(({ index, x, y }) =>
        make("text", { class: "letter", style: styleOf(index), x, y: y + 4 }, groups[index].letter),
      ),
    );
  }
}

/**
 * "A, kernel 5×5: from 2.21 to 0.31."
 * @param {Group} group
 * @param {boolean} percent
 */
function wordsOf({ letter, label, band }, percent) {
  const [first, last] = [band.middle[0], band.middle.at(-1)];
  const name = `${letter}, ${label || "this network"}`;
  if (!first || !last) return `${name}: no curve yet.`;
  return `${name}: from ${valueText(first[1], percent)} to ${valueText(last[1], percent)}.`;
}

/** @type {(group: Group, index: number, place: (point: Point) => Point) => SVGElement[]} */
function curvesOf({ runs, band }, index, place) {
  const style = styleOf(index);
  const through = (/** @type {Point[]} */ points) => pathThrough(points.map(place));
  return [
    make("path", { class: "band", style, d: band.low.length > 1 ? `${through(outline(band))}Z` : "" }),
    ...runs.map((run) => make("path", { class: "seed", style, d: through(run.curve) })),
    make("path", { class: "middle", style, d: through(band.middle) }),
    ...(band.middle.length <= MOST_MARKED ? band.middle.map(place) : []).map(([cx, cy]) =>
      make("circle", { style, cx, cy, r: 4 }),
    ),
  ];
}
