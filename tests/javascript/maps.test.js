import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellText,
  describe,
  outlineOf,
  shapeOf,
  sizeOf,
  valuesOf,
  within,
  withValues,
} from "../../cnnplay/ui/components/scripts/maps/values.js";

/** @type {import("../../cnnplay/ui/components/scripts/maps/values.js").Picture} */
const PICTURE = {
  id: "a",
  title: "Map 1",
  values: [
    [0.01234, 1, 2],
    [3, 4, 5],
  ],
  scale: "signed",
  range: 5,
};
const COLOUR = { ...PICTURE, values: [0, 1, 2].map(() => PICTURE.values) };

test("rows come before columns, in a colour picture as well", () => {
  assert.deepEqual(shapeOf(PICTURE), [2, 3]);
  assert.deepEqual(shapeOf(/** @type {any} */ (COLOUR)), [2, 3]);
});

test("a cell is whole device pixels wide where there is room, and alike both ways", () => {
  for (const dots of [1, 1.5, 2]) {
    for (const side of [30, 96, 161]) {
      const { width, height } = sizeOf([28, 14], side, dots);
      const cell = (width / 14) * dots;
      assert.ok(Math.abs(cell - Math.round(cell)) < 1e-9 && cell >= 1, `${cell}`);
      assert.equal(height, 2 * width);
      assert.ok(height <= side + 1e-9);
    }
  }
  assert.deepEqual(sizeOf([1, 100], 50, 1), { width: 50, height: 5 }); // half a pixel a cell, yet still to be seen
});

test("the cursor stays within its picture", () => {
  assert.deepEqual(within([-1e9, 1], [2, 3]), [0, 1]);
  assert.deepEqual(within([1, 1e9], [2, 3]), [1, 2]);
});

test("a number is read with its row and column, counted from one", () => {
  assert.equal(cellText(PICTURE, [1, 2]), "row 2, column 3: 5");
  assert.equal(cellText(PICTURE, [0, 0]), "row 1, column 1: 0.0123"); // a small weight has more digits
  assert.equal(cellText(/** @type {any} */ (COLOUR), [0, 1]), "row 1, column 2: red 1, green 1, blue 1");
  const empty = { ...PICTURE, values: [[null]] };
  assert.equal(cellText(/** @type {any} */ (empty), [0, 0]), "row 1, column 1: nothing");
});

test("a picture says its title, its size and whether it is chosen", () => {
  assert.equal(describe(PICTURE, false), "Map 1, 2 × 3 numbers");
  const chosen = { ...PICTURE, title: "", caption: "0.5", chosen: true };
  assert.equal(describe(chosen, true), "picture, 2 × 3 numbers, 0.5, chosen, Enter chooses it");
});

test("cells that touch have one outline", () => {
  assert.equal(outlineOf([[3, 3]]).length, 4);
  const pair = outlineOf([
    [0, 0],
    [0, 1],
  ]);
  assert.equal(pair.length, 6);
  assert.ok(!pair.some((side) => String(side) === "0,1,1,1")); // the side between them
  const apart = outlineOf([
    [0, 0],
    [2, 2],
  ]);
  assert.equal(apart.length, 8);
});

test("a stored picture has the numbers of its bytes, from 0 to 1, a plane for each channel", () => {
  /** @type {import("../../cnnplay/ui/components/scripts/shared/bytes.js").Picture} */
  const grey = { pixels: btoa(String.fromCharCode(0, 51, 102, 153, 204, 255)), shape: [2, 3, 1] };
  assert.deepEqual(valuesOf(grey), [
    [0, 0.2, 0.4],
    [0.6, 0.8, 1],
  ]);
  /** @type {import("../../cnnplay/ui/components/scripts/shared/bytes.js").Picture} */
  const colour = { pixels: btoa(String.fromCharCode(255, 0, 51, 0, 255, 102)), shape: [1, 2, 3] };
  assert.deepEqual(valuesOf(colour), [[[1, 0]], [[0, 1]], [[0.2, 0.4]]]);
  assert.deepEqual(withValues({ ...PICTURE, stored: grey, values: undefined }).values, valuesOf(grey));
  assert.equal(withValues(PICTURE).values, PICTURE.values);
});
