// What a screen reader is told of the curves.

import { grouped } from "../shared/format.js";
import { lastStep, lastValue, placeText, stepsPer, trained, valueText } from "./data.js";

/** @import { MetricName, Run, View } from "./data.js" */
/** @import { Plot } from "./plot.js" */

/** The cursor's place. @param {Pick<View, "runs" | "unit" | "cursor">} view */
export function cursorText({ runs, unit, cursor }) {
  const [run] = runs;
  return placeText((cursor ?? 0) * (run ? stepsPer(run, unit) : 1), run?.epoch_steps ?? 1);
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
