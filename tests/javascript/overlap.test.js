import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isMirrored,
  measure,
  movedOutline,
  product,
  resultAt,
  resultCurve,
} from "../../cnnplay/ui/components/scripts/overlap/functions.js";
import { wordsAt } from "../../cnnplay/ui/components/scripts/overlap/words.js";
import { total } from "../../cnnplay/ui/components/scripts/shared/scale.js";

const STEP = 0.5;
const X = [-1, -0.5, 0, 0.5, 1];
const F = [0, 1, 2, -1, 0];
const G = [0, 3, 1, 0.5, 0];
const SHIFTS = [-1, -0.5, 0, 0.5, 1];

/** The result by the definition: sum of f(t) g(t - s) step, or of f(t) g(s - t) step. @param {1 | -1} sign */
const defined = (sign) =>
  SHIFTS.map((shift) =>
    total(
      X.map((t, index) => {
        const at = X.indexOf(sign * (t - shift));
        return at < 0 ? 0 : F[index] * G[at] * STEP;
      }),
    ),
  );

/** @type {import("../../cnnplay/ui/components/scripts/overlap/functions.js").Data} */
const DATA = {
  alt: "",
  subject: "",
  start: { shift: null, flipped: false },
  x: X,
  f: F,
  g: G,
  step: STEP,
  shifts: SHIFTS,
  results: { "cross-correlation": defined(1), convolution: defined(-1) },
  f_title: "f",
  g_title: "g",
};

test("the area of the product is the result at every shift, as it is and flipped", () => {
  for (const turn of [0, 1]) {
    for (const [at, shift] of SHIFTS.entries()) {
      const area = total(product(DATA, shift, turn)) * STEP;
      assert.ok(Math.abs(area - resultAt(DATA, at, turn)) < 1e-12, `shift ${shift}: ${area}`);
    }
  }
});

test("also while g is flipped and between two shifts the area is the height of the dot", () => {
  for (const turn of [0, 0.3, 1]) {
    const area = total(product(DATA, 0.25, turn)) * STEP;
    assert.ok(Math.abs(area - resultAt(DATA, 2.5, turn)) < 1e-12);
  }
});

test("a symmetric function is its own mirror image", () => {
  assert.equal(isMirrored(DATA), false);
  assert.equal(isMirrored({ ...DATA, g: [0, 3, 1, 3, 0] }), true);
});

test("g is drawn from left to right, however far it is flipped, and beside it the axis", () => {
  for (const turn of [0, 0.4, 0.6, 1]) {
    const points = movedOutline(DATA, 0.5, turn, [-3, 3]);
    const across = points.map(([x]) => x);
    assert.deepEqual(
      across,
      [...across].sort((a, b) => a - b),
    );
    assert.deepEqual(
      [points[0], points[points.length - 1]],
      [
        [-3, 0],
        [3, 0],
      ],
    );
  }
  const flipped = movedOutline(DATA, 0, 1, [-3, 3]).map(([, y]) => y);
  assert.deepEqual(flipped, [0, 0, 0, 0.5, 1, 3, 0, 0, 0]);
});

test("what has been seen of the result ends where g has been, also between two shifts", () => {
  const curve = resultCurve(DATA, 0, [0.5, 2.5]);
  assert.deepEqual(
    curve.map(([x]) => x),
    [-0.75, -0.5, 0, 0.25],
  );
  assert.equal(curve[3][1], resultAt(DATA, 2.5, 0));
});

test("the axes have room for all that can be drawn", () => {
  const { across, upper, lower } = measure(DATA);
  assert.deepEqual(across, [-1, 1]);
  assert.ok(upper[0] < -3 && upper[1] > 6); // the products of -1 and 3, and of 2 and 3
  assert.ok(lower[1] > Math.max(...DATA.results.convolution, ...DATA.results["cross-correlation"]));
  assert.equal(measure({ ...DATA, f: [0, 1, 2, 1, 0] }).upper[0], 0); // nothing lies below the axis
});

test("the words name the operation, the shift and the value", () => {
  const plain = wordsAt(DATA, 3, false, { signed: false, mirrored: false });
  assert.equal(plain.operation, "cross-correlation");
  assert.equal(plain.moved, " moved by 0.5");
  assert.match(plain.reading, /^At shift 0\.5 the product’s area is [−\d.]+\.$/);
  const flipped = wordsAt(DATA, 0, true, { signed: true, mirrored: true });
  assert.equal(flipped.operation, "convolution");
  assert.equal(flipped.moved, " flipped, moved by −1");
  assert.match(flipped.reading, /Area below the axis counts as negative\.$/);
  assert.match(flipped.remark, /mirror image\.$/);
});
