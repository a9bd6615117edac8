// A board of the player, for the picture or a map: a canvas for what rests, and one above it for what moves.

import { dotsPerPixel, penOf } from "../shared/canvas.js";
import { make } from "../shared/dom.js";

/** @import { Place } from "./data.js" */

export const EDGE = 4; // px around a board, so that an outline at its rim is whole
const LARGEST = 64; // px: a cell
const TINY = 7; // device pixels

/**
 * The side of a cell: whole device pixels, as many as fit, so that all are alike.
 * @param {number} room for it, in CSS pixels
 * @param {number} dots device pixels in a CSS pixel
 */
export function cellSide(room, dots) {
  const grain = room * dots < TINY ? 2 : 1; // tiny cells: half a device pixel, or much of the room would stay empty
  return Math.max(1, Math.floor(room * dots * grain)) / dots / grain;
}

export class Board {
  cell = 1; // the side of a cell, in CSS pixels
  rows = 0;
  columns = 0;

  /** @param {string} testid */
  constructor(testid) {
    this.base = make("canvas", { "data-testid": testid });
    this.over = make("canvas", { class: "over", "aria-hidden": "true" });
    this.node = make("div", { class: "board" }, this.base, this.over);
  }

  get width() {
    return this.columns * this.cell;
  }

  get height() {
    return this.rows * this.cell;
  }

  /**
   * As large as there is room; what is drawn on it is in CSS pixels.
   * @param {number} rows
   * @param {number} columns
   * @param {{ width: number, height: number, most?: number }} room most: the largest cell
   */
  fit(rows, columns, { width, height, most = LARGEST }) {
    const dots = dotsPerPixel();
    const room = Math.min((width - 2 * EDGE) / columns, (height - 2 * EDGE) / rows, most);
    Object.assign(this, { rows, columns, cell: cellSide(room, dots) });
    for (const canvas of [this.base, this.over]) {
      canvas.width = Math.round((this.width + 2 * EDGE) * dots);
      canvas.height = Math.round((this.height + 2 * EDGE) * dots);
      canvas.style.width = `${canvas.width / dots}px`;
      canvas.style.height = `${canvas.height / dots}px`;
      penOf(canvas).setTransform(dots, 0, 0, dots, EDGE * dots, EDGE * dots);
    }
  }

  /** Its pen, on an empty canvas. @param {HTMLCanvasElement} canvas */
  clear(canvas) {
    const pen = penOf(canvas);
    pen.clearRect(-EDGE, -EDGE, this.width + 2 * EDGE, this.height + 2 * EDGE);
    return pen;
  }

  /** The cell under a pointer, with a fraction. @param {MouseEvent} event @returns {Place} */
  cellAt({ offsetX, offsetY }) {
    return { row: (offsetY - EDGE) / this.cell, column: (offsetX - EDGE) / this.cell };
  }
}

/**
 * How dark a pixel is that `count` windows read, where none is read by more than `most`.
 * @type {(count: number, most: number) => number}
 */
export const readShade = (count, most) => (most > 1 ? 0.16 + (0.66 * (count - 1)) / (most - 1) : 0.4);
