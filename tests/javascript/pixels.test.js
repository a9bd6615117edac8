import assert from "node:assert/strict";
import { test } from "node:test";
import { isColour } from "../../cnnplay/ui/components/scripts/shared/colour.js";
import { css, inkOf, textOn } from "../../cnnplay/ui/components/scripts/shared/pixels.js";
import { splitColours } from "../../cnnplay/ui/components/scripts/shared/theme.js";

/** Contrast of two colours after WCAG 2.2. @param {number[]} one @param {number[]} other */
function contrast(one, other) {
  const [light, dark] = [one, other]
    .map((colour) => {
      const [red, green, blue] = colour.map((byte) => {
        const share = byte / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test("grey goes from black at zero to white at the range's end, and stops there", () => {
  assert.deepEqual(inkOf(0, "grey", 2), [0, 0, 0]);
  assert.deepEqual(inkOf(1, "grey", 2), [128, 128, 128]);
  assert.deepEqual(inkOf(2, "grey", 2), [255, 255, 255]);
  assert.deepEqual(inkOf(9, "grey", 2), [255, 255, 255]);
  assert.deepEqual(inkOf(-1, "grey", 2), [0, 0, 0]);
});

test("signed numbers are blue below zero and orange above it, in both themes, and zero is neither", () => {
  for (const dark of [false, true]) {
    const [above, below, zero] = [1, -1, 0].map((value) => inkOf(value, "signed", 1, dark));
    assert.ok(above[0] > above[2] && below[2] > below[0]);
    assert.ok(Math.max(...zero) - Math.min(...zero) < 20);
    assert.deepEqual(inkOf(5, "signed", 1, dark), above);
    assert.deepEqual(inkOf(0.5, "signed", 0, dark), zero); // a picture of zeros has no range
  }
});

test("what is written on any colour of a scale can be read", () => {
  for (const dark of [false, true]) {
    for (let value = -1; value <= 1; value += 0.05) {
      const ink = inkOf(value, "signed", 1, dark);
      const text = textOn(ink) === "#ffffff" ? [255, 255, 255] : [16, 24, 31];
      assert.ok(contrast(ink, text) >= 3, `${value} in the ${dark ? "dark" : "light"} theme: ${contrast(ink, text)}`);
    }
  }
});

test("a colour picture is told from one of a single channel", () => {
  assert.equal(isColour([[0, 1]]), false);
  assert.equal(isColour([[[0]], [[0]], [[0]]]), true);
  assert.equal(css([1, 2, 3]), "rgb(1 2 3)");
});

test("a comma within brackets belongs to its colour", () => {
  assert.deepEqual(splitColours("#0072b2, rgb(1, 2, 3) ,red,"), ["#0072b2", "rgb(1, 2, 3)", "red"]);
});
