// The two plots with one horizontal axis: f, the moved g and their product above, the result below.

import { drawAxes } from "../shared/axes.js";
import { find, make, setAttributes } from "../shared/dom.js";
import { between, clamp, linear, linearTicks, niceStep, pathThrough } from "../shared/scale.js";
import { movedOutline, outline, resultAt, resultCurve } from "./functions.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Data, Limits } from "./functions.js" */

const MARGIN = { left: 40, right: 26, top: 12, bottom: 22 };
const NUMBERS = 5; // px from the numbers of the horizontal axis to the plot's lower edge
const BESIDE = 110; // px: so near the right edge the dot's value stands at its left

/** @typedef {{ at: number, turn: number, visited: [number, number] }} Place visited: how much of the result is drawn */

/** One of the plots, with its own vertical axis. */
class Plot {
  toY = linear([0, 1], [0, 1]);

  /**
   * @param {Element} root
   * @param {string} name
   */
  constructor(root, name) {
    this.svg = find(root, `.${name}`, SVGSVGElement);
    this.axes = this.part("axes", SVGGElement);
  }

  /**
   * @template {Element} Kind
   * @param {string} name
   * @param {new () => Kind} kind
   */
  part(name, kind) {
    return find(this.svg, `.${name}`, kind);
  }
}

export class Plots {
  width = 0;
  toX = linear([0, 1], [0, 1]);
  /** @type {Limits} */
  limits = { across: [0, 1], upper: [0, 1], lower: [0, 1] };

  /** @param {Element} root */
  constructor(root) {
    this.line = find(root, ".line", HTMLElement); // of the shift, through both
    this.upper = new Plot(root, "upper");
    this.inside = this.upper.part("inside", SVGRectElement);
    this.product = this.upper.part("product", SVGPathElement);
    this.f = this.upper.part("f", SVGPathElement);
    this.g = this.upper.part("g", SVGPathElement);
    this.lower = new Plot(root, "lower");
    this.ahead = this.lower.part("ahead", SVGPathElement);
    this.drawn = this.lower.part("drawn", SVGPathElement);
    this.dot = this.lower.part("dot", SVGCircleElement);
    this.value = this.lower.part("value", SVGTextElement);
  }

  /** Where on the axis a pixel lies. @param {number} pixel */
  toValue(pixel) {
    return linear([MARGIN.left, this.width - MARGIN.right], this.limits.across)(pixel);
  }

  /**
   * What is drawn anew only for another width or other data: axes and f.
   * @type {(width: number, data: Data, limits: Limits) => void}
   */
  arrange(width, data, limits) {
    Object.assign(this, { width, limits });
    if (!width) return; // in a hidden tab; the resize observer calls again
    const [low, high] = limits.across;
    this.toX = linear([low, high], [MARGIN.left, width - MARGIN.right]);
    this.drawAxes(this.upper, limits.upper, "t");
    this.drawAxes(this.lower, limits.lower, "s");
    const right = this.toX(high);
    const box = { x: MARGIN.left, y: 0, width: right - MARGIN.left, height: this.upper.svg.clientHeight };
    setAttributes(this.inside, box);
    this.lead(this.f, this.upper, [[low, 0], ...outline(data.x, data.f), [high, 0]]);
  }

  /** @type {(plot: Plot, limit: [number, number], name: string) => void} */
  drawAxes(plot, limit, name) {
    const { across } = this.limits;
    const height = plot.svg.clientHeight;
    const [left, right, foot] = [MARGIN.left, this.toX(across[1]), height - NUMBERS];
    plot.toY = linear(limit, [height - MARGIN.bottom, MARGIN.top]);
    const up = linearTicks(limit, niceStep(limit[1] - limit[0], 4));
    const along = linearTicks(across, niceStep(across[1] - across[0], Math.max(6, (right - left) / 70)));
    drawAxes(plot.axes, { left, right, foot, toX: this.toX, toY: plot.toY }, along, up);
    plot.axes.append(make("text", { class: "name", x: right + 17, y: foot }, name));
  }

  /** Lead a path through points of the axes. @type {(path: SVGPathElement, plot: Plot, points: Point[]) => void} */
  lead(path, plot, points) {
    path.setAttribute("d", pathThrough(points.map(([x, y]) => [this.toX(x), plot.toY(y)])));
  }

  /**
   * The part of the frame that moves.
   * @type {(data: Data, place: Place, products: number[]) => void}
   */
  draw(data, { at, turn, visited }, products) {
    const shift = between(data.shifts, at);
    this.lead(this.product, this.upper, outline(data.x, products));
    this.lead(this.g, this.upper, movedOutline(data, shift, turn, this.limits.across));
    this.lead(this.ahead, this.lower, resultCurve(data, turn, [0, data.shifts.length - 1]));
    this.lead(this.drawn, this.lower, resultCurve(data, turn, visited));
    this.placeDot(this.toX(shift), this.lower.toY(resultAt(data, at, turn)));
  }

  /** @type {(x: number, y: number) => void} */
  placeDot(x, y) {
    const onLeft = x > this.width - BESIDE;
    const lowest = this.lower.svg.clientHeight - MARGIN.bottom - 8;
    setAttributes(this.dot, { cx: x, cy: y });
    setAttributes(this.value, {
      x: x + (onLeft ? -12 : 12),
      y: clamp(y - 10, 14, lowest),
      "text-anchor": onLeft ? "end" : "start",
    });
    this.line.style.transform = `translateX(${x}px)`;
  }
}
