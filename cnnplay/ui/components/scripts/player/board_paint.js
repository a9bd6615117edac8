// What rests on the player's boards: the picture with its padding, and the maps. Painted when data or theme change.

import { mixed } from "../shared/colour.js";
import { make } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { inkOf, paintPixels, textOn } from "../shared/pixels.js";
import { paintReads } from "./board_reads.js";
import { isColourImage } from "./data.js";

/** @import { Plane, Scale, Style } from "../shared/pixels.js" */
/** @import { Board } from "./board.js" */
/** @import { Output, Picture, PlayerTheme, Slide } from "./data.js" */

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {Picture<Plane[]>} Image */
/** @typedef {[number, number]} Corner row and column of the board where values begin */
/** @typedef {(row: number, column: number) => string} InkAt */

const LEGIBLE = 22; // px: from this size on a cell holds its number
const LINED = 7; // px: from this size on cells have lines between them
const LINE = "rgb(128 136 144 / 0.45)";

/**
 * The padded picture. Padding is dotted paper, so that it is never taken for black pixels.
 * @type {(board: Board, slide: Slide, channel: number, theme: PlayerTheme) => void}
 */
export function paintInput(board, slide, channel, theme) {
  const { rows, columns } = slide;
  const { cell } = board;
  const pen = board.clear(board.base);
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, board.width, board.height);
  pen.globalAlpha = 0.5;
  drawDots(pen, board, theme.ink);
  pen.globalAlpha = 1;
  if (slide.kind === "windows") paintReads(pen, board, slide, theme);
  else drawImage(pen, board, slide.image, channel, theme, [rows.before, columns.before]);
  drawLines(pen, board);
  if (slide.kind !== "windows" && cell >= LEGIBLE)
    drawImageNumbers(pen, board, slide.image, channel, theme, [rows.before, columns.before]);
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 1;
  pen.strokeRect(columns.before * cell, rows.before * cell, columns.size * cell, rows.size * cell);
}

/** @type {(pen: Pen, board: Board, image: Image, channel: number, theme: PlayerTheme, corner: Corner) => void} */
function drawImage(pen, board, image, channel, { dark }, corner) {
  const style = { scale: image.scale, range: image.range, dark };
  drawValues(pen, board, isColourImage(image) ? image.values : image.values[channel], style, corner);
}

/** @type {(pen: Pen, board: Board, image: Image, channel: number, theme: PlayerTheme, corner: Corner) => void} */
function drawImageNumbers(pen, board, image, channel, { dark, font }, corner) {
  const { values, scale, range } = image;
  /** @type {InkAt} */
  const ink = (row, column) =>
    isColourImage(image)
      ? textOn(
          mixed(
            values.map((map) => map[row][column]),
            range,
          ),
        )
      : textOn(inkOf(values[channel][row][column], scale, range, dark));
  drawNumbers(pen, board, values[channel], ink, font, corner);
}

/** @type {(board: Board, output: Output<Plane | null>, theme: PlayerTheme) => void} */
export function paintOutput(board, { values, scale, range }, theme) {
  const { dark, font } = theme;
  const { width, height } = board;
  const pen = board.clear(board.base);
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, width, height);
  if (values) {
    /** @type {InkAt} */
    const ink = (row, column) => textOn(inkOf(values[row][column], scale, range, dark));
    drawValues(pen, board, values, { scale, range, dark }, [0, 0]);
    if (board.cell >= LEGIBLE) drawNumbers(pen, board, values, ink, font, [0, 0]);
    drawLines(pen, board);
  } else drawEmptyCells(pen, board, theme.reads);
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 0.5;
  pen.strokeRect(0, 0, width, height);
}

/** @type {(pen: Pen, board: Board, values: Plane | Plane[], style: Style, corner: Corner) => void} */
function drawValues(pen, { cell }, values, style, [top, left]) {
  const pixels = make("canvas");
  paintPixels(pixels, values, style);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(pixels, left * cell, top * cell, pixels.width * cell, pixels.height * cell);
}

/** @type {(pen: Pen, board: Board, values: Plane, inkAt: InkAt, font: string, corner: Corner) => void} */
function drawNumbers(pen, { cell }, values, inkAt, font, [top, left]) {
  const small = cell < 34;
  pen.font = `${Math.min(14, Math.round(cell * (small ? 0.42 : 0.34)))}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const [row, line] of values.entries()) {
    for (const [column, value] of line.entries()) {
      pen.fillStyle = inkAt(row, column);
      pen.fillText(numberText(value ?? 0, small ? 1 : 2), (left + column + 0.5) * cell, (top + row + 0.54) * cell);
    }
  }
}

/** @type {(pen: Pen, board: Board) => void} */
function drawLines(pen, { cell, rows, columns, width, height }) {
  if (cell < LINED) return;
  pen.beginPath();
  for (let row = 1; row < rows; row += 1) pen.rect(0, row * cell - 0.25, width, 0.5);
  for (let column = 1; column < columns; column += 1) pen.rect(column * cell - 0.25, 0, 0.5, height);
  pen.fillStyle = LINE;
  pen.fill();
}

/** @type {(pen: Pen, board: Board, colour: string) => void} */
function drawDots(pen, { width, height }, colour) {
  pen.fillStyle = colour;
  for (let y = 2; y < height; y += 5) for (let x = (y % 2) * 2.5 + 1; x < width; x += 5) pen.fillRect(x, y, 1.2, 1.2);
}

/** The cells of a map without numbers. @type {(pen: Pen, board: Board, colour: string) => void} */
function drawEmptyCells(pen, { cell, rows, columns }, colour) {
  pen.globalAlpha = 0.28;
  pen.fillStyle = colour;
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      pen.fillRect(column * cell + 0.5, row * cell + 0.5, cell - 1, cell - 1);
  pen.globalAlpha = 1;
}
