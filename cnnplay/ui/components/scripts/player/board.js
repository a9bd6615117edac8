// A board of the player, for the picture or a map: a canvas for what rests, and one above it for what moves.

import { make, penOf } from "../shared/dom.js";

export const EDGE = 4; // px around a board, so that an outline at its rim is whole

/** First cell of a window that is on its way from one place to the next, in cells of the padded line. */
export function startAt(axis, place) {
  const from = axis.starts[Math.floor(place)];
  const to = axis.starts[Math.ceil(place)];
  return axis.before + from + (place - Math.floor(place)) * (to - from);
}

/** @param {string} testid */
export function makeBoard(testid) {
  const base = make("canvas", { "data-testid": testid });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const node = make("div", { class: "board" }, base, over);
  return { base, over, node, cell: 1, rows: 0, columns: 0, width: 0, height: 0 };
}

/** @typedef {ReturnType<typeof makeBoard>} Board */

/**
 * Give each cell of a board whole device pixels, as many as fit; what is drawn on it is in CSS pixels.
 * @param {Board} board
 * @param {number} rows
 * @param {number} columns
 * @param {{ width: number, height: number, most?: number }} room most: the largest cell
 */
export function fit(board, rows, columns, { width, height, most = 64 }) {
  const ratio = window.devicePixelRatio || 1;
  const room = Math.min((width - 2 * EDGE) / columns, (height - 2 * EDGE) / rows, most);
  const grain = room * ratio < 7 ? 2 : 1; // tiny cells: half a device pixel, or much of the room would stay empty
  board.cell = Math.max(1, Math.floor(room * ratio * grain)) / ratio / grain;
  Object.assign(board, { rows, columns, width: columns * board.cell, height: rows * board.cell });
  for (const canvas of [board.base, board.over]) {
    canvas.width = Math.round((board.width + 2 * EDGE) * ratio);
    canvas.height = Math.round((board.height + 2 * EDGE) * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    penOf(canvas).setTransform(ratio, 0, 0, ratio, EDGE * ratio, EDGE * ratio);
  }
}

export function cleared({ width, height }, canvas) {
  const pen = penOf(canvas);
  pen.clearRect(-EDGE, -EDGE, width + 2 * EDGE, height + 2 * EDGE);
  return pen;
}

/** The cell under a pointer: a fraction of rows and of columns. @type {(board: Board, event: MouseEvent) => { row: number, column: number }} */
export const cellAt = ({ cell }, event) => ({
  row: (event.offsetY - EDGE) / cell,
  column: (event.offsetX - EDGE) / cell,
});

/** How dark a pixel is that `count` windows read, where none is read by more than `most`. */
export const readShade = (count, most) => (most > 1 ? 0.16 + (0.66 * (count - 1)) / (most - 1) : 0.4);
