import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, operationOf, TO_SCALE } from "../../cnnplay/ui/components/scripts/volumes/layout.js";
import { bodyPaths, path, windowPaths, wirePaths } from "../../cnnplay/ui/components/scripts/volumes/paths.js";

/** @import { Layer } from "../../cnnplay/ui/components/scripts/volumes/layout.js" */

/** @type {(name: string, kind: string, shape: number[], window?: [number, number]) => Layer} */
const layer = (name, kind, shape, window) => ({ name, kind, shape, title: name, window: window ?? null, lines: [] });

const LAYERS = [
  layer("input", "input", [28, 28, 1]),
  layer("conv1", "convolution", [26, 26, 6], [3, 3]),
  layer("relu1", "activation", [26, 26, 6]),
  layer("max1", "pooling", [13, 13, 6], [2, 2]),
  layer("flatten", "flatten", [1014]),
  layer("dense1", "dense", [10]),
];
/** Six pixels a letter. @param {string} text */
const textWidth = (text) => 6 * text.length;

test("an operation is named without its number, with its window", () => {
  assert.deepEqual(operationOf(LAYERS[0]), ["", ""]);
  assert.deepEqual(operationOf(LAYERS[1]), ["conv", "3×3"]);
  assert.deepEqual(operationOf(LAYERS[5]), ["dense", ""]);
  assert.deepEqual(operationOf({ ...LAYERS[1], operation: "filter" }), ["filter", "3×3"]);
  assert.deepEqual(
    fit(LAYERS, 1000, textWidth).items.map(({ operation, under }) => operation + under),
    ["", "conv 3×3", "relu", "max 2×2", "flatten", "dense"],
  );
});

test("all sizes have one scale: what is twice as high in the network is twice as high on the screen", () => {
  const { items, scale } = fit(LAYERS, 1000, textWidth);
  for (const item of items.filter(({ vector, chip }) => !vector && !chip)) {
    assert.equal(item.height, item.rows * scale);
    assert.equal(item.width, item.columns * scale);
  }
  const [, , relu] = items;
  assert.equal(relu.chip, true);
  assert.equal(relu.right, 0);
});

test("the whole fits the width where it can be read, and boxes and labels do not touch", () => {
  for (const available of [600, 800, 1100, 1600]) {
    const { items, width } = fit(LAYERS, available, textWidth);
    assert.ok(width <= available, `${width} in ${available}`);
    for (const [index, item] of items.slice(1).entries()) {
      const before = items[index];
      assert.ok(item.x - item.width / 2 >= before.x + before.width / 2 + before.right);
    }
    const labelled = items.filter(({ labelWidth }) => labelWidth);
    for (const [index, item] of labelled.slice(1).entries())
      assert.ok(item.x - item.labelWidth / 2 > labelled[index].x + labelled[index].labelWidth / 2);
  }
});

test("standing close, the boxes are larger at the same width, and ten scores can be hit one by one", () => {
  const style = { close: true, unit: 18, tallest: 250 };
  const [usual, close] = [TO_SCALE, style].map((one) => fit(LAYERS, 780, textWidth, one));
  assert.ok(close.scale > 1.15 * usual.scale, `${close.scale} and ${usual.scale}`);
  assert.ok(close.width <= 780);
  const [, conv, relu, , flat, scores] = close.items;
  assert.deepEqual([conv.operation, conv.under], ["conv", "3×3"]);
  assert.deepEqual([relu.operation, flat.operation], ["relu", ""]);
  assert.equal(scores.height, 180);
  assert.equal(scores.width, 18);
  assert.equal(flat.longCut, true);
});

test("on a phone the scale is the least that can be read, and the strip scrolls", () => {
  const { scale, width } = fit(LAYERS, 200, textWidth);
  assert.equal(scale, 2.4);
  assert.ok(width > 200);
});

test("a long vector and a deep stack are cut, with a break mark, others are not", () => {
  const { items } = fit([...LAYERS, layer("conv2", "convolution", [12, 12, 512], [3, 3])], 1100, textWidth);
  const breaks = items.map((item) => Boolean(bodyPaths(item).gap));
  assert.deepEqual(breaks, [false, false, false, false, true, false, true]);
  assert.deepEqual(
    items.map(({ longCut }) => longCut),
    [false, false, false, false, true, false, false],
  );
});

test("the window lies within the box that it slides over, and leads to one cell", () => {
  const { items, scale } = fit(LAYERS, 1000, textWidth);
  const [input, conv, , max, flat] = items;
  for (const [item, source] of [
    [conv, input],
    [max, conv],
  ]) {
    const { window = "", cone = "" } = windowPaths(item, source, scale);
    const numbers = [...window.split("Z")[0].matchAll(/-?[\d.]+/g)].map(Number);
    const across = numbers.filter((_, index) => index % 2 === 0).map((x) => x + item.x - source.x);
    assert.ok(Math.min(...across) >= -source.width / 2 - 0.01 && Math.max(...across) <= source.width / 2 + 0.01);
    assert.ok(Math.abs(Math.max(...across) - Math.min(...across) - (item.layer.window ?? [0])[0] * scale) < 0.02);
    assert.equal(cone.split("M").length - 1, 4); // a line from each corner
  }
  assert.deepEqual(windowPaths(flat, max, scale), {}); // it has none
});

test("a wire leads from each box to the next, and none to the first", () => {
  const { items } = fit(LAYERS, 1000, textWidth);
  assert.deepEqual(wirePaths(items[0], undefined), {});
  const { wire = "" } = wirePaths(items[1], items[0]);
  const [start, , end] = [...wire.matchAll(/-?[\d.]+/g)].map(Number);
  assert.ok(items[1].x + start > items[0].x + items[0].width / 2);
  assert.ok(start < end && end < -items[1].width / 2);
});

test("elements on the wire have signs of their own", () => {
  const [chip] = fit([layer("relu1", "activation", [5])], 500, textWidth).items;
  const signs = ["activation", "dropout", "batchnorm"].map(
    (kind) => bodyPaths({ ...chip, layer: layer("a", kind, [5]) }).slices,
  );
  assert.equal(new Set(signs).size, 3);
  assert.equal(path(), "");
});
