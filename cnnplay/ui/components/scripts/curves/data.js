// The runs that the curves show: what is read from them, and their numbers in words.

import { grouped, percentText } from "../shared/format.js";
import { lowerBound } from "../shared/scale.js";

/** @typedef {[number, number]} Reading a step and the value there */
/** @typedef {"raw" | "smooth" | "test"} Kind */
/** @typedef {Record<Kind, Reading[]>} Metric each sorted by step */
/** @typedef {"loss" | "accuracy"} MetricName */
/** @typedef {"epoch" | "step"} Unit of the x axis */

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} label
 * @property {number} colour 0 to 7, an index into the theme's categorical colours
 * @property {boolean} current
 * @property {number} epoch_steps
 * @property {Metric} loss
 * @property {Metric} accuracy between 0 and 1
 */

/**
 * What live_curves() in curves.py sends.
 * @typedef {object} Data
 * @property {Run[]} runs
 * @property {number} total_steps the planned length of the current run
 * @property {boolean} live whether it still trains
 * @property {string} waiting what to say while there is nothing to draw
 * @property {boolean} removable
 */

/**
 * What the panels show; curves.js owns it.
 * @typedef {object} View
 * @property {Run[]} runs the current one first
 * @property {Unit} unit of the x axis
 * @property {boolean} log whether the loss axis is logarithmic
 * @property {[number, number]} range of x, in the unit
 * @property {boolean} zoomed
 * @property {boolean} waiting whether there is nothing to draw yet
 * @property {number | null} cursor a place on x, in the unit
 * @property {import("../shared/theme.js").Theme & { palette: string[], quiet: string, hairline: string }} theme
 */

/** @param {Reading[]} readings */
const finite = (readings) => readings.filter(([step, value]) => Number.isFinite(step) && Number.isFinite(value));

/** @param {Metric} metric */
const finiteMetric = ({ raw, smooth, test }) => ({
  raw: finite(raw),
  smooth: finite(smooth),
  test: finite(test),
});

/**
 * Runs without readings that are no numbers, the current one first.
 * @param {Run[]} runs
 * @returns {Run[]}
 */
export const cleanRuns = (runs) =>
  runs
    .map((run) => ({
      ...run,
      epoch_steps: run.epoch_steps || 1,
      loss: finiteMetric(run.loss),
      accuracy: finiteMetric(run.accuracy),
    }))
    .sort((one, other) => Number(other.current) - Number(one.current));

/** @param {Metric} metric */
export const trained = (metric) => (metric.smooth.length ? metric.smooth : metric.raw);

/**
 * The value of the last reading.
 * @param {Reading[]} readings
 */
export const lastValue = (readings) => readings.at(-1)?.[1];

/** @param {Run} run */
export const lastStep = (run) => trained(run.loss).at(-1)?.[0] ?? 0;

/**
 * How many steps are one unit of the x axis.
 * @param {Run} run
 * @param {Unit} unit
 */
export const stepsPer = (run, unit) => (unit === "epoch" ? run.epoch_steps : 1);

/** Names a run where colour alone would have to. @param {Run} run */
export const letterOf = (run) => String.fromCharCode(65 + run.colour);

/** @param {Reading[]} readings @param {number} step */
const firstFrom = (readings, step) => lowerBound(readings.length, (index) => readings[index][0], step);

/**
 * The readings from one step to another, and `margin` more on either side, so that lines lead out of sight.
 * @param {Reading[]} readings
 * @param {number[]} steps
 * @param {number} margin
 */
export const readingsWithin = (readings, [low, high], margin) =>
  readings.slice(Math.max(0, firstFrom(readings, low) - margin), firstFrom(readings, high + 1e-9) + margin);

/**
 * The reading nearest to a step, where there is one within a distance.
 * @param {Reading[]} readings
 * @param {number} step
 * @param {number} within
 */
export function nearestReading(readings, step, within) {
  const index = firstFrom(readings, step);
  const around = readings.slice(Math.max(0, index - 1), index + 1);
  around.sort((one, other) => Math.abs(one[0] - step) - Math.abs(other[0] - step));
  return around.find((reading) => Math.abs(reading[0] - step) <= within);
}

/** @param {number} loss */
const lossText = (loss) =>
  loss === 0 ? "0" : loss < 0.001 || loss >= 1e5 ? loss.toExponential(1) : loss.toFixed(loss < 10 ? 4 : 1);

/**
 * A loss or an accuracy in words; a dash where there is none.
 * @param {MetricName} name
 * @param {number | undefined} value
 */
export const valueText = (name, value) =>
  value === undefined ? "–" : name === "loss" ? lossText(value) : percentText(value, 2);

/**
 * A place on the x axis in words.
 * @param {number} step
 * @param {number} epochSteps
 */
export const placeText = (step, epochSteps) => `step ${grouped(step)} · epoch ${(step / epochSteps).toFixed(2)}`;
