// Where a window stands: what it reads there, where it is on its way, and which one a pointer means.

import { nearestIndex } from "../shared/scale.js";
import { span } from "./data.js";

/** @import { Axis, Place, Slide } from "./data.js" */

/** @typedef {{ inside: boolean, value: number }} Read a pixel under the window; outside of the picture it is padding */

/**
 * What the window at a place reads of a channel, row by row.
 * @type {(slide: Slide, place: Place, channel: number) => Read[]}
 */
export function readWindow({ rows, columns, image }, place, channel) {
  return rows.taps.flatMap((down) =>
    columns.taps.map((right) => {
      const row = rows.starts[place.row] + down;
      const column = columns.starts[place.column] + right;
      const inside = row >= 0 && row < rows.size && column >= 0 && column < columns.size;
      return { inside, value: inside ? (image.values?.[channel]?.[row][column] ?? 0) : 0 };
    }),
  );
}

/**
 * The first cell of a window that may be on its way between two places, in cells of the padded line.
 * @type {(axis: Axis, place: number) => number}
 */
export function startAt({ before, starts }, place) {
  const [from, to] = [starts[Math.floor(place)], starts[Math.ceil(place)]];
  return before + from + (place - Math.floor(place)) * (to - from);
}

/**
 * Where the window is drawn: on its way along the row, or back to the beginning of the next one.
 * @param {Place} place
 * @param {number} ahead from 0 to 1
 * @param {{ height: number, width: number }} map
 * @param {boolean} hurried then it leaps to the next row
 * @returns {Place}
 */
export function onItsWay({ row, column }, ahead, { height, width }, hurried) {
  if (column + 1 < width) return { row, column: column + ahead };
  if (row + 1 === height || (hurried && width > 1)) return { row, column };
  return { row: row + ahead, column: column * (1 - ahead) };
}

/**
 * The window whose middle is nearest to a place on the padded line.
 * @type {(axis: Axis, at: number) => number}
 */
export const windowAt = (axis, at) => nearestIndex(axis.starts, at - axis.before - axis.taps[0] - span(axis) / 2);
