import assert from "node:assert/strict";
import { test } from "node:test";
import { DIGITS } from "../../cnnplay/ui/components/scripts/shared/shares.js";
import { titlesOf } from "../../cnnplay/ui/components/scripts/zoom/answer.js";
import { namesThatFit } from "../../cnnplay/ui/components/scripts/zoom/names.js";
import {
  indexOf,
  planeOf,
  readLayers,
  spotOf,
  strongestIndex,
  tellingMap,
  unpack,
} from "../../cnnplay/ui/components/scripts/zoom/numbers.js";
import {
  atlas,
  cellOf,
  hitOf,
  holds,
  rectOf,
  sceneOf,
  tilesIn,
} from "../../cnnplay/ui/components/scripts/zoom/scene.js";
import { firstGroup, firstTerm, isOpen, largest, stepAt } from "../../cnnplay/ui/components/scripts/zoom/steps.js";
import {
  crumbText,
  placeText,
  powerText,
  sentenceOf,
  shareText,
  sumSoFar,
  sumText,
  termText,
  titleOf,
} from "../../cnnplay/ui/components/scripts/zoom/words.js";
import { layer, packed } from "./layers.js";

/** @import { Rect } from "../../cnnplay/ui/components/scripts/zoom/scene.js" */

/** Two rows, three columns. */
const IMAGE = [1, 0, 2, 0, 3, 0];
const ONE = { starts: [-1, 0, 1], taps: [0, 1], size: 2 };
const THREE = { starts: [0, 2], taps: [0], size: 3 };
/** A window of 2 × 1 that begins in the padding, two filters: (1, 10) and (100, −1). */
const LAYERS = readLayers([
  layer("input", "input", [2, 3, 1], IMAGE, {}),
  layer("conv1", "convolution", [3, 2, 2], [15, 4, 25, 3, 6, 105, 7, 205, 5, 5, 5, 5], {
    rows: ONE,
    columns: THREE,
    kernel: packed([1, 100, 10, -1]),
    bias: [5, 5],
  }),
  layer("relu1", "activation", [3, 2, 2], [15, 4, 25, 3, 6, 105, 7, 205, 5, 5, 5, 5], { formula: "max(0, x)" }),
  layer("max1", "pooling", [1, 1, 2], [25, 205], {
    rows: { starts: [0], taps: [0, 1, 2], size: 3 },
    columns: { starts: [0], taps: [0, 1, 2], size: 2 },
    pool: "max",
  }),
  layer("flatten", "flatten", [2], [25, 205], {}),
  layer("dense1", "dense", [2], [28, -180], { kernel: packed([1, 1, 0, -1]), bias: [3, 0] }),
]);

test("numbers come in two bytes each, and a place in a layer is one number", () => {
  assert.deepEqual([...unpack({ ...packed([-3, 0, 32767]), step: 0.5 })], [-1.5, 0, 16383.5]);
  for (let index = 0; index < 12; index += 1) assert.equal(indexOf(LAYERS[1], spotOf(LAYERS[1], index)), index);
  assert.deepEqual(spotOf(LAYERS[1], 7), { row: 1, column: 1, map: 1 });
  assert.deepEqual(planeOf(LAYERS[1], 0), [
    [15, 25],
    [6, 7],
    [5, 5],
  ]);
  assert.equal(tellingMap(LAYERS[1]), 1);
  assert.equal(strongestIndex(LAYERS[1], 0), 2);
});

test("the map in front is the one that differs most within itself, not the one that a bias fills", () => {
  const [maps] = readLayers([layer("conv1", "convolution", [2, 2, 2], [-90, 0, -90, 3, -90, -3, -91, 0], {})]);
  assert.equal(tellingMap(maps), 1);
});

test("layers are read up to the first whose numbers were not sent", () => {
  const { rule: _rule, ...closed } = layer("b", "dense", [1], [1], {});
  assert.equal(readLayers([layer("a", "input", [1, 1, 1], [1], {}), closed]).length, 1);
  assert.equal(isOpen({ ...LAYERS[5], rule: { kind: "unsent", weights: 9 } }), false);
  assert.equal(isOpen(LAYERS[0]), true);
});

test("a step of a convolution reads its window, zeros in the padding, and adds products and bias", () => {
  const { groups, bias, result, value, spot } = stepAt(LAYERS, 1, 0);
  assert.deepEqual(spot, { row: 0, column: 0, map: 0 });
  assert.deepEqual(
    groups[0].terms.map(({ index, value, weight, product }) => [index, value, weight, product]),
    [
      [null, 0, 1, 0],
      [0, 1, 10, 10],
    ],
  );
  assert.deepEqual([bias, result, value], [5, 15, 15]);
});

test("every value of every layer is what its step comes to", () => {
  for (const [at, { values, name }] of LAYERS.entries())
    for (const [index, value] of values.entries())
      assert.equal(stepAt(LAYERS, at, index).result, value, `${name} ${index}`);
});

test("pooling shows which pixel won, and leaves padding out", () => {
  const { chosen, groups } = stepAt(LAYERS, 3, 1);
  assert.equal(chosen?.index, 7);
  assert.equal(groups[0].terms.filter(({ index }) => index === null).length, 3);
  const mean = LAYERS.map((one) => (one.name === "max1" ? { ...one, rule: { ...one.rule, pool: "mean" } } : one));
  assert.equal(stepAt(mean, 3, 0).result, (15 + 25 + 6 + 7 + 5 + 5) / 6);
});

test("a dense layer has the largest product first, and a group for each map that was flattened", () => {
  const step = stepAt(LAYERS, 5, 1);
  assert.equal(step.groups.length, 2);
  assert.deepEqual(
    largest(step, 2).map(({ group, term }) => step.groups[group].terms[term].product),
    [-205, 25],
  );
  assert.equal(firstGroup(step), 1);
  assert.equal(firstTerm(step, 1), 0);
});

test("softmax divides a power by their sum", () => {
  const softmax = layer("softmax", "softmax", [2], [0, 1], { powers: [2, 6], total: 8, shift: 0 });
  const [read] = readLayers([softmax]);
  const step = stepAt([...LAYERS, read], 6, 1);
  assert.equal(step.result, 0.75);
  assert.equal(step.chosen?.index, 1);
  assert.match(sentenceOf(step), /6 \/ 8 = 0\.75, or 75\.0\s%/);
});

test("a probability that is nearly 0 or 1 is not said to be 0 or 1", () => {
  const softmax = layer("softmax", "softmax", [2], [0, 1], { powers: [0.00015, 21752], total: 21752.00015, shift: 0 });
  const [read] = readLayers([softmax]);
  const [unlikely, likely] = [0, 1].map((digit) => stepAt([...LAYERS, read], 6, digit));
  assert.match(sentenceOf(unlikely), /1\.5 · 10⁻⁴ \/ 21,752 = 6\.9 · 10⁻⁹, or <0\.1\s%/);
  assert.match(sentenceOf(likely), /21,752 \/ 21,752 = 1 − 6\.9 · 10⁻⁹, or >99\.9\s%/);
  assert.match(titleOf(unlikely), /^softmax, digit 0: <0\.1\s%$/);
  assert.equal(shareText(0), "0");
  assert.equal(shareText(1), "1");
});

test("while products appear, their sum is one so far", () => {
  const [group] = stepAt(LAYERS, 1, 2).groups;
  assert.equal(sumSoFar(group, 1), "sum so far 0");
  assert.equal(sumSoFar(group, Number.POSITIVE_INFINITY), `sum ${group.sum}`);
});

test("in the small network no two names overlap, and those on the way are there", () => {
  const names = ["input", "conv1", "flatten", "dense1", "softmax"];
  const items = names.map((name, index) => ({
    ...{ x: 30 * index, chip: false, nameWidth: 36 },
    layer: { name, kind: "", title: "", shape: [1], window: null, lines: [] },
  }));
  assert.deepEqual([...namesThatFit(items, 1, [])], ["input", "flatten", "softmax"]);
  assert.deepEqual([...namesThatFit(items, 1, ["dense1", "softmax"])], ["dense1", "input"]);
  assert.equal(namesThatFit(items, 2, []).size, names.length);
});

test("a pixel of the image is shown among its neighbours, and was computed from nothing", () => {
  const step = stepAt(LAYERS, 0, 4);
  assert.equal(step.source, null);
  assert.equal(step.groups[0].terms.length, 6);
  assert.equal(step.chosen?.value, 3);
});

/** @type {Rect[]} */
const FRAMES = [
  { x: 8, y: 170, width: 900, height: 250 },
  { x: 8, y: 160, width: 360, height: 410 },
  { x: 8, y: 160, width: 300, height: 410 },
];

/** @type {(rect: Rect, frame: Rect) => boolean} */
const within = ({ x, y, width, height }, frame) =>
  x >= frame.x - 1 &&
  y >= frame.y - 1 &&
  x + width <= frame.x + frame.width + 1 &&
  y + height <= frame.y + frame.height + 1;

test("all of a step stands within its frame, wide or narrow, and every term can be pointed at", () => {
  for (const frame of FRAMES)
    for (const at of LAYERS.keys()) {
      const step = stepAt(LAYERS, at, 0);
      const scene = sceneOf(step, 0, frame);
      const rects = [...scene.grids.map(rectOf), ...scene.tiles.map(({ rect }) => rect), scene.output];
      for (const rect of rects) assert.ok(within(rect, frame), `${LAYERS[at].name} in ${frame.width}`);
      for (const grid of scene.grids)
        for (const term of step.groups[grid.group].terms.keys()) {
          const { x, y, width, height } = cellOf(grid, term);
          assert.deepEqual(hitOf(scene, x + width / 2, y + height / 2), { group: grid.group, term });
        }
    }
});

test("tiles and the pictures of maps do not overlap and fill no more than their frame", () => {
  for (const count of [1, 2, 6, 16, 64, 200]) {
    const frame = { x: 0, y: 0, width: 360, height: 60 };
    const rects = tilesIn(count, frame).map(({ rect }) => rect);
    assert.equal(rects.length, count);
    for (const [index, { x, y }] of rects.entries())
      assert.deepEqual(
        rects.flatMap((rect, other) => (holds(rect, x, y) ? [other] : [])),
        [index],
      );
    const maps = Array.from({ length: count }, () => ({ rows: 12, columns: 12 }));
    for (const grid of atlas(maps, { ...frame, height: 200 }))
      assert.ok(within(rectOf(grid), { ...frame, height: 200 }));
  }
});

test("places, sums and powers in words", () => {
  assert.equal(placeText(LAYERS[1], 7), "map 2, row 2, column 2");
  assert.equal(placeText(LAYERS[0], 4), "row 2, column 2");
  assert.equal(placeText(LAYERS[4], 1), "number 2");
  assert.equal(crumbText(LAYERS[1], 7), "conv1 (2, 2)");
  assert.equal(sumText([0.5, -0.25, 1]), "0.5 − 0.25 + 1");
  assert.equal(sumText([-1, -0.0001]), "−1 + 0");
  assert.equal(powerText(12345.6), "12,346");
  const step = stepAt(LAYERS, 1, 0);
  assert.equal(termText(step, step.groups[0], step.groups[0].terms[1]), "input, row 1, column 1: 1 × 10 = 10");
  assert.match(termText(step, step.groups[0], step.groups[0].terms[0]), /Padding/);
  assert.match(sentenceOf(step), /The sum of 2 products is 10\. With the bias: 10 \+ 5 = 15\./);
});

test("no probability of the answer looks like 0 or 1", () => {
  assert.deepEqual(titlesOf(DIGITS, [0.9998, 0.0002, 0.5]), ["0: >99.9 %", "1: <0.1 %", "2: 50.0 %"]);
});
