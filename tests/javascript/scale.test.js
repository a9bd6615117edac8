import assert from "node:assert/strict";
import { test } from "node:test";
import {
  between,
  clamp,
  decimals,
  linear,
  linearTicks,
  lowerBound,
  mix,
  nearestIndex,
  niceStep,
  pathThrough,
  quantile,
  total,
} from "../../cnnplay/ui/components/scripts/shared/scale.js";

/** A random generator that always begins alike (mulberry32). */
function randoms(seed = 1) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("clamp holds a value between two others", () => {
  assert.deepEqual(
    [-1, 0.5, 7].map((value) => clamp(value, 0, 1)),
    [0, 0.5, 1],
  );
});

test("mix goes in a straight line from one number to another", () => {
  assert.deepEqual(
    [0, 0.25, 1].map((share) => mix(10, 20, share)),
    [10, 12.5, 20],
  );
});

test("a linear scale takes the ends of one interval to those of another, which may be in falling order", () => {
  const scale = linear([10, 20], [100, 0]);
  assert.deepEqual([10, 12.5, 20, 30].map(scale), [100, 75, 0, -100]);
  assert.equal(linear([5, 5], [0, 100])(5), 0); // of one point
});

test("between two samples lies the line that joins them, beyond the last there is zero", () => {
  assert.equal(between([0, 10, 40], 1), 10);
  assert.equal(between([0, 10, 40], 1.5), 25);
  assert.equal(between([0, 10, 40], 2.5), 20);
  assert.equal(between([0, 10, 40], 5), 0);
});

test("the nearest of several values is none that another comes nearer than", () => {
  const random = randoms();
  for (let round = 0; round < 200; round += 1) {
    const values = Array.from({ length: 1 + Math.floor(9 * random()) }, random);
    const wanted = random();
    const found = values[nearestIndex(values, wanted)];
    for (const value of values) assert.ok(Math.abs(found - wanted) <= Math.abs(value - wanted));
  }
  assert.equal(nearestIndex([1, 3], 2), 0); // of two equally near, the first
});

test("the lower bound cuts a sorted list into what is below and what is not", () => {
  const random = randoms(2);
  for (let round = 0; round < 200; round += 1) {
    const values = Array.from({ length: Math.floor(12 * random()) }, () => Math.floor(10 * random())).sort(
      (a, b) => a - b,
    );
    const wanted = Math.floor(12 * random()) - 1;
    assert.equal(
      lowerBound(values.length, (index) => values[index], wanted),
      values.filter((value) => value < wanted).length,
    );
  }
});

test("a round step is 1, 2 or 5 times a power of ten and cuts a span into no more parts than asked for", () => {
  const random = randoms(3);
  for (let round = 0; round < 500; round += 1) {
    const span = 10 ** (12 * random() - 6);
    const count = 1 + Math.floor(9 * random());
    const step = niceStep(span, count);
    const leading = Number(step.toExponential(6).split("e")[0]);
    assert.ok([1, 2, 5].includes(leading), `${step}`);
    assert.ok(span / step <= count * (1 + 1e-6), `${span} in steps of ${step}`);
    assert.ok(span / step > count / 2.5 - 1e-6, `${span} in steps of ${step}: fewer than need be`);
  }
  assert.equal(niceStep(10, 5), 2);
  assert.equal(niceStep(1, 10), 0.1);
});

test("ticks are the multiples of a step within the limits, both ends included", () => {
  assert.deepEqual(linearTicks([0, 1], 0.25), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(linearTicks([-3, 4], 2), [-2, 0, 2, 4]);
  assert.deepEqual(linearTicks([0.1, 0.2], 1), []);
  assert.equal(linearTicks([0, 0.3], 0.1).length, 4); // 0.3 is a little less than three times 0.1
});

test("as many digits are written as tell two ticks apart", () => {
  assert.deepEqual([10, 1, 0.5, 0.2, 0.01].map(decimals), [0, 0, 1, 1, 2]);
});

test("half of the values lie below the median", () => {
  assert.equal(quantile([1, 2, 3, 4, 5], 0.5), 3);
  assert.equal(quantile([1, 2, 3, 4, 5], 0), 1);
  assert.equal(quantile([1, 2, 3, 4, 5], 1), 5);
  assert.equal(total([1, 2, 3.5]), 6.5);
});

test("a path goes through its points in their order", () => {
  assert.equal(
    pathThrough([
      [0, 1],
      [2.5, 3],
    ]),
    "M0.00 1.00L2.50 3.00",
  );
  assert.equal(pathThrough([]), "");
});
