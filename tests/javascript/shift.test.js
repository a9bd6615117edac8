import assert from "node:assert/strict";
import { test } from "node:test";
import { changedCells, MIDDLE, nameOf, placeText, within } from "../../cnnplay/ui/components/scripts/shift/places.js";

test("a place is said in words, and pixels are counted", () => {
  assert.equal(placeText(MIDDLE), "In the middle");
  assert.equal(placeText({ down: 1, right: 0 }), "1 pixel down");
  assert.equal(placeText({ down: -2, right: 3 }), "2 pixels up, 3 pixels to the right");
  assert.equal(placeText({ down: 0, right: -1 }), "1 pixel to the left");
});

test("a digit goes no farther than its reach, in either direction", () => {
  assert.deepEqual(within({ down: 9, right: -9 }, 3), { down: 3, right: -3 });
  assert.deepEqual(within({ down: 1, right: 2 }, 3), { down: 1, right: 2 });
  assert.equal(nameOf({ down: -1, right: 2 }), "-1,2"); // as Python names it
});

test("a cell has changed where it differs by more than the tolerance", () => {
  const before = [
    [0, 1],
    [2, 3],
  ];
  const values = [
    [0.1, 1.3],
    [2, 2.5],
  ];
  assert.deepEqual(changedCells(values, before, 0.2), [
    [0, 1],
    [1, 1],
  ]);
  assert.deepEqual(changedCells(before, before, 0), []);
});
