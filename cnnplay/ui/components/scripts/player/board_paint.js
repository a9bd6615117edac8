// What rests on the player's boards: the picture with its padding, and the maps. Painted when data or theme change.

import { numberText } from "../shared/format.js";
import { inkOf, paintPixels, textOn } from "../shared/pixels.js";
import { cleared, readShade } from "./board.js";
import { isColourImage } from "./data.js";

const LEGIBLE = 22; // px: from this size on a cell holds its number

/** @type {(value: number | null, cell: number) => string} */
const short = (value, cell) => numberText(value ?? 0, cell < 34 ? 1 : 2);

/** @typedef {import("./data.js").Axis} Axis */
/** @typedef {import("./data.js").Slide} Slide */
/** @typedef {import("./data.js").Output} Output */
/** @typedef {import("./data.js").PlayerTheme} PlayerTheme */
/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./board_window.js").Box} Box */

function drawValues(pen, { cell }, values, style, [top, left]) {
  const tiny = document.createElement("canvas");
  paintPixels(tiny, values, style);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(tiny, left * cell, top * cell, tiny.width * cell, tiny.height * cell);
}

function drawNumbers(pen, { cell }, values, inkAt, font, [top, left]) {
  pen.font = `${Math.min(14, Math.round(cell * (cell < 34 ? 0.42 : 0.34)))}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  values.forEach((line, row) =>
    line.forEach((value, column) => {
      pen.fillStyle = inkAt(row, column);
      pen.fillText(short(value, cell), (left + column + 0.5) * cell, (top + row + 0.54) * cell);
    }),
  );
}

function drawLines(pen, { cell, rows, columns, width, height }) {
  if (cell < 7) return;
  pen.beginPath();
  for (let row = 1; row < rows; row += 1) pen.rect(0, row * cell - 0.25, width, 0.5);
  for (let column = 1; column < columns; column += 1) pen.rect(column * cell - 0.25, 0, 0.5, height);
  pen.fillStyle = "rgb(128 136 144 / 0.45)";
  pen.fill();
}

function drawDots(pen, { width, height }, colour) {
  pen.fillStyle = colour;
  for (let y = 2; y < height; y += 5) for (let x = (y % 2) * 2.5 + 1; x < width; x += 5) pen.fillRect(x, y, 1.2, 1.2);
}

/**
 * The padded picture. Padding is dotted paper, so that it is never taken for black pixels.
 * @param {Board} board
 * @param {Slide} slide
 * @param {number} channel
 * @param {PlayerTheme} theme
 */
export function paintInput(board, slide, channel, theme) {
  const { rows, columns, image } = slide;
  const { cell } = board;
  const pen = cleared(board, board.base);
  /** @type {[number, number]} */
  const corner = [rows.before, columns.before];
  /** @type {Box} */
  const frame = [columns.before * cell, rows.before * cell, columns.size * cell, rows.size * cell];
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, board.width, board.height);
  pen.globalAlpha = 0.5;
  drawDots(pen, board, theme.ink);
  pen.globalAlpha = 1;
  if (slide.kind === "windows") paintReads(pen, board, slide, theme, frame);
  else {
    const style = { scale: image.scale, range: image.range, dark: theme.dark };
    drawValues(pen, board, isColourImage(image) ? image.values : image.values[channel], style, corner);
  }
  drawLines(pen, board);
  if (cell >= LEGIBLE && slide.kind !== "windows") {
    const ink = (row, column) =>
      textOn(
        isColourImage(image)
          ? /** @type {any} */ (image.values.map((map) => inkOf(map[row][column], "grey", image.range)[0]))
          : inkOf(image.values[channel][row][column], image.scale, image.range, theme.dark),
      );
    drawNumbers(pen, board, image.values[channel], ink, theme.font, corner);
  }
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 1;
  pen.strokeRect(...frame);
}

/** By how many windows each cell is read, as a shade; pixels that none reads are hatched and crossed out. */
function paintReads(pen, { cell, width, height }, { rows, columns }, theme, frame) {
  pen.fillStyle = theme.paper;
  pen.fillRect(...frame);
  const most = Math.max(...rows.reads) * Math.max(...columns.reads);
  /** @type {[number, number][]} */
  const unread = [];
  rows.reads.forEach((down, row) =>
    columns.reads.forEach((right, column) => {
      const inside =
        row >= rows.before &&
        row < rows.before + rows.size &&
        column >= columns.before &&
        column < columns.before + columns.size;
      if (!down || !right) return inside && unread.push([column * cell, row * cell]);
      pen.globalAlpha = readShade(down * right, most);
      pen.fillStyle = theme.reads;
      return pen.fillRect(column * cell, row * cell, cell, cell);
    }),
  );
  pen.globalAlpha = 1;
  if (!unread.length) return;
  pen.save();
  pen.beginPath();
  for (const [x, y] of unread) pen.rect(x, y, cell, cell);
  pen.clip();
  pen.beginPath();
  for (let x = -height; x < width; x += 5) {
    pen.moveTo(x, height);
    pen.lineTo(x + height, 0);
  }
  pen.strokeStyle = theme.ink;
  pen.globalAlpha = 0.35;
  pen.lineWidth = 0.8;
  pen.stroke();
  pen.restore();
  const near = cell * 0.3;
  const far = cell * 0.7;
  pen.beginPath();
  for (const [x, y] of unread) {
    pen.moveTo(x + near, y + near);
    pen.lineTo(x + far, y + far);
    pen.moveTo(x + far, y + near);
    pen.lineTo(x + near, y + far);
  }
  pen.strokeStyle = theme.ink;
  pen.lineWidth = Math.max(1, cell / 22);
  pen.stroke();
}

/** @type {(board: Board, output: Output, theme: PlayerTheme) => void} */
export function paintOutput(board, { values, scale, range }, theme) {
  const pen = cleared(board, board.base);
  const { cell, rows, columns, width, height } = board;
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, width, height);
  if (values) {
    drawValues(pen, board, values, { scale, range, dark: theme.dark }, [0, 0]);
    const ink = (row, column) => textOn(inkOf(values[row][column], scale, range, theme.dark));
    if (cell >= LEGIBLE) drawNumbers(pen, board, values, ink, theme.font, [0, 0]);
  } else {
    pen.globalAlpha = 0.28;
    pen.fillStyle = theme.reads;
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1) {
        pen.fillRect(column * cell + 0.5, row * cell + 0.5, cell - 1, cell - 1);
      }
    pen.globalAlpha = 1;
  }
  if (values) drawLines(pen, board);
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 0.5;
  pen.strokeRect(0, 0, width, height);
}
