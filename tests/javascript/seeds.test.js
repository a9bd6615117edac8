import assert from "node:assert/strict";
import { test } from "node:test";
import { logarithmicTicks, outline } from "../../cnnplay/ui/components/scripts/seeds/bands.js";
import { arrange, aside, limitsOf } from "../../cnnplay/ui/components/scripts/seeds/data.js";

test("groups of one place stand side by side, places apart", () => {
  const { places, at } = arrange([{ place: "2×2" }, { place: "2×2" }, { place: "5×5" }]);
  assert.deepEqual(places, ["2×2", "5×5"]);
  assert.ok(at[0] < at[1] && at[1] < 0.5 && at[2] > 0.5);
  assert.equal(at[2], 0.75);
});

test("the dots of a group stand from one side to the other, a single one in the middle", () => {
  assert.deepEqual(
    [0, 1, 2].map((index) => aside(index, 3)),
    [-1, 0, 1],
  );
  assert.equal(aside(0, 1), 0);
});

test("limits have a margin, and at least the span that is asked for", () => {
  const [low, high] = limitsOf([0.9, 0.9], 0.01);
  assert.ok(Math.abs(high - low - 0.01) < 1e-9);
  const wide = limitsOf([0, 1], 0.01);
  assert.ok(wide[0] < 0 && wide[1] > 1);
  assert.deepEqual(limitsOf([], 0.01), [0, 1]);
});

test("a logarithmic scale has ticks at 1, 2 and 5", () => {
  assert.deepEqual(
    logarithmicTicks(Math.log10(0.15), Math.log10(2.5)).map((tick) => Number(tick.toFixed(9))),
    [0.2, 0.5, 1, 2],
  );
});

test("a band is its upper edge and its lower one back", () => {
  const band = {
    low: /** @type {[number, number][]} */ ([
      [0, 1],
      [1, 2],
    ]),
    middle: [],
    high: /** @type {[number, number][]} */ ([
      [0, 3],
      [1, 4],
    ]),
  };
  assert.deepEqual(outline(band), [
    [0, 3],
    [1, 4],
    [1, 2],
    [0, 1],
  ]);
});
