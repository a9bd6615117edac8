// Which part of the x axis is shown, and where on it the cursor may rest.

import { clamp, lowerBound } from "../shared/scale.js";
import { lastStep, stepsPer, trained } from "./data.js";

/** @import { Run, Unit } from "./data.js" */

/** @typedef {[number, number]} Range of x */

const LEAST = 1 / 1000; // of the whole: it is not zoomed farther
const WHOLE = 0.999; // as good as all of it

/**
 * The range that is shown for one that is wanted, of all from 0 to the end; null: all of it.
 * @type {(wanted: Range | null, end: number) => Range | null}
 */
export function zoomed(wanted, end) {
  if (!wanted) return null;
  const span = Math.max(wanted[1] - wanted[0], end * LEAST);
  if (span >= end * WHOLE) return null;
  const low = clamp(wanted[0], 0, Math.max(0, end - span));
  return [low, low + span];
}

/**
 * A range around one of its places, larger or smaller by a factor.
 * @type {(range: Range, factor: number, centre: number) => Range}
 */
export const scaled = ([low, high], factor, centre) => [
  centre + (low - centre) * factor,
  centre + (high - centre) * factor,
];

/** A range with its middle elsewhere. @type {(range: Range, middle: number) => Range} */
export const centred = ([low, high], middle) => [middle - (high - low) / 2, middle + (high - low) / 2];

/** Where a run ends so far. @type {(run: Run, unit: Unit) => number} */
export const endOf = (run, unit) => lastStep(run) / stepsPer(run, unit);

/**
 * Where the cursor may rest: every reading of the current run, then those of the longest beyond its end.
 * @type {(runs: Run[], unit: Unit) => number[]}
 */
export function stopsOf(runs, unit) {
  const [run] = runs;
  if (!run) return [];
  const places = (/** @type {Run} */ one) => trained(one.loss).map(([step]) => step / stepsPer(one, unit));
  const longest = runs.reduce((best, one) => (endOf(one, unit) > endOf(best, unit) ? one : best));
  const own = places(run);
  const last = own[own.length - 1] ?? -1;
  return longest === run ? own : [...own, ...places(longest).filter((x) => x > last)];
}

/**
 * The stop so many farther on; without a cursor from behind the last one.
 * @type {(stops: number[], cursor: number | null, by: number) => number}
 */
export function stopFrom(stops, cursor, by) {
  const here = cursor === null ? stops.length : lowerBound(stops.length, (index) => stops[index], cursor - 1e-9);
  return stops[clamp(here + by, 0, stops.length - 1)];
}
