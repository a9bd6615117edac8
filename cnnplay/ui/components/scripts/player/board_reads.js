// By how many windows each pixel is read, as a shade; pixels that none reads are hatched and crossed out.

import { readShade } from "./board.js";

/** @import { Board } from "./board.js" */
/** @import { PlayerTheme, Slide } from "./data.js" */

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {[number, number]} Corner of a cell, in pixels: x and y */

/** @type {(pen: Pen, board: Board, slide: Slide, theme: PlayerTheme) => void} */
export function paintReads(pen, { cell, width, height }, { rows, columns }, theme) {
  pen.fillStyle = theme.paper;
  pen.fillRect(columns.before * cell, rows.before * cell, columns.size * cell, rows.size * cell);
  const most = Math.max(...rows.reads) * Math.max(...columns.reads);
  /** @type {Corner[]} */
  const unread = [];
  pen.fillStyle = theme.reads;
  for (const [row, down] of rows.reads.entries()) {
    for (const [column, right] of columns.reads.entries()) {
      const inside = isInside(rows, row) && isInside(columns, column);
      if (down && right) {
        pen.globalAlpha = readShade(down * right, most);
        pen.fillRect(column * cell, row * cell, cell, cell);
      } else if (inside) unread.push([column * cell, row * cell]);
    }
  }
  pen.globalAlpha = 1;
  if (!unread.length) return;
  hatch(pen, unread, cell, width, height, theme.ink);
  crossOut(pen, unread, cell, theme.ink);
}

/**
 * Whether a place of the padded line belongs to the picture.
 * @type {(axis: { before: number, size: number }, at: number) => boolean}
 */
const isInside = ({ before, size }, at) => at >= before && at < before + size;

/** @type {(pen: Pen, cells: Corner[], side: number, width: number, height: number, colour: string) => void} */
function hatch(pen, cells, side, width, height, colour) {
  pen.save();
  pen.beginPath();
  for (const [x, y] of cells) pen.rect(x, y, side, side);
  pen.clip();
  pen.beginPath();
  for (let x = -height; x < width; x += 5) {
    pen.moveTo(x, height);
    pen.lineTo(x + height, 0);
  }
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.35;
  pen.lineWidth = 0.8;
  pen.stroke();
  pen.restore();
}

/** @type {(pen: Pen, cells: Corner[], side: number, colour: string) => void} */
function crossOut(pen, cells, side, colour) {
  const [near, far] = [side * 0.3, side * 0.7];
  pen.beginPath();
  for (const [x, y] of cells) {
    pen.moveTo(x + near, y + near);
    pen.lineTo(x + far, y + far);
    pen.moveTo(x + far, y + near);
    pen.lineTo(x + near, y + far);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1, side / 22);
  pen.stroke();
}
