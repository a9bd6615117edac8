import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf } from "../../cnnplay/ui/components/scripts/answer/bars.js";
import { areShort, bestOf, DIGITS, nameOf, spoken } from "../../cnnplay/ui/components/scripts/shared/shares.js";

const SHARES = [0.05, 0.6, 0.0001, 0.3499];

test("the likeliest bar is the best, and the true digit is marked whether it is the best or not", () => {
  const bars = barsOf(DIGITS, SHARES, 3);
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
  assert.equal(barsOf(DIGITS, [0.5, 0.5], null).filter(({ best }) => best).length, 1);
  assert.equal(barsOf(DIGITS, [0, 0], null).filter(({ best }) => best).length, 0);
});

test("the probabilities are read aloud from the likeliest on", () => {
  assert.equal(spoken(DIGITS, SHARES), "1: 60.0 %; 3: 35.0 %; 0: 5.0 %; 2: <0.1 %");
});

test("the classes are read aloud by their names", () => {
  assert.equal(spoken(["cat", "dog"], [0.2, 0.8]), "dog: 80.0 %; cat: 20.0 %");
});

test("digits stand under their bars, and names of more than two letters in rows", () => {
  assert.ok(areShort(DIGITS));
  assert.ok(areShort(["é", "🙂🙂"])); // two letters each, whatever they are made of
  assert.ok(!areShort(["0", "circle"]));
});

test("within a sentence a digit stands as it is, and a name between quotation marks", () => {
  assert.equal(nameOf(DIGITS, 7), "7");
  assert.equal(nameOf(["<b>circle</b>", "x"], 0), "“<b>circle</b>”");
});

test("where a probability is no number none is the best", () => {
  assert.equal(bestOf([0.1, 0.9]), 1);
  assert.equal(bestOf([0.1, Number.NaN]), -1);
  assert.equal(bestOf([]), -1);
});
