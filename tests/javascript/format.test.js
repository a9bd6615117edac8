import assert from "node:assert/strict";
import { test } from "node:test";
import {
  degreesText,
  exactText,
  grouped,
  numberText,
  parseNumber,
  percentText,
  plural,
  probabilityText,
  sizeText,
} from "../../cnnplay/ui/components/scripts/shared/format.js";

test("a number has a real minus sign, no trailing zeros and at most three digits after the point", () => {
  assert.equal(numberText(-0.5), "−0.5");
  assert.equal(numberText(2.0004), "2");
  assert.equal(numberText(1 / 3), "0.333");
  assert.equal(numberText(1 / 3, 1), "0.3");
  assert.equal(numberText(-0.0001), "0");
});

test("counts are grouped by thousands, and one of a thing is singular", () => {
  assert.equal(grouped(18750), "18,750");
  assert.equal(plural(1, "pixel"), "1 pixel");
  assert.equal(plural(0, "pixel"), "0 pixels");
  assert.equal(plural(1234, "weight"), "1,234 weights");
  assert.equal(sizeText(28, 28, 6), "28 × 28 × 6");
});

test("a share is written in percent, an angle in degrees", () => {
  assert.equal(percentText(0.9691, 2), "96.91 %");
  assert.equal(percentText(1), "100 %");
  assert.equal(degreesText(22.5), "22.5°");
  assert.equal(exactText(0.1 + 0.2), "0.3");
});

test("a weight may be typed as people write numbers", () => {
  for (const [text, value] of /** @type {[string, number][]} */ ([
    ["0.5", 0.5],
    ["0,5", 0.5],
    [" −1 ", -1],
    ["–2", -2],
    ["1/9", 1 / 9],
    [".25", 0.25],
    ["1e3", 1000],
  ])) {
    assert.equal(parseNumber(text), value, text);
  }
});

test("what is no number, or none that a kernel takes, is refused", () => {
  for (const text of ["", "a", "1/0", "1/2/3", "2e9", "0x10", "1 2 x", "Infinity"])
    assert.equal(parseNumber(text), null, text);
});

test("a probability has one digit after the point, and never looks like 0 or 1", () => {
  const written = [0, 0.0009, 0.001, 0.0499, 0.5, 0.999, 0.99901, 1].map(probabilityText);
  assert.deepEqual(written, ["<0.1 %", "<0.1 %", "0.1 %", "5.0 %", "50.0 %", "99.9 %", ">99.9 %", ">99.9 %"]);
});
