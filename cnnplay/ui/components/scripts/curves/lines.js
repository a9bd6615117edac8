// The lines of the curves, as uPlot takes them: three for each run, every one with an x of its own.

import { stepsPer } from "./data.js";

/** @import { Kind, MetricName, Reading, Run, Unit } from "./data.js" */

/** @type {Kind[]} */
export const KINDS = ["raw", "smooth", "test"];
/** An axis for x and one for y, of which uPlot guesses nothing. */
export const FACETS = [
  { scale: "x", auto: false },
  { scale: "y", auto: false },
];
/** Of an earlier run, and of the current one. A hairline of a pixel or less would darken itself where it overlaps.
 * @type {Record<Kind, { width: [number, number], alpha: [number, number], dash?: number[] }>} */
const LOOKS = {
  raw: { width: [1.1, 1.1], alpha: [0.2, 0.2] },
  smooth: { width: [1.5, 2.25], alpha: [0.6, 1] },
  test: { width: [1.25, 1.75], alpha: [0.6, 1], dash: [4, 4] },
};
const BEHIND = 0.15; // how strong a line is while another run stands out

/** The kind of the line at an index of uPlot's series, whose first is none. @param {number} index */
export const kindAt = (index) => KINDS[(index - 1) % KINDS.length];

/** The run of that line. @type {(runs: Run[], index: number) => Run | undefined} */
export const runAt = (runs, index) => runs[Math.floor((index - 1) / KINDS.length)];

/** @type {(run: Run, kind: Kind, colour: () => string) => object} */
export const seriesOf = ({ current }, kind, colour) => ({
  facets: FACETS,
  stroke: colour,
  width: LOOKS[kind].width[Number(current)],
  alpha: LOOKS[kind].alpha[Number(current)],
  dash: LOOKS[kind].dash,
  points: { show: false },
});

/**
 * How strong a line is while one run stands out; null: none.
 * @type {(run: Run, kind: Kind, lifted: string | null) => number}
 */
export function alphaOf({ id, current }, kind, lifted) {
  const usual = LOOKS[kind].alpha[Number(current)];
  if (lifted === null) return usual;
  return id === lifted ? Math.max(usual, kind === "raw" ? LOOKS.raw.alpha[0] : 1) : BEHIND;
}

/**
 * The lines of a run: x and y each.
 * @type {(run: Run, name: MetricName, unit: Unit, onAxis: (value: number) => number) => [number[], number[]][]}
 */
export function columnsOf(run, name, unit, onAxis) {
  const steps = stepsPer(run, unit);
  const columns = (/** @type {Reading[]} */ readings) =>
    /** @type {[number[], number[]]} */ ([
      readings.map(([step]) => step / steps),
      readings.map(([, value]) => onAxis(value)),
    ]);
  return KINDS.map((kind) => columns(run[name][kind]));
}
