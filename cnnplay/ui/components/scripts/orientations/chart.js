// Each filter's answer over the angle of the line, a curve each; a click chooses a curve, a drag turns the line.

import { drawAxes } from "../shared/axes.js";
import { find, make, setAttributes } from "../shared/dom.js";
import { degreesText } from "../shared/format.js";
import { onDrag, positionIn } from "../shared/pointer.js";
import { clamp, linear, linearTicks, niceStep, pathThrough } from "../shared/scale.js";
import { angleAt, answerAt, lastAngle, nearestAngle, period } from "./answers.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Data, Filter } from "./answers.js" */

const MARGIN = { left: 34, right: 12, top: 26, bottom: 22 };
const NUMBERS = 17; // px from the plot to the baseline of the numbers below it
const NEAR = 14; // px: a click that close to a curve means the curve
const TIGHT = 42; // px of width for a curve: where there is less, the letters are smaller

/**
 * What a visitor does here.
 * @typedef {object} Actions
 * @property {(filter: number) => void} choose
 * @property {(angle: number) => void} turn in degrees
 */

export class Chart {
  width = 0;
  foot = 0; // the plot's lower edge
  toX = linear([0, 1], [0, 1]);
  toAngle = linear([0, 1], [0, 1]);
  toY = linear([0, 1], [0, 1]);
  /** @type {{ curve: SVGPathElement, label: SVGTextElement }[]} */
  views = [];

  /**
   * @param {HTMLElement} root
   * @param {Data} data
   * @param {Actions} actions
   */
  constructor(root, data, actions) {
    this.root = root;
    this.data = data;
    this.svg = find(root, ".curves", SVGSVGElement);
    this.axes = find(root, ".axes", SVGGElement);
    this.paths = find(root, ".paths", SVGGElement);
    this.labels = find(root, ".labels", SVGGElement);
    this.now = find(root, ".now", SVGPathElement);
    this.dots = ["first", "second"].map((name) => find(root, `.dot.${name}`, SVGCircleElement));
    this.listen(actions);
  }

  /** @param {Actions} actions */
  listen({ choose, turn }) {
    const { svg } = this;
    const follow = (/** @type {PointerEvent} */ event) => turn(this.angleOf(positionIn(svg, event)));
    onDrag(svg, {
      begin: () => this.width > 0,
      move: (event, sideways) => sideways && follow(event),
      end: (event, sideways) => {
        const filter = sideways ? null : this.curveAt(positionIn(svg, event));
        if (filter === null) follow(event);
        else choose(filter);
      },
      hover: (event) => {
        if (event.pointerType === "mouse" && this.width) this.hover(this.curveAt(positionIn(svg, event)));
      },
    });
    svg.onpointerleave = () => this.hover(null);
  }

  /** @param {Point} place */
  angleOf([x]) {
    const { angles } = this.data;
    return clamp(this.toAngle(x), angles[0], this.end);
  }

  /** The curve near a place, if any. @param {Point} place */
  curveAt([x, y]) {
    const index = nearestAngle(this.data, this.angleOf([x, y]));
    const apart = this.data.responses.map((row) => Math.abs(this.toY(row[index]) - y));
    const best = apart.indexOf(Math.min(...apart));
    return apart[best] <= NEAR ? best : null;
  }

  /** @param {number | null} filter */
  hover(filter) {
    this.svg.classList.toggle("over-curve", filter !== null);
    for (const [index, { curve }] of this.views.entries()) curve.classList.toggle("hovered", index === filter);
  }

  /** Where the axis of the angles ends: where they begin again, if they go round. */
  get end() {
    const { angles } = this.data;
    const turn = period(angles);
    return turn ? angles[0] + turn : lastAngle(this.data);
  }

  /** For a new bank. @type {(data: Data) => void} */
  build(data) {
    this.data = data;
    this.svg.setAttribute("aria-label", data.alt);
    this.views = data.filters.map(({ title }) => ({
      curve: make("path", { class: "curve" }),
      label: make("text", {}, title),
    }));
    this.paths.replaceChildren(...this.views.map(({ curve }) => curve));
    this.labels.replaceChildren(...this.views.map(({ label }) => label));
  }

  /** Axes and curves, for another width or other data. @param {[number, number]} limits of the answers */
  arrange(limits) {
    const { clientWidth: width, clientHeight: height } = this.svg;
    this.width = width;
    if (!width) return; // in a hidden tab; the resize observer calls again
    const angles = [this.data.angles[0], this.end];
    const [left, right] = [MARGIN.left, width - MARGIN.right];
    this.foot = height - MARGIN.bottom;
    this.toX = linear(angles, [left, right]);
    this.toAngle = linear([left, right], angles);
    this.toY = linear(limits, [this.foot, MARGIN.top]);
    this.root.classList.toggle("tight", (right - left) / this.views.length < TIGHT);
    for (const index of this.views.keys()) this.drawCurve(index, right);
    const across = linearTicks(angles, angles[1] - angles[0] > 200 ? 90 : 45);
    const up = linearTicks(limits, niceStep(limits[1] - limits[0], 4));
    const plot = { left, right, foot: this.foot + NUMBERS, toX: this.toX, toY: this.toY };
    drawAxes(this.axes, plot, across, up, degreesText);
  }

  /** A curve, and its name at its highest point. @type {(index: number, right: number) => void} */
  drawCurve(index, right) {
    const { curve, label } = this.views[index];
    const { angles, responses } = this.data;
    const row = responses[index];
    const points = row.map((value, at) => /** @type {Point} */ ([this.toX(angles[at]), this.toY(value)]));
    if (period(angles)) points.push([this.toX(this.end), this.toY(row[0])]);
    const [x, y] = points[row.indexOf(Math.max(...row))];
    curve.setAttribute("d", pathThrough(points));
    setAttributes(label, { x: clamp(x, MARGIN.left + 10, right - 14), y: y - 9 });
  }

  /**
   * The line of the angle, and a dot on the winner's curve and on the chosen one.
   * @type {(at: number, winner: number, chosen: number | null) => void}
   */
  draw(at, winner, chosen) {
    const x = this.toX(angleAt(this.data, at));
    this.now.setAttribute(
      "d",
      pathThrough([
        [x, MARGIN.top - 6],
        [x, this.foot],
      ]),
    );
    for (const [index, filter] of [winner, chosen === winner ? null : chosen].entries()) {
      const dot = this.dots[index];
      dot.style.display = filter === null ? "none" : "";
      if (filter !== null)
        dot.setAttribute("transform", `translate(${x} ${this.toY(answerAt(this.data, at, filter))})`);
    }
  }

  /** @type {(winner: number, chosen: number | null) => void} */
  mark(winner, chosen) {
    for (const [index, { curve, label }] of this.views.entries()) {
      for (const node of [curve, label]) {
        node.classList.toggle("winner", index === winner);
        node.classList.toggle("selected", index === chosen);
      }
    }
    if (chosen !== null) this.paths.append(this.views[chosen].curve); // on top, the winner last
    this.paths.append(this.views[winner].curve);
  }
}
