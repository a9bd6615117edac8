// A picture of numbers: its shape, its size on the screen, and its numbers in words.

import { channelsText, isColour, shapeOf as shapeOfValues } from "../shared/colour.js";
import { numberText } from "../shared/format.js";
import { clamp } from "../shared/scale.js";

/** @import { Picture as Stored } from "../shared/bytes.js" */
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

/**
 * A picture as Python sends it: with its values, or, of a stored picture, with a byte for each.
 * @typedef {Omit<Picture, "values"> & { values?: Plane | Plane[], stored?: Stored }} Sent
 */

/** @typedef {[number, number]} Cell row and column, from 0 */

/** @param {Sent} picture @returns {Picture} */
export const withValues = (picture) => ({ ...picture, values: picture.values ?? valuesOf(picture.stored) });

/**
 * The numbers of a stored picture, from 0 to 1.
 * @param {Stored} [stored]
 * @returns {Plane | Plane[]}
 */
export function valuesOf(stored) {
  if (!stored) return [];
  const bytes = atob(stored.pixels);
  const [rows, columns, channels] = stored.shape;
  const planes = Array.from({ length: channels }, (_, channel) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from(
        { length: columns },
        (_, column) => bytes.charCodeAt((row * columns + column) * channels + channel) / 255,
      ),
    ),
  );
  return channels === 1 ? planes[0] : planes;
}

const LEAST_SIDE = 5; // px: a picture of one row is still to be seen
const FIRST = 1; // people count rows from 1

/** @param {Picture} picture @returns {[number, number]} rows and columns */
export const shapeOf = ({ values }) => shapeOfValues(values);

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
  if (isColour(values)) return channelsText(values.map((channel) => channel[row][column]));
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
