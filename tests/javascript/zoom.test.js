import assert from "node:assert/strict";
import { test } from "node:test";
import { xLabels, yLabels } from "../../cnnplay/ui/components/scripts/curves/axes.js";
import { alphaOf, columnsOf, kindAt, runAt } from "../../cnnplay/ui/components/scripts/curves/lines.js";
import { pinched } from "../../cnnplay/ui/components/scripts/curves/pointer.js";
import { cursorText, panelText, readingText } from "../../cnnplay/ui/components/scripts/curves/words.js";
import { centred, endOf, scaled, stopFrom, stopsOf, zoomed } from "../../cnnplay/ui/components/scripts/curves/zoom.js";

/** @import { Metric, Reading, Run } from "../../cnnplay/ui/components/scripts/curves/data.js" */

/** @type {(steps: number[], value?: number) => Metric} */
const metric = (steps, value = 1) => {
  const readings = steps.map((step) => /** @type {Reading} */ ([step, value]));
  return { raw: readings, smooth: readings, test: readings.slice(-1) };
};

/** @type {(id: string, steps: number[], current?: boolean) => Run} */
const makeRun = (id, steps, current = false) => ({
  id,
  label: `run ${id}`,
  colour: 0,
  current,
  epoch_steps: 10,
  loss: metric(steps),
  accuracy: metric(steps, 0.5),
});
const CURRENT = makeRun("a", [1, 2, 3], true);
const LONGER = makeRun("b", [2, 4, 6]);

/** @type {import("../../cnnplay/ui/components/scripts/curves/data.js").View} */
const VIEW = {
  runs: [CURRENT, LONGER],
  unit: "step",
  log: false,
  range: [0, 10],
  zoomed: false,
  waiting: false,
  cursor: 2,
  theme: { dark: false, paper: "", ink: "", accent: "", font: "", palette: [], quiet: "", hairline: "" },
};

test("a zoom stays within the axis, has a least width, and all of it is no zoom", () => {
  assert.equal(zoomed(null, 10), null);
  assert.deepEqual(zoomed([2, 4], 10), [2, 4]);
  assert.deepEqual(zoomed([-3, 1], 10), [0, 4]);
  assert.deepEqual(zoomed([9, 12], 10), [7, 10]);
  assert.equal(zoomed([-1, 11], 10), null);
  const [low, high] = zoomed([5, 5], 10) ?? [0, 0];
  assert.ok(Math.abs(high - low - 0.01) < 1e-12);
});

test("a range is scaled around a place that keeps its share, and moved to another middle", () => {
  assert.deepEqual(scaled([2, 6], 0.5, 3), [2.5, 4.5]);
  assert.deepEqual(centred([2, 6], 10), [8, 12]);
});

test("two fingers keep the x that they hold", () => {
  const range = pinched({ pixel: 20, x: 3 }, { pixel: 60, x: 5 }, 100);
  assert.ok(range);
  const xAt = (/** @type {number} */ pixel) => range[0] + ((range[1] - range[0]) * pixel) / 100;
  assert.ok(Math.abs(xAt(20) - 3) < 1e-12 && Math.abs(xAt(60) - 5) < 1e-12);
  assert.equal(pinched({ pixel: 20, x: 3 }, { pixel: 30, x: 5 }, 100), null); // as one finger
});

test("the cursor rests at readings of the current run, and beyond its end at those of the longest", () => {
  assert.deepEqual(stopsOf(VIEW.runs, "step"), [1, 2, 3, 4, 6]);
  assert.deepEqual(stopsOf([LONGER, CURRENT], "epoch"), [0.2, 0.4, 0.6]);
  assert.deepEqual(stopsOf([], "step"), []);
  assert.equal(endOf(LONGER, "epoch"), 0.6);
});

test("keys lead the cursor from stop to stop, from the last one where there is none", () => {
  const stops = [1, 2, 3];
  assert.equal(stopFrom(stops, 2, 1), 3);
  assert.equal(stopFrom(stops, 3, 1), 3);
  assert.equal(stopFrom(stops, null, -1), 3);
  assert.equal(stopFrom(stops, 2, Number.NEGATIVE_INFINITY), 1);
  assert.equal(stopFrom(stops, 2, Number.POSITIVE_INFINITY), 3);
});

test("every run has three lines, the current run's on top", () => {
  const order = [LONGER, CURRENT];
  assert.deepEqual(
    [1, 2, 3, 4, 6].map((index) => [runAt(order, index)?.id, kindAt(index)]),
    [
      ["b", "raw"],
      ["b", "smooth"],
      ["b", "test"],
      ["a", "raw"],
      ["a", "test"],
    ],
  );
  assert.equal(runAt(order, 7), undefined);
  assert.deepEqual(
    columnsOf(CURRENT, "loss", "epoch", (value) => -value),
    [
      [
        [0.1, 0.2, 0.3],
        [-1, -1, -1],
      ],
      [
        [0.1, 0.2, 0.3],
        [-1, -1, -1],
      ],
      [[0.3], [-1]],
    ],
  );
});

test("a run under the pointer stands out, and the others stand back", () => {
  assert.equal(alphaOf(LONGER, "smooth", "b"), 1);
  assert.ok(alphaOf(LONGER, "smooth", "a") < alphaOf(LONGER, "smooth", null));
  assert.equal(alphaOf(CURRENT, "raw", "a"), alphaOf(CURRENT, "raw", null)); // hairlines do not hide the rest
});

test("an axis has numbers only once they mean something", () => {
  assert.deepEqual(yLabels("accuracy", VIEW)([0.5, 0.75], 0.25), ["50 %", "75 %"]);
  assert.deepEqual(yLabels("loss", VIEW)([0, 0.5], 0.5), ["0.0", "0.5"]);
  assert.deepEqual(yLabels("loss", { ...VIEW, log: true })([-1, 0], 1), ["0.1", "1"]);
  assert.deepEqual(yLabels("loss", { ...VIEW, waiting: true })([0, 1], 1), ["", ""]);
  assert.deepEqual(xLabels(VIEW)([0, 5000], 5000), ["0", "5,000"]);
  assert.deepEqual(xLabels({ ...VIEW, runs: [] })([0, 1], 1), ["", ""]);
});

test("a screen reader is told the place, and every run's values there", () => {
  assert.equal(cursorText(VIEW), "step 2 · epoch 0.20");
  /** @type {Reading} */
  const reading = [2, 0.25];
  const readings = [{ run: CURRENT, raw: undefined, smooth: reading, test: undefined }];
  assert.equal(
    readingText({ name: "loss", title: "Loss", readings }, VIEW),
    "step 2 · epoch 0.20. run a: Loss 0.2500, test –",
  );
  assert.equal(panelText(CURRENT, "accuracy", "Accuracy").text, "Accuracy at step 3: training 50.00 %, test 50.00 %");
  assert.deepEqual(panelText(makeRun("c", []), "loss", "Loss"), { text: "", help: "" });
});
