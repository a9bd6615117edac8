// The pen: where it is, and the stroke that it draws, led by a pointer or by keys.

/** @import { Point } from "../shared/scale.js" */
/** @import { Line } from "./ink.js" */

const NEAR = 0.4; // paper units: nearer than this to the point before, a point tells nothing

/** @typedef {Line & { pointer: number | null, by: string }} Stroke by: "keys", or the kind of pointer */

export class Pen {
  /** @type {Stroke | null} */
  stroke = null; // the one being drawn

  /**
   * @param {Point} spot where it is, in paper units
   * @param {number} width
   * @param {() => void} moved
   * @param {(line: Line) => void} finished
   */
  constructor(spot, width, moved, finished) {
    this.spot = spot;
    this.width = width;
    this.moved = moved;
    this.finished = finished;
  }

  /** Whether keys hold it down. */
  get keyed() {
    return this.stroke?.by === "keys";
  }

  /** @type {(pointer: number | null, by: string) => void} */
  begin(pointer, by) {
    this.stroke = { points: [this.spot], width: this.width, pointer, by };
    this.moved();
  }

  /** @param {Point} spot */
  lead(spot) {
    this.spot = spot;
    this.moved();
    if (!this.stroke) return;
    const { points } = this.stroke;
    const [x, y] = points[points.length - 1];
    if (Math.hypot(spot[0] - x, spot[1] - y) >= NEAR) points.push(spot);
  }

  finish() {
    if (!this.stroke) return;
    const { points, width } = this.stroke;
    this.stroke = null;
    this.finished({ points, width });
  }

  /** Give the stroke up. */
  drop() {
    this.stroke = null;
  }
}
