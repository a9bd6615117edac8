import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cleanRuns,
  nearestReading,
  placeText,
  readingsWithin,
  valueText,
} from "../../cnnplay/ui/components/scripts/curves/data.js";
import { logLabel, logTicks, mostLoss, yLimits } from "../../cnnplay/ui/components/scripts/curves/limits.js";
import { spread } from "../../cnnplay/ui/components/scripts/curves/spread.js";
import { cutText } from "../../cnnplay/ui/components/scripts/curves/words.js";

/** @typedef {import("../../cnnplay/ui/components/scripts/curves/data.js").Reading} Reading */

const NOTHING = { raw: [], smooth: [], test: [] };
/** @param {number} colour */
const runOf = (colour) => ({
  id: String(colour),
  label: "",
  colour,
  current: colour === 0,
  epoch_steps: 10,
  loss: NOTHING,
  accuracy: NOTHING,
});

/** @param {(step: number) => number} value @returns {Reading[]} */
const readings = (value, count = 100) => Array.from({ length: count }, (_, step) => [step, value(step)]);

test("the ticks of a logarithmic axis are decades, and 1, 2 and 5 of them where there are few", () => {
  /** @param {number[]} limits */
  const labels = (limits) => logTicks(limits).map(logLabel);
  assert.deepEqual(labels([-2, 1]), ["0.01", "0.1", "1", "10"]);
  assert.deepEqual(labels([-1, 0]), ["0.1", "0.2", "0.5", "1"]);
  assert.deepEqual(labels([-0.5, 0]), ["0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"]);
  assert.deepEqual(labels([-6, -4]), ["10⁻⁶", "2·10⁻⁶", "5·10⁻⁶", "10⁻⁵", "2·10⁻⁵", "5·10⁻⁵", "10⁻⁴"]);
  assert.ok(labels([-9, 3]).length <= 7);
});

test("a loss has digits that tell it from its neighbours, an accuracy is in percent", () => {
  assert.equal(valueText("loss", 0.10204), "0.1020");
  assert.equal(valueText("loss", 0.00012), "1.2e-4");
  assert.equal(valueText("loss", 0), "0");
  assert.equal(valueText("accuracy", 0.9691), "96.91 %");
  assert.equal(valueText("accuracy", undefined), "–");
  assert.equal(placeText(2812, 1875), "step 2,812 · epoch 1.50");
});

test("readings that are no numbers are left out, and the current run leads", () => {
  const metric = {
    raw: /** @type {Reading[]} */ ([
      [0, 1],
      [1, Number.NaN],
    ]),
    smooth: [],
    test: [],
  };
  const run = { id: "a", label: "", colour: 0, current: false, epoch_steps: 0, loss: metric, accuracy: metric };
  const [first, second] = cleanRuns([run, { ...run, id: "b", current: true }]);
  assert.deepEqual([first.id, second.id], ["b", "a"]);
  assert.deepEqual(second.loss.raw, [[0, 1]]);
  assert.equal(second.epoch_steps, 1);
});

test("the nearest reading is taken only where it is near enough", () => {
  const points = readings((step) => step).filter(([step]) => step % 10 === 0);
  assert.deepEqual(nearestReading(points, 14, 5), [10, 10]);
  assert.deepEqual(nearestReading(points, 16, 5), [20, 20]);
  assert.equal(nearestReading(points, 14, 3), undefined);
  assert.equal(nearestReading([], 14, 3), undefined);
});

test("what is in sight comes with a reading on either side, so that lines lead out of it", () => {
  const points = readings((step) => step, 10);
  assert.deepEqual(
    readingsWithin(points, [3, 5], 0).map(([step]) => step),
    [3, 4, 5],
  );
  assert.deepEqual(
    readingsWithin(points, [3, 5], 1).map(([step]) => step),
    [2, 3, 4, 5, 6],
  );
  assert.deepEqual(readingsWithin(points, [0, 20], 1).length, 10);
});

test("the axis of the loss begins at zero and holds every smoothed value, but not every spike", () => {
  const smooth = readings((step) => 2.3 * Math.exp(-step / 20) + 0.1);
  const raw = readings((step) => (step === 50 ? 40 : 0.3));
  const [low, high] = yLimits("loss", smooth, raw, { log: false, zoomed: false });
  assert.equal(low, 0);
  assert.ok(high >= 2.4 && high < 4, `${high}`);
});

test("a diverged run does not flatten the loss of the current one, and the cut is named", () => {
  const smooth = readings((step) => 2.3 * Math.exp(-step / 20) + 0.1);
  const diverged = readings((step) => (step > 50 ? 1.2e5 : 2.5));
  const [low, high] = yLimits("loss", [...smooth, ...diverged], [], {
    log: false,
    zoomed: false,
    most: mostLoss(smooth),
  });
  assert.equal(low, 0);
  assert.ok(high >= 4 && high < 5, `${high}`);
  const current = { run: runOf(0), values: smooth };
  const both = [current, { run: runOf(1), values: diverged }];
  assert.equal(cutText(both, high), "Cut: run B goes up to 120,000. Log shows all of it.");
  assert.equal(cutText([current], high), "");
});

test("the early spike of a run is cut, and a run that is high throughout is shown whole", () => {
  const spike = readings((step) => (step < 5 ? 900 : 2.3));
  assert.ok(yLimits("loss", spike, [], { log: false, zoomed: false, most: mostLoss(spike) })[1] < 6);
  assert.equal(cutText([{ run: runOf(0), values: spike }], 5), "Cut: the loss goes up to 900. Log shows all of it.");
  const high = readings((step) => 40 + step / 10);
  assert.ok(yLimits("loss", high, [], { log: false, zoomed: false, most: mostLoss(high) })[1] >= 49);
});

test("a logarithmic axis is never cut", () => {
  const smooth = readings(() => 0.5);
  const diverged = readings(() => 1e5);
  const [, high] = yLimits("loss", [...smooth, ...diverged], [], { log: true, zoomed: false, most: mostLoss(smooth) });
  assert.ok(high >= 5);
});

test("the axis of the accuracy goes from 0 to 1, and fits the values only where one has zoomed", () => {
  const smooth = readings((step) => 0.95 + step / 10_000);
  assert.deepEqual(yLimits("accuracy", smooth, [], { log: false, zoomed: false }), [0, 1]);
  const [low, high] = yLimits("accuracy", smooth, [], { log: false, zoomed: true });
  assert.ok(low > 0.9 && low < 0.951 && high > 0.959 && high < 1, `${low} ${high}`);
});

test("a logarithmic axis is in powers of ten, and of a loss of zero it takes no notice", () => {
  const [low, high] = yLimits(
    "loss",
    [
      [0, 1],
      [1, 0.01],
      [2, 0],
    ],
    [],
    { log: true, zoomed: false },
  );
  assert.ok(low < -2 && low > -2.2 && high > 0 && high < 0.2, `${low} ${high}`);
});

test("without readings the axes are those of an untrained network", () => {
  assert.deepEqual(yLimits("accuracy", [], [], { log: false, zoomed: false }), [0, 1]);
  const [low, high] = yLimits("loss", [], [], { log: false, zoomed: false });
  assert.ok(low === 0 && high > Math.log(10)); // the loss of ten equal guesses
});

test("letters of curves that end together do not cover each other, and none leaves the panel", () => {
  const ends = [95, 96, 97, 98].map((y) => ({ x: 10, y }));
  spread(ends, 100);
  const places = ends.map(({ y }) => y).sort((a, b) => a - b);
  assert.ok(places.every((y) => y <= 100));
  for (let index = 1; index < places.length; index += 1) assert.ok(places[index] - places[index - 1] >= 10);
});
