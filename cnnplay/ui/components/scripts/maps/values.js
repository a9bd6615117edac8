// A picture of numbers: its shape, its size on the screen, and its numbers in words.

import { numberText } from "../shared/format.js";
import { isColour } from "../shared/pixels.js";
import { clamp } from "../shared/scale.js";

/** @import { Plane, Scale } from "../shared/pixels.js" */

/**
 * @typedef {object} Picture
 * @property {string} id
 * @property {Plane | Plane[]} values of one channel, or of three
 * @property {Scale} scale
 * @property {number} range
 * @property {string} [title]
 * @property {string} [caption]
 * @property {boolean} [numbers] written into the cells, where these are large enough
 * @property {Cell[]} [marks] outlined cells
 * @property {Cell[]} [hatched] cells struck through
 * @property {number} [size] of its own
 * @property {boolean} [chosen]
 */

/** @typedef {[number, number]} Cell row and column, from 0 */

const LEAST_SIDE = 5; // px: a picture of one row is still to be seen
const FIRST = 1; // people count rows from 1
const RGB = ["red", "green", "blue"];

/** @param {Picture} picture @returns {[number, number]} rows and columns */
export function shapeOf({ values }) {
  const channel = isColour(values) ? values[0] : values;
  return [channel.length, channel[0].length];
}

/**
 * The width and height of a picture: whole device pixels a cell where it has room for them.
 * @param {[number, number]} shape
 * @param {number} side the longer one, at most
 * @param {number} dots device pixels in a CSS pixel
 */
export function sizeOf([rows, columns], side, dots) {
  const exact = side / Math.max(rows, columns);
  const cell = Math.floor(exact * dots + 1e-6) / dots || exact;
  return { width: Math.max(LEAST_SIDE, columns * cell), height: Math.max(LEAST_SIDE, rows * cell) };
}

/** The nearest cell of a picture. @type {(cell: number[], shape: [number, number]) => Cell} */
export const within = ([row, column], [rows, columns]) => [clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)];

/** @type {(picture: Picture, cell: Cell) => string} */
function valueText({ values, scale }, [row, column]) {
  if (isColour(values))
    return values.map((channel, index) => `${RGB[index] ?? index} ${numberText(channel[row][column], 2)}`).join(", ");
  const value = values[row][column];
  if (typeof value !== "number") return "nothing";
  return numberText(value, Math.abs(value) < 0.1 && scale === "signed" ? 4 : 3);
}

/** @type {(picture: Picture, cell: Cell) => string} */
export const cellText = (picture, cell) =>
  `row ${cell[0] + FIRST}, column ${cell[1] + FIRST}: ${valueText(picture, cell)}`;

/** A picture in words. @type {(picture: Picture, choosable: boolean) => string} */
export function describe(picture, choosable) {
  const parts = [
    picture.title || "picture",
    `${shapeOf(picture).join(" × ")} numbers`,
    picture.caption,
    picture.chosen && "chosen",
    choosable && "Enter chooses it",
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * Where a marked cell has no marked neighbour: the sides of one outline around cells that touch, each from a corner of
 * the grid to another, [row, column, row, column].
 * @param {Cell[]} cells
 */
export function outlineOf(cells) {
  const marked = new Set(cells.map(String));
  return cells.flatMap(([row, column]) =>
    [
      { neighbour: [row - 1, column], side: [row, column, row, column + 1] },
      { neighbour: [row + 1, column], side: [row + 1, column, row + 1, column + 1] },
      { neighbour: [row, column - 1], side: [row, column, row + 1, column] },
      { neighbour: [row, column + 1], side: [row, column + 1, row + 1, column + 1] },
    ]
      .filter(({ neighbour }) => !marked.has(String(neighbour)))
      .map(({ side }) => side),
  );
}
