// The line's place among the received angles, and what the filters answer to it. Between two angles, while it plays,
// pictures and sums are mixed from both: a sum of products is linear in the picture, so the mix is true.

import { mix, nearestIndex } from "../shared/scale.js";

/** @import { Plane } from "../shared/pixels.js" */

/**
 * What orientations() in orientations.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number[]} angles of the line, in degrees anticlockwise from horizontal, rising and evenly spaced
 * @property {Plane[]} lines a picture from 0 to 1 for each angle
 * @property {Filter[]} filters
 * @property {number} kernel_range the weight shown at full strength
 * @property {number[][]} responses [filter][angle]
 * @property {string} subject another one begins at its own start
 * @property {{ angle: number, filter: number | null }} start where the line lies, and the filter that lies on it
 */

/** @typedef {{ angle: number, title: string, kernel: Plane }} Filter */

/** @param {Data} data */
export const lastAngle = ({ angles }) => angles[angles.length - 1];

/**
 * Degrees between two received angles.
 * @param {Data} data
 */
export const pitch = ({ angles }) => (angles.length > 1 ? angles[1] - angles[0] : 0);

/**
 * Half a turn or a whole one, if the angles go round; 0 where they end before.
 * @param {number[]} angles
 */
export function period(angles) {
  const span = (angles[angles.length - 1] - angles[0]) * (1 + 1 / Math.max(1, angles.length - 1));
  return [180, 360].find((turn) => Math.abs(turn - span) < 1e-6) ?? 0;
}

/**
 * The two received angles around a place, and how far it is from the one to the other.
 * @type {(data: Data, at: number) => [number, number, number]}
 */
function around({ angles }, at) {
  const low = Math.floor(at);
  return [low % angles.length, (low + 1) % angles.length, at - low];
}

/**
 * The sum of a filter's products at a place.
 * @type {(data: Data, at: number, filter: number) => number}
 */
export function answerAt(data, at, filter) {
  const [low, high, share] = around(data, at);
  const row = data.responses[filter];
  return share ? mix(row[low], row[high], share) : row[low];
}

/** @type {(data: Data, at: number) => Plane} */
export function pictureAt(data, at) {
  const [low, high, share] = around(data, at);
  const { lines } = data;
  if (!share) return lines[low];
  return lines[low].map((row, y) => row.map((value, x) => mix(value, lines[high][y][x], share)));
}

/**
 * The received angle that is nearest to a place.
 * @type {(data: Data, at: number) => number}
 */
export const indexAt = ({ angles }, at) => Math.round(at) % angles.length;

/**
 * The line's angle at a place, in degrees.
 * @type {(data: Data, at: number) => number}
 */
export function angleAt(data, at) {
  const [low, , share] = around(data, at);
  return data.angles[low] + share * pitch(data);
}

/**
 * The filter that answers most at a received angle.
 * @type {(data: Data, index: number) => number}
 */
export function winnerAt({ responses }, index) {
  const answers = responses.map((row) => row[index]);
  return answers.indexOf(Math.max(...answers));
}

/**
 * The place of the received angle that is nearest to one on the screen. A line at 179° lies beside one at 0°.
 * @type {(data: Data, angle: number) => number}
 */
export function nearestAngle(data, angle) {
  const turn = period(data.angles) || (lastAngle(data) > 180 ? 360 : 180);
  return nearestIndex(data.angles, angle, (one) => {
    const distance = (((one - angle) % turn) + turn) % turn;
    return Math.min(distance, turn - distance);
  });
}

/**
 * The part of a picture that a kernel lies on: its middle.
 * @type {(picture: Plane, kernel: Plane) => { top: number, left: number, values: Plane }}
 */
export function under(picture, kernel) {
  const top = Math.floor((picture.length - kernel.length) / 2);
  const left = Math.floor((picture[0].length - kernel[0].length) / 2);
  const values = picture.slice(top, top + kernel.length).map((row) => row.slice(left, left + kernel[0].length));
  return { top, left, values };
}

/** @type {(one: Plane, other: Plane) => Plane} */
export const products = (one, other) => one.map((row, y) => row.map((value, x) => value * other[y][x]));
