// What lies over the pixels of a picture: grid, numbers, marks, the strokes through what is padding, and the cursor.

import { resize, rimmed } from "../shared/canvas.js";
import { isColour } from "../shared/colour.js";
import { numberText } from "../shared/format.js";
import { inkOf, textOn } from "../shared/pixels.js";
import { clamp } from "../shared/scale.js";
import { outlineOf, shapeOf } from "./values.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Cell, Picture } from "./values.js" */

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {{ x: number, y: number }} Side of a cell, in pixels */
/** @typedef {{ width: number, height: number }} Size of a picture */

const ROOM_FOR_NUMBERS = 20; // px: a cell that takes a number
const ROOM_FOR_GRID = 12; // px: cells that are told apart by lines
const LARGEST_NUMBER = 15; // px
const LEAST_CURSOR = 7; // px: what can be seen
const FAINT = "rgb(128 136 144 / 0.32)";
const PLAIN = "rgb(128 136 144 / 0.9)";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {Size} size
 * @param {Theme} theme
 * @param {Cell | null} cursor
 */
export function paintOver(canvas, picture, size, theme, cursor) {
  const [rows, columns] = shapeOf(picture);
  const pen = resize(canvas, size.width, size.height);
  const side = { x: size.width / columns, y: size.height / rows };
  const shorter = Math.min(side.x, side.y);
  if (shorter >= ROOM_FOR_GRID) drawGrid(pen, side, size, [rows, columns]);
  for (const cell of picture.hatched ?? []) strike(pen, side, cell);
  if (picture.numbers && !isColour(picture.values) && shorter >= ROOM_FOR_NUMBERS)
    drawNumbers(pen, side, picture.values, picture, theme);
  if (picture.marks?.length) drawMarks(pen, side, picture.marks, theme);
  if (cursor) drawCursor(pen, side, cursor, theme);
}

/** @type {(pen: Pen, side: Side, size: Size, shape: [number, number]) => void} */
function drawGrid(pen, side, { width, height }, [rows, columns]) {
  pen.fillStyle = FAINT;
  for (let row = 1; row < rows; row += 1) pen.fillRect(0, Math.round(row * side.y) - 0.5, width, 1);
  for (let column = 1; column < columns; column += 1) pen.fillRect(Math.round(column * side.x) - 0.5, 0, 1, height);
}

/** Strokes through a cell, which go on from cell to cell. @type {(pen: Pen, side: Side, cell: Cell) => void} */
function strike(pen, side, [row, column]) {
  const [x, y] = [column * side.x, row * side.y];
  const reach = side.x + side.y;
  const step = clamp(reach / 4, 4, 7);
  pen.save();
  pen.beginPath();
  pen.rect(x, y, side.x, side.y);
  pen.clip();
  pen.strokeStyle = PLAIN;
  pen.beginPath();
  for (let along = Math.ceil((x + y) / step) * step - x - y; along < reach; along += step) {
    pen.moveTo(x + along, y);
    pen.lineTo(x + along - side.y, y + side.y);
  }
  pen.stroke();
  pen.restore();
}

/**
 * Numbers of one size and one precision.
 * @type {(pen: Pen, side: Side, values: Plane, picture: Picture, theme: Theme) => void}
 */
function drawNumbers(pen, side, values, { scale, range }, { dark, font }) {
  const numbers = values.flat().filter((value) => typeof value === "number");
  const fitting = fitNumbers(pen, side, numbers, font);
  if (!fitting) return;
  const { size, digits } = fitting;
  pen.font = `${size}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const [row, line] of values.entries()) {
    for (const [column, value] of line.entries()) {
      if (typeof value !== "number") continue;
      pen.fillStyle = textOn(inkOf(value, scale, range, dark));
      pen.fillText(numberText(value, digits), (column + 0.5) * side.x, (row + 0.5) * side.y + size * 0.05);
    }
  }
}

/**
 * As many digits as fit, but none smaller than can be read; nothing where not even whole numbers fit.
 * @type {(pen: Pen, side: Side, numbers: number[], font: string) => { size: number, digits: number } | null}
 */
function fitNumbers(pen, side, numbers, font) {
  const largest = Math.min(LARGEST_NUMBER, side.y * 0.5);
  pen.font = `${largest}px ${font}`;
  for (const digits of [2, 1, 0]) {
    const widest = Math.max(...numbers.map((value) => pen.measureText(numberText(value, digits)).width));
    const size = Math.min(largest, (largest * (side.x - 6)) / widest);
    if (size >= (digits ? 9 : 7)) return { size, digits };
  }
  return null;
}

/** One outline around marked cells that touch. @type {(pen: Pen, side: Side, marks: Cell[], theme: Theme) => void} */
function drawMarks(pen, side, marks, { ink, paper }) {
  const edges = new Path2D();
  for (const [row, column, endRow, endColumn] of outlineOf(marks)) {
    edges.moveTo(column * side.x, row * side.y);
    edges.lineTo(endColumn * side.x, endRow * side.y);
  }
  pen.lineCap = "square";
  const rims = [
    { colour: paper, width: 4 },
    { colour: ink, width: 2 },
  ];
  rimmed(pen, rims, () => pen.stroke(edges));
}

/** A frame around a cell. @type {(pen: Pen, side: Side, cell: Cell, theme: Theme) => void} */
function drawCursor(pen, side, [row, column], { accent, paper }) {
  const [width, height] = [side.x, side.y].map((length) => Math.max(length + 2, LEAST_CURSOR));
  const x = (column + 0.5) * side.x - width / 2;
  const y = (row + 0.5) * side.y - height / 2;
  const rims = [
    { colour: paper, width: 5 },
    { colour: accent, width: 2.5 },
  ];
  rimmed(pen, rims, () => pen.strokeRect(x, y, width, height));
}
