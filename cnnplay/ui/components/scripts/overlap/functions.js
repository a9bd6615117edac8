// The two received functions: samples between the received ones, their product, and the limits of the axes.
//
// What is drawn is linear in two numbers: `at`, the place among the received shifts, and `turn`, how far g is flipped,
// from 0 to 1. So the hatched area and the height of the dot agree in every frame, also in those between two shifts.

import { between, mix } from "../shared/scale.js";

/** @import { Point } from "../shared/scale.js" */

/** @typedef {"cross-correlation" | "convolution"} Operation */

/**
 * What overlap() in overlap.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number[]} x the positions of the samples, evenly spaced
 * @property {number[]} f
 * @property {number[]} g centred on 0
 * @property {number} step between two samples
 * @property {number[]} shifts
 * @property {Record<Operation, number[]>} results a value for each shift
 * @property {string} f_title
 * @property {string} g_title
 * @property {string} subject another one begins at its own start
 * @property {{ shift: number | null, flipped: boolean }} start null: near the left end
 */

/** @typedef {{ across: [number, number], upper: [number, number], lower: [number, number] }} Limits of the axes */

/** @param {boolean} flipped @returns {Operation} */
export const operationOf = (flipped) => (flipped ? "convolution" : "cross-correlation");

/**
 * g at a place on its own axis; outside of its samples it is 0.
 * @type {(data: Data, place: number) => number}
 */
function sample({ x, g, step }, place) {
  const at = (place - x[0]) / step;
  const whole = Math.round(at);
  return between(g, Math.abs(at - whole) < 1e-6 ? whole : at);
}

/**
 * The product of f and the moved g at every position.
 * @type {(data: Data, shift: number, turn: number) => number[]}
 */
export function product(data, shift, turn) {
  return data.x.map((t, index) => {
    const straight = turn < 1 ? sample(data, t - shift) : 0;
    const flipped = turn > 0 ? sample(data, shift - t) : 0;
    return data.f[index] * mix(straight, flipped, turn);
  });
}

/**
 * The result at a place among the received shifts.
 * @type {(data: Data, at: number, turn: number) => number}
 */
export const resultAt = ({ results }, at, turn) =>
  mix(between(results["cross-correlation"], at), between(results.convolution, at), turn);

/**
 * Whether flipping g changes nothing.
 * @param {Data} data
 */
export const isMirrored = (data) => data.x.every((t) => Math.abs(sample(data, t) - sample(data, -t)) < 1e-9);

/**
 * Samples as points, brought down to the axis at both ends.
 * @type {(xs: number[], ys: number[]) => Point[]}
 */
export const outline = (xs, ys) => [
  [xs[0], 0],
  ...xs.map((x, index) => /** @type {Point} */ ([x, ys[index]])),
  [xs[xs.length - 1], 0],
];

/**
 * g as it lies over f, from left to right, with the axis beside it out to the limits.
 * @type {(data: Data, shift: number, turn: number, limits: [number, number]) => Point[]}
 */
export function movedOutline({ x, g }, shift, turn, [low, high]) {
  const width = Math.cos(Math.PI * turn); // of g, as one sees it while it is turned over
  const points = outline(
    x.map((place) => shift + width * place),
    g,
  );
  if (points[0][0] > points[points.length - 1][0]) points.reverse();
  const [first, last] = [points[0][0], points[points.length - 1][0]];
  return [[Math.min(low, first), 0], ...points, [Math.max(high, last), 0]];
}

/**
 * The result from one place among the shifts to another.
 * @type {(data: Data, turn: number, visited: [number, number]) => Point[]}
 */
export function resultCurve(data, turn, [from, to]) {
  const end = (/** @type {number} */ at) => /** @type {Point} */ ([between(data.shifts, at), resultAt(data, at, turn)]);
  const inner = data.shifts.map((_, index) => index).filter((index) => index > from && index < to);
  return [end(from), ...inner.map(end), end(to)];
}

/** @param {number[]} values @returns {[number, number]} */
const extremes = (values) => [Math.min(...values), Math.max(...values)];

/**
 * The least and the largest of some values and 0, with a little room around them.
 * @param {number[]} values
 * @returns {[number, number]}
 */
function roomFor(values) {
  const [low, high] = extremes([0, ...values]);
  const room = 0.08 * (high - low) || 1;
  return [low < 0 ? low - room : 0, high > 0 ? high + room : low < 0 ? 0 : room];
}

/**
 * The limits of both plots: they hold whatever is moved or flipped, so nothing jumps.
 * @param {Data} data
 * @returns {Limits}
 */
export function measure({ x, f, g, shifts, results }) {
  const products = extremes(f).flatMap((a) => extremes(g).map((b) => a * b));
  return {
    across: extremes([...x, ...shifts]),
    upper: roomFor([...f, ...g, ...products]),
    lower: roomFor([...results["cross-correlation"], ...results.convolution]),
  };
}
