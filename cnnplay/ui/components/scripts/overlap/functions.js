// The two received functions: samples between the received ones, their product, and the limits of the axes.

import { between, mix } from "../shared/scale.js";

export const NAMES = ["cross-correlation", "convolution"]; // by `flipped`

/** g where f is sampled: `position` is where on g's own axis that is; outside its samples g is 0. */
function sample({ x, g, step }, position) {
  const place = (position - x[0]) / step;
  const whole = Math.round(place);
  return between(g, Math.abs(place - whole) < 1e-6 ? whole : place);
}

/** The product of f and the moved g at every position, with g flipped by `turn` from 0 to 1. */
export function product(data, shift, turn) {
  return data.x.map((t, index) => {
    const straight = turn < 1 ? sample(data, t - shift) : 0;
    const flipped = turn > 0 ? sample(data, shift - t) : 0;
    return data.f[index] * mix(straight, flipped, turn);
  });
}

export const resultAt = ({ results }, at, turn) =>
  mix(between(results[NAMES[0]], at), between(results[NAMES[1]], at), turn);

const isMirrored = (data) => data.x.every((t) => Math.abs(sample(data, t) - sample(data, -t)) < 1e-9);

/** [least, largest] of some values and 0, with a little air around them. */
function range(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const air = 0.08 * (high - low) || 1;
  return [low < 0 ? low - air : 0, high > 0 ? high + air : low < 0 ? 0 : air];
}

/** The limits of both plots: they hold whatever is moved or flipped, so nothing jumps. */
export function measure(data) {
  const { x, f, g, shifts, results } = data;
  const extremes = (values) => [Math.min(...values), Math.max(...values)];
  const products = extremes(f).flatMap((a) => extremes(g).map((b) => a * b));
  return {
    across: extremes([...x, ...shifts]),
    upper: range([...f, ...g, ...products]),
    lower: range(NAMES.flatMap((name) => results[name])),
    mirrored: isMirrored(data),
  };
}

/** @type {(state: any, plot: any, point: number[]) => import("../shared/scale.js").Point} */
export const place = (state, plot, [x, y]) => [state.toPixel(x), plot.toY(y)];

// The samples as points, brought down to the axis at both ends.
/** @type {(xs: number[], ys: number[]) => number[][]} */
export const outline = (xs, ys) => [[xs[0], 0], ...xs.map((x, index) => [x, ys[index]]), [xs[xs.length - 1], 0]];
