// Numbers on a line: limits, ticks, the nearest of several, and paths through points.

/** @typedef {[number, number]} Point */

/** @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** @type {(from: number, to: number, share: number) => number} */
export const mix = (from, to, share) => from + share * (to - from);

/**
 * A way that sets out gently and arrives gently.
 * @param {number} share of the time, from 0 to 1
 */
export const smooth = (share) => share * share * (3 - 2 * share);

/**
 * A function that takes one interval to another; the ends may be in falling order.
 * @type {(from: number[], to: number[]) => (value: number) => number}
 */
export const linear =
  ([from, until], [start, end]) =>
  (value) =>
    start + ((end - start) * (value - from)) / (until - from || 1);

/** @param {number[]} numbers */
export const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/**
 * Evenly spaced samples at a place between two of them; 0 beyond their ends.
 * @param {ArrayLike<number>} values
 * @param {number} at
 */
export function between(values, at) {
  const low = Math.floor(at);
  const share = at - low;
  return share ? mix(values[low] ?? 0, values[low + 1] ?? 0, share) : (values[low] ?? 0);
}

/**
 * The index of the value nearest to one; of two equally near, the first.
 * @param {ArrayLike<number>} values
 * @param {number} wanted
 */
export function nearestIndex(values, wanted, distance = (/** @type {number} */ value) => Math.abs(value - wanted)) {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) {
    if (distance(values[index]) < distance(values[best])) best = index;
  }
  return best;
}

/**
 * The index of the first of some rising values that is not below one; their count where all are.
 * @param {number} count
 * @param {(index: number) => number} valueAt
 * @param {number} wanted
 */
export function lowerBound(count, valueAt, wanted) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The smallest of 1, 2 and 5 times a power of ten that cuts a span into at most `count` steps.
 * @param {number} span
 * @param {number} count
 */
export function niceStep(span, count) {
  const power = 10 ** Math.floor(Math.log10(span / count));
  const factor = [1, 2, 5, 10].find((one) => one * power >= (span / count) * (1 - 1e-9)) ?? 10;
  return power * factor;
}

/**
 * The multiples of a step within limits.
 * @param {number[]} limits
 * @param {number} step
 */
export function linearTicks([low, high], step) {
  const first = Math.ceil(low / step - 1e-6);
  const count = Math.floor(high / step + 1e-6) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => (first + index) * step);
}

/**
 * How many digits after the point tell the multiples of a step apart.
 * @param {number} step
 */
export const decimals = (step) => clamp(-Math.floor(Math.log10(step) + 1e-6), 0, 8);

/**
 * A value below which a share of some sorted values lies.
 * @param {ArrayLike<number>} sorted
 * @param {number} share
 */
export const quantile = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))];

/**
 * An SVG path through points; nothing through none.
 * @param {Point[]} points
 */
export const pathThrough = (points) =>
  points.length ? `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}` : "";
