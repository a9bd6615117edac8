import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawnWeights,
  middleOf,
  planFor,
  quad,
  unproject,
} from "../../cnnplay/ui/components/scripts/connections/plan.js";
import { angleOf, neuronAt } from "../../cnnplay/ui/components/scripts/connections/wander.js";
import { countsOf, wordsAt } from "../../cnnplay/ui/components/scripts/connections/words.js";

const AXIS = { starts: [0, 2, 4, 6], taps: [0, 1, 2] };
const DATA = {
  alt: "",
  image: Array.from({ length: 9 }, () => new Array(9).fill(0)),
  rows: AXIS,
  columns: AXIS,
  dense: { units: 96, weights_each: 81, weights: 7776 },
  convolution: { units: 16, weights_each: 9, weights: 54, filters: 6, layer: "conv1" },
};

test("a neuron's drawn weights are always the same, lie between -1 and 1, and differ from another's", () => {
  const weights = drawnWeights(5, 784);
  assert.deepEqual(weights, drawnWeights(5, 784));
  assert.ok(weights.every((weight) => weight >= -1 && weight <= 1));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  assert.ok(Math.abs(mean) < 0.1);
  assert.ok(drawnWeights(6, 784).some((weight, pixel) => Math.abs(weight - weights[pixel]) > 0.5));
});

test("a neuron stands opposite the middle of its window", () => {
  assert.equal(middleOf(AXIS), 1.5);
  assert.equal(middleOf({ starts: [-1], taps: [0, 2, 4] }), 2.5);
});

test("both sheets stand side by side within the panel, at every width", () => {
  for (const width of [280, 400, 640, 1000]) {
    const { onImage, onNeurons, edges, height } = planFor(DATA, width);
    const image = quad(onImage, { top: 0, left: 0, bottom: 9, right: 9 });
    const neurons = quad(onNeurons, edges);
    for (const [x, y] of [...image, ...neurons]) assert.ok(x >= 0 && x <= width && y >= 0 && y <= height, `${x} ${y}`);
    assert.ok(Math.max(...image.map(([x]) => x)) < Math.min(...neurons.map(([x]) => x)));
  }
});

test("a point of the screen is taken back to its row and column", () => {
  const plan = planFor(DATA, 500);
  const [row, column] = unproject(plan.neurons, plan.scale, plan.onNeurons(3, 5));
  assert.ok(Math.abs(row - 3) < 1e-9 && Math.abs(column - 5) < 1e-9);
});

test("a wander begins where the neuron is, and stays on the sheet", () => {
  for (const count of [1, 2, 13, 26]) {
    for (let index = 0; index < count; index += 1) {
      const wanted = Math.min(Math.max(index, Math.round(0.08 * (count - 1))), Math.round(0.92 * (count - 1)));
      assert.ok(Math.abs(neuronAt(angleOf(index, count), count) - wanted) <= 1);
    }
    for (let angle = 0; angle < 7; angle += 0.1) {
      const neuron = neuronAt(angle, count);
      assert.ok(neuron >= 0 && neuron < count);
    }
  }
});

test("the counts are told as they came, with commas, and one weight is a single weight", () => {
  const { dense, convolution } = countsOf(DATA);
  assert.deepEqual(dense[1], ["7,776", "+ biases for all 96 neurons"]);
  assert.deepEqual(convolution[0], ["9", "weights for this one neuron, the same 9 at all 16 places"]);
  const single = countsOf({ ...DATA, convolution: { ...DATA.convolution, weights_each: 1 } });
  assert.match(single.convolution[0][1], /^weight for this one neuron/);
});

test("the taps of a small kernel are named by letters", () => {
  assert.match(wordsAt({ row: 0, column: 2 }, 4).convolution, /^Row 1, column 3: reads 4 pixels .*: a\sb\sc\sd\.$/);
  assert.match(wordsAt({ row: 0, column: 2 }, 25).convolution, /that all share\.$/);
});
