import assert from "node:assert/strict";
import { test } from "node:test";
import { cellSide, readShade } from "../../cnnplay/ui/components/scripts/player/board.js";
import { countsOf, thinned } from "../../cnnplay/ui/components/scripts/player/board_legends.js";
import { appearedOf, explain, unfinished } from "../../cnnplay/ui/components/scripts/player/explain.js";
import { LEAST_WEIGHT, sizesFor } from "../../cnnplay/ui/components/scripts/player/kernel_cells.js";
import { KernelEdits } from "../../cnnplay/ui/components/scripts/player/kernel_edits.js";
import { inputName, paddingText } from "../../cnnplay/ui/components/scripts/player/panel.js";
import { widthsFor } from "../../cnnplay/ui/components/scripts/player/widths.js";
import { onItsWay, readWindow, startAt, windowAt } from "../../cnnplay/ui/components/scripts/player/windows.js";

/** @import * as Data from "../../cnnplay/ui/components/scripts/player/data.js" */

/**
 * An axis as Python describes it: windows of `taps` pixels, `stride` apart.
 * @type {(size: number, taps: number, stride?: number, before?: number, after?: number) => Data.Axis}
 */
function axis(size, taps, stride = 1, before = 0, after = 0) {
  const padded = before + size + after;
  const count = Math.floor((padded - taps) / stride) + 1;
  const starts = Array.from({ length: count }, (_, index) => index * stride - before);
  const offsets = Array.from({ length: taps }, (_, tap) => tap);
  const reads = Array.from(
    { length: padded },
    (_, at) => starts.filter((start) => at - before >= start && at - before < start + taps).length,
  );
  return { size, before, after, starts, taps: offsets, reads };
}

const COMMON = {
  subject: "",
  bias: 0,
  kernel_range: 1,
  editable: false,
  start: { row: 0, column: 0 },
  chosen: false,
};
const PIXELS = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

/** @type {Data.ConvolutionSlide} */
const CONVOLUTION = {
  ...COMMON,
  kind: "convolution",
  rows: axis(3, 2, 1, 1),
  columns: axis(3, 2),
  image: { values: [PIXELS], channels: ["grey"], scale: "grey", range: 9 },
  kernel: [
    [
      [1, -1],
      [0.5, 0],
    ],
  ],
  bias: 0.25,
  outputs: [
    { title: "Feature map", scale: "signed", range: 9, values: PIXELS },
    { title: "After ReLU", scale: "signed", range: 9, values: PIXELS },
  ],
};

/** @type {(pool: string, values: number[][]) => Data.PoolingSlide} */
const pooling = (pool, values) => ({
  ...COMMON,
  kind: "pooling",
  pool,
  kernel: null,
  rows: axis(3, 2, 2, 0, 1),
  columns: axis(3, 2, 2, 0, 1),
  image: { values: [PIXELS], channels: ["Feature map"], scale: "signed", range: 9 },
  outputs: [{ title: "After max pooling", scale: "signed", range: 9, values }],
});

/** @type {(rows: Data.Axis, columns: Data.Axis) => Data.WindowsSlide} */
const windows = (rows, columns) => ({
  ...COMMON,
  kind: "windows",
  kernel: null,
  rows,
  columns,
  image: { values: null, channels: ["pixels"], scale: "grey", range: 1 },
  outputs: [{ title: "Output", values: null, scale: "grey", range: 1 }],
});

/** The equation as it is read. @param {import("../../cnnplay/ui/components/scripts/player/explain.js").Part[]} parts */
const read = (parts) =>
  parts
    .map((part) =>
      "sign" in part ? part.sign : "list" in part ? part.list : "number" in part ? part.number : part.sentence,
    )
    .join(" ");

test("a window reads the pixels under its taps, and zeros in the padding", () => {
  assert.deepEqual(readWindow(CONVOLUTION, { row: 0, column: 1 }, 0), [
    { inside: false, value: 0 },
    { inside: false, value: 0 },
    { inside: true, value: 2 },
    { inside: true, value: 3 },
  ]);
});

test("the products of a convolution are written out, and padding counts as zero", () => {
  const { cells, parts, sum, remark, detail } = explain(CONVOLUTION, { row: 0, column: 1 }, 0, false);
  assert.deepEqual(
    cells.map(({ small, large }) => `${small} = ${large}`),
    ["padding 0 × 1 = 0", "padding 0 × −1 = 0", "2 × 0.5 = 1", "3 × 0 = 0"],
  );
  assert.equal(sum, 1.25);
  assert.equal(read(parts), "1 + 0.25 = 2 → 2"); // what the map has comes from Python
  assert.equal(detail, "4 products");
  assert.equal(remark, "2 of the 4 pixels are padding, which is 0.");
  assert.equal(explain(CONVOLUTION, { row: 1, column: 0 }, 0, false).remark, "");
});

test("of several channels every sum is shown, of many the chosen one and the rest", () => {
  const [map] = CONVOLUTION.kernel;
  const of = (/** @type {number} */ count) => {
    const names = Array.from({ length: count }, (_, index) => `map ${index + 1}`);
    const image = { ...CONVOLUTION.image, values: names.map(() => PIXELS), channels: names };
    return explain({ ...CONVOLUTION, image, kernel: names.map(() => map) }, { row: 1, column: 0 }, 1, false);
  };
  assert.equal(read(of(2).parts), "1 + 1 + 0.25 = 4 → 4"); // 1·1 − 2·1 + 4·0.5
  assert.equal(of(2).sum, 2.25);
  assert.equal(read(of(5).parts), "1 + 4 + 0.25 = 4 → 4");
  assert.match(of(5).remark, /^The products of all channels/);
});

test("a pool marks the numbers that win, and leaves the padding out", () => {
  const { cells, parts, sum, remark } = explain(
    pooling("max", [
      [5, 6],
      [8, 9],
    ]),
    { row: 0, column: 1 },
    0,
    false,
  );
  assert.deepEqual(
    cells.map(({ small, large }) => [small, large]),
    [
      ["", "3"],
      ["padding", ""],
      ["✓ largest", "6"],
      ["padding", ""],
    ],
  );
  assert.equal(read(parts), "max(3, 6) = 6");
  assert.equal(sum, 6);
  assert.equal(remark, "Padding does not count: 2 of the 4 cells count.");
});

test("a mean is written as a sum that is divided, and of an unknown pool the map's number is taken", () => {
  const mean = explain(
    pooling("mean", [
      [3, 4.5],
      [7.5, 9],
    ]),
    { row: 0, column: 0 },
    0,
    false,
  );
  assert.equal(read(mean.parts), "(1 + 2 + 4 + 5) ÷ 4 = 3");
  assert.equal(mean.sum, 3);
  const other = explain(
    pooling("median", [
      [2, 2],
      [2, 2],
    ]),
    { row: 1, column: 1 },
    0,
    false,
  );
  assert.equal(other.sum, 2);
  assert.equal(read(other.parts), "median(9) = 2");
});

test("the products appear one by one, then the result, and then there is time left to read it", () => {
  assert.deepEqual(
    [0, 0.1, 0.2, 0.59].map((share) => appearedOf(share, 9)),
    [1, 2, 4, 9],
  );
  assert.equal(appearedOf(0.61, 9), null);
  assert.equal(appearedOf(0.99, 1), null);
});

test("while the products appear, only the sum so far is told", () => {
  const whole = explain(CONVOLUTION, { row: 1, column: 0 }, 0, false); // 1·1 − 2·1 + 4·0.5 + 5·0
  const { cells, parts, sum, value } = unfinished(whole, 2);
  assert.deepEqual(
    cells.map(({ large, kind }) => [large, kind]),
    [
      ["1", ""],
      ["−2", ""],
      ["", "pending"],
      ["", "pending"],
    ],
  );
  assert.equal(read(parts), "−1 + … = … → …");
  assert.deepEqual([sum, value], [undefined, undefined]);
  assert.equal(read(unfinished(whole, 4).parts), "1 + … = … → …");
});

test("which number wins is not told before all have been read", () => {
  const slide = pooling("max", [
    [5, 6],
    [8, 9],
  ]);
  const { cells, parts } = unfinished(explain(slide, { row: 0, column: 0 }, 0, false), 4);
  assert.deepEqual(
    cells.map(({ small, large }) => small + large),
    ["1", "2", "4", "5"],
  );
  assert.equal(read(parts), "… = …");
});

test("a window without numbers tells which rows and columns it reads", () => {
  const slide = windows(axis(4, 3, 2, 1), axis(5, 2, 3));
  const { parts, remark, detail } = explain(slide, { row: 0, column: 1 }, 0, false);
  assert.equal(detail, "3 × 2");
  assert.equal(
    read(parts),
    "Window 1 of 2 along the rows starts in the padding, 1 row before row 1, and reads 1 row of padding and rows 1, 2. " +
      "Window 2 of 2 along the columns starts at column 4 and reads columns 4, 5.",
  );
  assert.equal(remark, "2 of its 6 pixels are padding.");
});

test("a window goes along its row, and back to the beginning of the next one", () => {
  const map = { height: 2, width: 3 };
  assert.deepEqual(onItsWay({ row: 0, column: 1 }, 0.5, map, false), { row: 0, column: 1.5 });
  assert.deepEqual(onItsWay({ row: 0, column: 2 }, 0.5, map, false), { row: 0.5, column: 1 });
  assert.deepEqual(onItsWay({ row: 0, column: 2 }, 0.5, map, true), { row: 0, column: 2 }); // in a hurry it leaps
  assert.deepEqual(onItsWay({ row: 1, column: 2 }, 0.5, map, false), { row: 1, column: 2 });
  assert.equal(startAt(axis(9, 3, 2, 1), 1.5), 3); // between the second window, from cell 2, and the third, from 4
});

test("a pointer means the window whose middle it is nearest to", () => {
  const columns = axis(9, 3, 2, 1); // the windows' middles lie at 1.5, 3.5, 5.5, ... of the padded line
  assert.deepEqual(
    [0, 1.5, 2.4, 2.6, 9].map((at) => windowAt(columns, at)),
    [0, 0, 0, 1, 3],
  );
});

test("cells are whole device pixels, tiny ones half", () => {
  assert.equal(cellSide(10.9, 1), 10);
  assert.equal(cellSide(10.9, 2), 10.5);
  assert.equal(cellSide(3.7, 1), 3.5);
  assert.equal(cellSide(0.1, 1), 0.5); // never nothing
});

test("the more windows read a pixel, the darker it is", () => {
  const shades = [1, 2, 3, 4].map((count) => readShade(count, 4));
  assert.ok(shades.every((shade, index) => !index || shade > shades[index - 1]));
  assert.equal(readShade(1, 1), 0.4);
  assert.deepEqual(countsOf(axis(5, 3), axis(3, 2)), [1, 2, 3, 4, 6]);
  assert.deepEqual(thinned([1, 2, 3, 4, 6, 9], 5), [1, 2, 4, 6, 9]);
  assert.deepEqual(thinned([1, 2], 5), [1, 2]);
});

test("an answer to an edit that another has followed changes nothing that was typed since", () => {
  const [first, second, third] = [1, 2, 3].map((weight) => [[[weight]]]);
  const edits = new KernelEdits();
  edits.add(first);
  edits.add(second);
  assert.equal(edits.receive(first), false);
  assert.equal(edits.receive(second), true);
  edits.add(first);
  edits.add(second);
  assert.equal(edits.receive(third), true); // not an answer: somebody chose another kernel
  assert.equal(edits.receive(first), true); // and what was sent before is forgotten
});

test("the weights of a kernel are legible at every width, and larger where there is room", () => {
  assert.equal(sizesFor(100, 11, false).cell, LEAST_WEIGHT);
  assert.deepEqual(sizesFor(600, 3, false), { cell: 56, text: 14 });
  assert.deepEqual(sizesFor(600, 3, true), { cell: 56, text: 16 });
});

test("picture, kernel and maps share the width, and a second map changes nothing of the picture", () => {
  for (const room of [340, 500, 700, 760, 1000, 1300]) {
    const two = widthsFor(CONVOLUTION, room);
    const one = widthsFor({ ...CONVOLUTION, outputs: CONVOLUTION.outputs.slice(0, 1) }, room);
    assert.equal(one.picture, two.picture);
    assert.ok(two.map > 60, `${room}: ${two.map}`);
    const columns = two.phone ? 1 : 2;
    const used = two.picture + two.kernel + columns * two.map + (columns + (two.kernel ? 1 : 0)) * two.gap;
    assert.ok(used <= room + 1, `${room}: ${used}`);
    assert.equal(two.kernel > 0, room >= 720);
  }
});

test("on a laptop the picture is smaller, so that Play is seen below it", () => {
  const slide = { ...CONVOLUTION, rows: axis(28, 3), columns: axis(28, 3) };
  assert.equal(widthsFor(slide, 1000, 900).picture, 240);
  assert.equal(widthsFor(slide, 1000, 1200).picture, 304);
});

test("the picture is named by what it shows, and its padding in words", () => {
  const colour = { ...CONVOLUTION, image: { ...CONVOLUTION.image, channels: ["red", "green", "blue"] } };
  assert.equal(inputName(CONVOLUTION, 0), "Image");
  assert.equal(inputName(colour, 1), "Image, in colour");
  assert.equal(inputName(windows(axis(3, 2), axis(3, 2)), 0), "Input");
  assert.equal(inputName(pooling("max", PIXELS), 0), "Feature map");
  assert.equal(paddingText(axis(3, 2), axis(3, 2)), "");
  assert.equal(paddingText(axis(3, 2, 1, 1, 1), axis(3, 2, 1, 1, 1)), "padding 1");
  assert.equal(paddingText(axis(3, 2, 1, 0, 1), axis(3, 2, 1, 0, 1)), "padding 0 before, 1 after");
  assert.equal(paddingText(axis(3, 2), axis(3, 2, 1, 2, 2)), "padding: rows 0; columns 2");
});
