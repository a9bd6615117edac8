import assert from "node:assert/strict";
import { test } from "node:test";
import { answerText, pairsText } from "../../cnnplay/ui/components/scripts/live_network/words.js";
import { bestOf, DIGITS } from "../../cnnplay/ui/components/scripts/shared/shares.js";

const SURE = [0, 0, 0, 0, 0, 0, 0, 0.9996, 0.0004, 0];
const TORN = [0.05, 0.05, 0, 0, 0.3, 0, 0, 0, 0, 0.6];

test("the answer is the digit with the highest probability, and the words say whether it is correct", () => {
  assert.equal(bestOf(TORN), 9);
  assert.equal(answerText(DIGITS, SURE, 7), "It answers 7 (>99.9 %): correct.");
  assert.equal(answerText(DIGITS, TORN, 4), "It answers 9 (60.0 %); the image shows 4.");
  assert.equal(answerText(DIGITS, TORN, null), "It answers 9 (60.0 %).");
});

test("classes are called by their names", () => {
  assert.equal(
    answerText(["circle", "square"], [0.2, 0.8], 0),
    "It answers “square” (80.0 %); the image shows “circle”.",
  );
});

test("a network whose weights are no numbers any more gives no answer", () => {
  assert.match(answerText(DIGITS, Array(10).fill(Number.NaN), 7), /no answer/);
  assert.match(answerText(DIGITS, Array(10).fill(null), 7), /no answer/); // as JSON may bring it
});

test("where not all filters are shown, the heading says how many there are", () => {
  assert.match(pairsText("conv1", 6, 6), /^6 filters of conv1/);
  assert.match(pairsText("conv1", 1, 1), /^1 filter of conv1/);
  assert.match(pairsText("conv2", 16, 64), /^The first 16 of 64 filters of conv2/);
});
