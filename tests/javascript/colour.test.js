import assert from "node:assert/strict";
import { test } from "node:test";
import { wordsAt } from "../../cnnplay/ui/components/scripts/connections/words.js";
import { cellText } from "../../cnnplay/ui/components/scripts/maps/values.js";
import { channelsText, isColour, mixed, shapeOf, tinted } from "../../cnnplay/ui/components/scripts/shared/colour.js";
import {
  isColourInput,
  mapName,
  pixelOf,
  readLayers,
  spotOf,
} from "../../cnnplay/ui/components/scripts/zoom/numbers.js";
import { sceneOf } from "../../cnnplay/ui/components/scripts/zoom/scene.js";
import { stepAt } from "../../cnnplay/ui/components/scripts/zoom/steps.js";
import { mapOf, placeText, pointedText, sentenceOf, termText } from "../../cnnplay/ui/components/scripts/zoom/words.js";
import { layer, packed } from "./layers.js";

const PICTURE = [
  [
    [1, 0],
    [0.5, 0],
    [0, 0],
  ],
  [
    [0, 1],
    [0.5, 0],
    [0, 0],
  ],
  [
    [0, 0],
    [0.5, 1],
    [0, 0.25],
  ],
];

test("a picture with three channels is one in colour, with rows and columns like a grey one", () => {
  assert.ok(isColour(PICTURE));
  assert.ok(!isColour(PICTURE[0]));
  assert.deepEqual(shapeOf(PICTURE), [3, 2]);
  assert.deepEqual(shapeOf(PICTURE[0]), [3, 2]);
});

test("three brightnesses are a colour, and one of them a tint of its own", () => {
  assert.deepEqual(mixed([1, 0.5, 0]), [255, 128, 0]);
  assert.deepEqual(mixed([2, -1, 0.25], 2), [255, 0, 32]);
  assert.deepEqual(tinted(1, 0), [255, 0, 0]);
  assert.deepEqual(tinted(0.5, 2), [0, 0, 128]);
});

test("reading a pixel of a colour picture names each channel", () => {
  assert.equal(channelsText([1, 0.5, 0]), "red 1, green 0.5, blue 0");
  const picture = { id: "a", values: PICTURE, scale: /** @type {const} */ ("grey"), range: 1 };
  assert.equal(cellText(picture, [2, 1]), "row 3, column 2: red 0, green 0, blue 0.25");
});

test("a neuron that reads a colour picture reads each pixel in red, green and blue", () => {
  const place = { row: 0, column: 0 };
  assert.match(wordsAt(place, 9, true).convolution, /9 pixels in red, green and blue/);
  assert.doesNotMatch(wordsAt(place, 9).convolution, /red/);
});

/** Channels last: the pixels (1, 0, 0) and (0, 1, 1); a kernel of 1 × 2 whose weights are 1, 2, 3 and 4, 5, 6. */
const LAYERS = readLayers(
  [
    layer("input", "input", [1, 2, 3], [1, 0, 0, 0, 1, 1], {}),
    layer("conv1", "convolution", [1, 1, 1], [12], {
      rows: { starts: [0], taps: [0], size: 1 },
      columns: { starts: [0], taps: [0, 1], size: 2 },
      kernel: packed([1, 2, 3, 4, 5, 6]),
      bias: [0],
    }),
    layer("flatten", "flatten", [1], [12], {}),
    layer("dense1", "dense", [2], [12, -12], { kernel: packed([1, -1]), bias: [0, 0] }),
    layer("softmax", "softmax", [2], [1, 0], { powers: [3, 1], total: 4, shift: 0 }),
  ],
  ["circle", "a very long name of a class"],
);
const [INPUT, , , DENSE, SOFTMAX] = LAYERS;

test("the maps of a colour input are called red, green and blue; those of a grey one and of other layers keep numbers", () => {
  assert.ok(isColourInput(INPUT));
  assert.ok(!isColourInput(LAYERS[1]));
  assert.ok(!isColourInput({ kind: "input", shape: [1, 2, 1] }));
  assert.ok(!isColourInput({ kind: "convolution", shape: [1, 2, 3] }));
  assert.equal(mapName(INPUT, 2), "blue");
  assert.equal(mapName({ kind: "convolution", shape: [1, 2, 3] }, 2), "map 3");
  assert.equal(mapOf(INPUT, 1), "green, channel 2 of 3");
  assert.equal(placeText(INPUT, 4), "green, row 1, column 2");
  assert.equal(pointedText(INPUT, 4), "input, row 1, column 2: red 0, green 1, blue 1");
  assert.deepEqual(pixelOf(INPUT, 2), [1, 0, 0]);
});

test("a convolution of a colour picture has a group of products for each channel", () => {
  const step = stepAt(LAYERS, 1, 0);
  assert.deepEqual(
    step.groups.map(({ title, sum }) => [title, sum]),
    [
      ["red", 1],
      ["green", 5],
      ["blue", 6],
    ],
  );
  assert.equal(step.result, 12);
  assert.match(termText(step, step.groups[2], step.groups[2].terms[1]), /^input, blue, row 1, column 2: 1 × 6 = 6$/);
});

test("a pixel of a colour picture is shown in its three channels, each a grid among its neighbours", () => {
  const step = stepAt(LAYERS, 0, 4);
  assert.deepEqual(
    step.groups.map(({ title }) => title),
    ["red", "green", "blue"],
  );
  assert.equal(step.chosen?.index, 4);
  assert.equal(step.result, step.value);
  assert.match(sentenceOf(step), /red 0, green 1, blue 1/);
  const { grids, captions } = sceneOf(step, 1, { x: 0, y: 0, width: 800, height: 260 });
  assert.deepEqual(
    grids.map(({ group }) => group),
    [0, 1, 2],
  );
  assert.deepEqual(
    captions.map(({ text }) => text),
    ["red", "green", "blue"],
  );
  for (const { terms } of step.groups) for (const { index } of terms) assert.ok(spotOf(INPUT, Number(index)).map < 3);
});

test("scores and probabilities are called by the names of the classes", () => {
  assert.equal(placeText(DENSE, 0), "score of “circle”");
  assert.equal(placeText(SOFTMAX, 1), "“a very long name of a class”");
  assert.equal(LAYERS[2].classes, null);
});

test("the sum over a colour picture is told channel by channel", () => {
  assert.match(sentenceOf(stepAt(LAYERS, 1, 0)), /The sum of 6 products is 12, channel by channel 1 \+ 5 \+ 6\./);
});
