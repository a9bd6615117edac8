// The cells of the kernel: inputs where it can be edited, in a grid.

import { make } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { css, inkOf, textOn } from "../shared/pixels.js";
import { clamp } from "../shared/scale.js";

/** @import { Plane } from "../shared/pixels.js" */

export const LEAST_WEIGHT = 26; // px: a cell of the kernel
const LARGEST_WEIGHT = 56;
const MANY = 25; // cells: of more, Tab stops at one only, and arrow keys lead to the others

/**
 * Sizes of a cell and of its text, in pixels.
 * @type {(width: number, columns: number, coarse: boolean) => { cell: number, text: number }}
 */
export function sizesFor(width, columns, coarse) {
  const cell = clamp(Math.floor(width / columns) - 1, LEAST_WEIGHT, LARGEST_WEIGHT);
  const text = cell >= 48 ? (coarse ? 16 : 14) : cell >= 38 ? 13 : cell >= 33 ? 12 : cell >= 28 ? 10 : 9;
  return { cell, text };
}

/** Whether a map has more weights than Tab should stop at. @param {Plane} map */
export const isLarge = (map) => map.length * map[0].length > MANY;

/** @type {(row: number, column: number, map: Plane) => HTMLInputElement} */
function makeInput(row, column, map) {
  const input = make("input", {
    "data-row": row,
    "data-column": column,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    enterkeyhint: "done",
    spellcheck: "false",
  });
  if (isLarge(map) && row + column) input.tabIndex = -1;
  return input;
}

/** The cells of a map, row by row. @type {(map: Plane, editable: boolean) => HTMLElement[]} */
export const makeCells = (map, editable) =>
  map.flatMap((line, row) =>
    line.map((_, column) =>
      editable ? makeInput(row, column, map) : make("span", { "data-row": row, "data-column": column, role: "img" }),
    ),
  );

/** @param {HTMLElement} cell @returns {[number, number]} row and column */
export const placeOf = ({ dataset }) => [Number(dataset.row), Number(dataset.column)];

/** What is written in a cell. @param {HTMLElement} cell */
export const textOf = (cell) => (cell instanceof HTMLInputElement ? cell.value : (cell.textContent ?? ""));

/** Whether something else is written in it than was shown. @param {HTMLElement} cell */
export const isChanged = (cell) => textOf(cell) !== cell.dataset.shown;

/**
 * Show a weight.
 * @param {HTMLElement} cell
 * @param {number} value
 * @param {{ digits: number, range: number, dark: boolean }} look
 */
export function showWeight(cell, value, { digits, range, dark }) {
  const colour = inkOf(value, "signed", range, dark);
  const text = numberText(value, digits);
  if (cell instanceof HTMLInputElement) cell.value = text;
  else cell.textContent = text;
  cell.dataset.shown = text;
  cell.style.background = css(colour);
  cell.style.color = textOn(colour);
}
