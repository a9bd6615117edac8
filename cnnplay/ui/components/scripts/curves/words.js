// What a screen reader is told of the curves.

import { grouped } from "../shared/format.js";
import { lastStep, lastValue, letterOf, placeText, stepsPer, trained, valueText } from "./data.js";

/** @import { MetricName, Reading, Run, View } from "./data.js" */
/** @import { Plot } from "./plot.js" */

/** The cursor's place. @param {Pick<View, "runs" | "unit" | "cursor">} view */
export function cursorText({ runs, unit, cursor }) {
  const [run] = runs;
  return placeText((cursor ?? 0) * (run ? stepsPer(run, unit) : 1), run?.epoch_steps ?? 1);
}

/** @param {number} loss */
const peakText = (loss) => (loss < 100 ? loss.toFixed(1) : loss < 1e6 ? grouped(loss) : loss.toExponential(1));

/**
 * What the top of a cut axis leaves out: the highest value of all runs in sight; nothing where the axis holds them all.
 * @type {(runs: { run: Run, values: Reading[] }[], limit: number) => string}
 */
export function cutText(runs, limit) {
  const peaks = runs.map(({ run, values }) => ({ run, peak: Math.max(...values.map(([, value]) => value)) }));
  const [highest] = peaks.sort((one, other) => other.peak - one.peak);
  if (!highest || highest.peak <= limit * (1 + 1e-9)) return "";
  const whose = runs.length > 1 ? `run ${letterOf(highest.run)}` : "the loss";
  return `Cut: ${whose} goes up to ${peakText(highest.peak)}. Log shows all of it.`;
}

/** All runs at the cursor. @type {(plot: Pick<Plot, "name" | "title" | "readings">, view: View) => string} */
export function readingText({ name, title, readings }, view) {
  const values = readings.map(
    ({ run, smooth, test }) =>
      `${run.label}: ${title} ${valueText(name, smooth?.[1])}, test ${valueText(name, test?.[1])}`,
  );
  return `${cursorText(view)}. ${values.join(". ")}`;
}

/**
 * A panel of the current run, and what can be done there; nothing before its first step.
 * @type {(run: Run | undefined, name: MetricName, title: string) => { text: string, help: string }}
 */
export function panelText(run, name, title) {
  if (!run || !lastStep(run)) return { text: "", help: "" };
  const training = valueText(name, lastValue(trained(run[name])));
  const test = valueText(name, lastValue(run[name].test));
  return {
    text: `${title} at step ${grouped(lastStep(run))}: training ${training}, test ${test}`,
    help: ". Arrow keys move the cursor, plus and minus zoom, 0 resets.",
  };
}
