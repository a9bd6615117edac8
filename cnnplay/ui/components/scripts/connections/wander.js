// A neuron that moves by itself, on a slow loop through the whole sheet, while it is in sight.

import { clamp } from "../shared/scale.js";

const PAUSE = 900; // ms between two neurons
const REACH = 0.42; // of the sheet, to either side of its middle
const TURNS = [0.14, 0.19]; // radians a step, down and across: a loop that does not close soon

/**
 * Where on its loop a neuron is, of `count`.
 * @type {(index: number, count: number) => number}
 */
export const angleOf = (index, count) => Math.asin(clamp((index / Math.max(1, count - 1) - 0.5) / REACH, -1, 1));

/**
 * The neuron at a place of the loop.
 * @type {(angle: number, count: number) => number}
 */
export const neuronAt = (angle, count) => Math.round((count - 1) * (0.5 + REACH * Math.sin(angle)));

export class Wander {
  playing = false;
  visible = true;
  angles = [0, 0];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  sight = new IntersectionObserver(([entry]) => {
    this.visible = entry.isIntersecting;
  });

  /**
   * @param {() => number[]} count rows and columns of neurons
   * @param {(row: number, column: number) => void} move
   */
  constructor(count, move) {
    this.count = count;
    this.move = move;
  }

  /** @param {number[]} from row and column */
  start(from) {
    if (!this.playing) this.angles = this.count().map((count, axis) => angleOf(from[axis], count));
    this.playing = true;
    this.wait();
  }

  stop() {
    this.playing = false;
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.step(), PAUSE);
  }

  step() {
    this.wait();
    if (!this.visible || document.hidden) return;
    this.angles = this.angles.map((angle, axis) => angle + TURNS[axis]);
    const [row, column] = this.count().map((count, axis) => neuronAt(this.angles[axis], count));
    this.move(row, column);
  }

  destroy() {
    this.stop();
    this.sight.disconnect();
  }
}
