import assert from "node:assert/strict";
import { test } from "node:test";
import {
  angleAt,
  answerAt,
  indexAt,
  nearestAngle,
  period,
  pictureAt,
  products,
  under,
  winnerAt,
} from "../../cnnplay/ui/components/scripts/orientations/answers.js";
import { rimAt } from "../../cnnplay/ui/components/scripts/orientations/dial.js";
import { wordsAt } from "../../cnnplay/ui/components/scripts/orientations/words.js";
import { total } from "../../cnnplay/ui/components/scripts/shared/scale.js";

/** Two filters of 2 × 2 pixels, and a line in a picture of 4 × 4 at four angles. */
function makeData() {
  const angles = [0, 45, 90, 135];
  const lines = angles.map((_, turn) =>
    [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => ((row + turn) * (column + 1)) % 5)),
  );
  const filters = [
    {
      angle: 0,
      title: "0°",
      kernel: [
        [1, 2],
        [-1, 0.5],
      ],
    },
    {
      angle: 90,
      title: "90°",
      kernel: [
        [0, -2],
        [3, 1],
      ],
    },
  ];
  const responses = filters.map(({ kernel }) =>
    lines.map((line) => total(products(under(line, kernel).values, kernel).flat())),
  );
  const start = { angle: 0, filter: null };
  return { alt: "", subject: "", start, angles, lines, filters, kernel_range: 3, responses };
}

test("angles go round where half a turn or a whole one is covered, and end where not", () => {
  assert.equal(period([0, 45, 90, 135]), 180);
  assert.equal(period([0, 90, 180, 270]), 360);
  assert.equal(period([0, 10, 20]), 0);
  assert.equal(period([0]), 0);
});

test("a kernel lies on the middle of the picture", () => {
  const picture = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => 10 * row + column));
  const kernel = [
    [0, 0],
    [0, 0],
  ];
  assert.deepEqual(under(picture, kernel), {
    top: 1,
    left: 1,
    values: [
      [11, 12],
      [21, 22],
    ],
  });
});

test("between two angles the answer is the sum of the products with the picture that is shown there", () => {
  const data = makeData();
  for (const at of [0, 1.25, 2.5, 3.75]) {
    const picture = pictureAt(data, at);
    for (const [filter, { kernel }] of data.filters.entries()) {
      const sum = total(products(under(picture, kernel).values, kernel).flat());
      assert.ok(Math.abs(answerAt(data, at, filter) - sum) < 1e-9);
    }
  }
});

test("half a turn on, the line lies where it lay", () => {
  const data = makeData();
  assert.equal(angleAt(data, 3.5), 157.5);
  assert.equal(indexAt(data, 3.4), 3);
  assert.equal(indexAt(data, 3.6), 0);
  assert.equal(nearestAngle(data, 170), 0);
  assert.equal(nearestAngle(data, -50), 3); // a pointer below the middle
  assert.equal(nearestAngle(data, 100), 2);
});

test("the winner is the filter that responds most, and the words say so", () => {
  const data = {
    ...makeData(),
    responses: [
      [1, 5, 2, 0],
      [3, 4, 2, -1],
    ],
  };
  assert.deepEqual(
    [0, 1, 2].map((index) => winnerAt(data, index)),
    [1, 0, 0], // of two alike the first
  );
  const words = wordsAt(data, 0, 1, null);
  assert.equal(words.reading, "The line lies at 0°. The 90° filter responds most: 3.");
  assert.match(words.note, /Choose a filter/);
  assert.match(wordsAt(data, 0, 1, 1).note, /You have laid this filter/);
  assert.match(wordsAt(data, 0, 1, 0).note, /The 0° filter, laid on the line, responds with 1\.$/);
  assert.equal(wordsAt(data, 0, 1, 0).kernel, "0° filter");
});

test("the grips run along a square with round corners", () => {
  const near = (/** @type {number} */ one, /** @type {number} */ other) => Math.abs(one - other) < 1e-9;
  for (const quarter of [0, 1, 2, 3]) {
    const [x, y] = rimAt((quarter * Math.PI) / 2);
    assert.ok(near(Math.hypot(x, y), 138));
  }
  const [x, y] = rimAt(Math.PI / 4);
  assert.ok(near(x, y) && x > 138 * Math.SQRT1_2 && x < 138);
});
