import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsOf } from "../../cnnplay/ui/components/scripts/film/curve.js";
import { makePalette, numberOf } from "../../cnnplay/ui/components/scripts/shared/bytes.js";
import { inkOf } from "../../cnnplay/ui/components/scripts/shared/pixels.js";

test("a byte stands for a number between the ends of the scale, and signed bytes have their zero in the middle", () => {
  assert.deepEqual(
    [0, 51, 255].map((byte) => numberOf(byte, "grey", 2)),
    [0, 0.4, 2],
  );
  assert.deepEqual(
    [1, 128, 255].map((byte) => numberOf(byte, "signed", 2)),
    [-2, 0, 2],
  );
  assert.equal(numberOf(0, "signed", 2), -2); // a byte that Python never sends
});

test("a palette holds the colours that the numbers have elsewhere", () => {
  const palette = makePalette("signed", 0.5, true);
  assert.equal(palette.length, 256);
  assert.deepEqual(palette[255], inkOf(0.5, "signed", 0.5, true));
  assert.deepEqual(palette[128], inkOf(0, "signed", 0.5, true));
});

test("a curve fills its plot: the first value at the left, the largest at the top", () => {
  assert.deepEqual(pointsOf([1, 3, 2]), [
    [0, 100],
    [50, 0],
    [100, 50],
  ]);
  assert.deepEqual(pointsOf([7]), [[0, 100]]); // a film of one frame
});
