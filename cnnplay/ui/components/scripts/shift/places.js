// Where a digit is moved to, and which cells of a map that changes.

import { plural } from "../shared/format.js";
import { clamp } from "../shared/scale.js";

/** @import { Plane } from "../shared/pixels.js" */

/** @typedef {{ down: number, right: number }} Place in pixels from the middle */

/** @type {Place} */
export const MIDDLE = { down: 0, right: 0 };

/**
 * What a place is called in the data.
 * @param {Place} place
 */
export const nameOf = ({ down, right }) => `${down},${right}`;

/**
 * The nearest place within reach.
 * @type {(place: Place, reach: number) => Place}
 */
export const within = ({ down, right }, reach) => ({
  down: clamp(down, -reach, reach),
  right: clamp(right, -reach, reach),
});

/** @param {Place} place */
export function placeText({ down, right }) {
  const parts = [
    down && `${plural(Math.abs(down), "pixel")} ${down > 0 ? "down" : "up"}`,
    right && `${plural(Math.abs(right), "pixel")} to the ${right > 0 ? "right" : "left"}`,
  ];
  return parts.filter(Boolean).join(", ") || "In the middle";
}

/**
 * The cells [row, column] of a map that differ from those before by more than a tolerance.
 * @param {Plane} values
 * @param {Plane} before
 * @param {number} tolerance
 */
export const changedCells = (values, before, tolerance) =>
  values.flatMap((line, row) =>
    line.flatMap((value, column) => (Math.abs(value - before[row][column]) > tolerance ? [[row, column]] : [])),
  );
