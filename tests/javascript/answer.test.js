import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, spoken } from "../../cnnplay/ui/components/scripts/answer/bars.js";

const SHARES = [0.05, 0.6, 0.0001, 0.3499];

test("the likeliest bar is the best, and the true digit is marked whether it is the best or not", () => {
  const bars = barsOf(SHARES, 3);
  assert.deepEqual(
    bars.map(({ best }) => best),
    [false, true, false, false],
  );
  assert.deepEqual(
    bars.map(({ right }) => right),
    [false, false, false, true],
  );
  assert.equal(bars.filter(({ best }) => best).length, 1);
});

test("of two that are equally likely one is the best, and before there is an answer none is", () => {
  assert.equal(barsOf([0.5, 0.5], null).filter(({ best }) => best).length, 1);
  assert.equal(barsOf([0, 0], null).filter(({ best }) => best).length, 0);
});

test("the probabilities are read aloud from the likeliest on", () => {
  assert.equal(spoken(SHARES), "1: 60.0 %; 3: 35.0 %; 0: 5.0 %; 2: <0.1 %");
});
