// The axes of a panel, as uPlot takes them.

import { grouped, percentText } from "../shared/format.js";
import { decimals, linearTicks } from "../shared/scale.js";
import { logLabel, logTicks } from "./limits.js";

/** @import { MetricName, View } from "./data.js" */

/** @typedef {(ticks: number[], step: number) => string[]} Labels */

const ROUND_STEPS = Array.from({ length: 60 }, (_, index) => [1, 2, 5][index % 3] * 10 ** (Math.floor(index / 3) - 9));
const LEFT = 46; // px for the numbers of the y axis
const BOTTOM = 24; // px for those of the x axis
export const FONT = 11; // px

/** @type {(name: MetricName, view: View) => boolean} */
export const isLog = (name, view) => name === "loss" && view.log;

/** @type {(name: MetricName, view: View) => Labels} */
export const yLabels = (name, view) => (ticks, step) => {
  if (view.waiting) return ticks.map(() => ""); // numbers only once they mean something
  if (isLog(name, view)) return ticks.map(logLabel);
  if (name === "accuracy") return ticks.map((tick) => percentText(tick, decimals(step * 100)));
  const digits = Math.min(4, decimals(step));
  return ticks.map((tick) => (step < 1e-4 && tick ? tick.toExponential(1) : tick.toFixed(digits)));
};

/** @type {(view: View) => Labels} */
export const xLabels = (view) => (ticks, step) => {
  if (!view.runs.length) return ticks.map(() => ""); // how many steps make an epoch is unknown before a run
  return ticks.map((tick) => (view.unit === "step" ? grouped(tick) : tick.toFixed(decimals(step))));
};

/** @type {(view: View, labels: Labels) => object} */
const axis = (view, labels) => ({
  stroke: () => view.theme.quiet,
  font: `${FONT}px ${view.theme.font}`,
  ticks: { show: false },
  values: (/** @type {unknown} */ _, /** @type {number[]} */ ticks, /** @type {number[]} */ ...[, , step]) =>
    labels(ticks, step),
});

/** @type {(view: View) => object} */
const xAxis = (view) => ({
  ...axis(view, xLabels(view)),
  size: BOTTOM,
  gap: 6,
  label: () => view.unit,
  labelSize: 14,
  labelGap: 0,
  labelFont: `${FONT}px ${view.theme.font}`,
  space: () => (view.unit === "step" ? 64 : 44),
  incrs: () => ROUND_STEPS.filter((step) => view.unit === "epoch" || step >= 1),
  grid: { show: false },
  border: { show: true, stroke: () => view.theme.hairline, width: 1 },
});

/** @type {(name: MetricName, view: View) => object} */
const yAxis = (name, view) => ({
  ...axis(view, yLabels(name, view)),
  size: LEFT,
  gap: 8,
  space: 30,
  incrs: ROUND_STEPS,
  splits: (/** @type {unknown} */ _, /** @type {number[]} */ ...[, low, high, step]) =>
    isLog(name, view) ? logTicks([low, high]) : linearTicks([low, high], step),
  grid: { stroke: () => view.theme.hairline, width: 1 },
});

/** @type {(name: MetricName, view: View) => object[]} */
export const makeAxes = (name, view) => [xAxis(view), yAxis(name, view)];
