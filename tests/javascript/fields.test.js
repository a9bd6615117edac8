import assert from "node:assert/strict";
import { test } from "node:test";
import { sliderText, within } from "../../cnnplay/ui/components/scripts/fields/kinds.js";

/** @import { Field } from "../../cnnplay/ui/components/scripts/fields/kinds.js" */

/** @type {(more: Partial<Field>) => Field} */
const field = (more) => ({
  name: "x",
  kind: "slider",
  label: "X",
  labelled: true,
  help: null,
  value: 0,
  taken: null,
  note: null,
  disabled: false,
  half: false,
  ...more,
});

test("a slider's number has as many decimals as its step", () => {
  assert.equal(sliderText(field({ step: 1 }), 7), "7");
  assert.equal(sliderText(field({ step: 0.01 }), 0.5), "0.50");
  assert.equal(sliderText(field({ step: 0.5 }), 2), "2.0");
});

test("a slider over options shows the option's title", () => {
  assert.equal(sliderText(field({ options: ["0.001", "0.003"] }), 1), "0.003");
  assert.equal(sliderText(field({ options: [] }), 3), "");
});

test("a number that is typed is moved into its bounds", () => {
  const seed = field({ low: 0, high: 999 });
  assert.deepEqual(
    [-5, 0, 12.4, 5000].map((typed) => within(seed, typed)),
    [0, 0, 12, 999],
  );
});
