// The axes of the curves: their limits, and the ticks of a logarithmic one.

import { clamp, linearTicks, niceStep, quantile } from "../shared/scale.js";

/** @import { MetricName, Reading } from "./data.js" */

const ROOM = 4; // the loss up to which every run is shown: well above that of guessing, 2.3
const OUTLYING = 2; // times the loss that nine tenths of the current run stay below
const SAMPLE = 4000; // readings: enough for a quantile, and quickly sorted
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** @param {number} integer */
const superscript = (integer) => String(integer).replace(/\d|-/g, (sign) => (sign === "-" ? "⁻" : SUPERSCRIPTS[+sign]));

/**
 * Ticks of a logarithmic axis, in log10: whole decades, thinned when there are many; 1-2-5 between them when few.
 * @param {number[]} limits
 */
export function logTicks([low, high]) {
  const span = high - low;
  const factors = span > 2 ? [1] : span > 0.7 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  return linearTicks([Math.floor(low), high], Math.max(1, Math.ceil(span / 6)))
    .flatMap((decade) => factors.map((factor) => decade + Math.log10(factor)))
    .filter((tick) => tick >= low - 1e-6 && tick <= high + 1e-6);
}

/**
 * The number at such a tick: 0.05, 20, 3·10⁻⁵.
 * @param {number} tick
 */
export function logLabel(tick) {
  const decade = Math.floor(tick + 1e-6);
  const factor = Math.round(10 ** (tick - decade));
  if (decade >= -3 && decade <= 3) return String(Number((factor * 10 ** decade).toPrecision(1)));
  return `${factor === 1 ? "" : `${factor}·`}10${superscript(decade)}`;
}

/**
 * The finite values of readings in rising order, an even sample of many; for a logarithmic axis in log10.
 * @param {Reading[]} readings
 * @param {boolean} log
 */
function sortedValues(readings, log) {
  const stride = Math.ceil(readings.length / SAMPLE) || 1;
  const count = Math.ceil(readings.length / stride);
  return Float64Array.from({ length: count }, (_, index) => readings[index * stride][1])
    .map((value) => (log ? Math.log10(value) : value))
    .filter(Number.isFinite)
    .sort();
}

/**
 * Up to where a linear axis of the loss goes at most. A run that diverged must not flatten the others: the axis is that
 * of the current run, without its own spikes.
 * @param {Reading[]} current its smoothed and test values in sight
 */
export function mostLoss(current) {
  const values = sortedValues(current, false);
  return values.length ? Math.max(ROOM, OUTLYING * quantile(values, 0.9)) : Infinity;
}

/**
 * The limits of a y axis; of a logarithmic one in log10. Smoothed and test values (`core`) fit in; spikes of
 * single steps (`raw`) may widen it by a quarter, no more. Above `most` a linear axis of the loss is cut.
 * @param {MetricName} name
 * @param {Reading[]} core
 * @param {Reading[]} raw
 * @param {{ log: boolean, zoomed: boolean, most?: number }} view
 * @returns {[number, number]}
 */
export function yLimits(name, core, raw, { log, zoomed, most = Infinity }) {
  const spikes = sortedValues(raw, log);
  const fitted = core.length ? sortedValues(core, log) : spikes;
  if (!fitted.length) return log ? [-2, 0.5] : name === "loss" ? [0, 2.5] : [0, 1];
  const cut = name === "loss" && !log ? most : Infinity;
  let [low, high] = [Math.min(fitted[0], cut), Math.min(fitted[fitted.length - 1], cut)];
  // From 0 to 100 %, so that a small gain looks small; zooming in makes it large.
  if (name === "accuracy" && !zoomed) return [0, 1];
  const room = Math.max(high - low, log ? 0.3 : 0.2 * high, 1e-9) / 4;
  if (spikes.length) {
    low = Math.min(low, Math.max(quantile(spikes, 0.02), low - room));
    high = Math.max(high, Math.min(quantile(spikes, 0.98), high + room));
  }
  if (log) return [Math.max(low, high - 9) - 0.08, high + 0.08];
  if (name === "loss" && (!zoomed || low < 0.4 * high)) low = 0;
  return snapped(
    low,
    high,
    name === "accuracy" ? 0.02 : Math.max(high * 1e-3, 1e-7),
    name === "accuracy" ? 1 : Infinity,
  );
}

/**
 * Limits moved out to half of a round step, so that the axis rests between updates.
 * @type {(low: number, high: number, least: number, most: number) => [number, number]}
 */
function snapped(low, high, least, most) {
  const half = niceStep(Math.max(high - low, least), 5) / 2;
  const top = Math.min(Math.max(Math.ceil(high / half - 1e-6) * half, half), most);
  return [clamp(Math.floor(low / half + 1e-6) * half, 0, Math.max(0, top - 2 * half)), top];
}
