import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { makeMotion, oncePerFrame } from "../../cnnplay/ui/components/scripts/shared/motion.js";
import { SPEEDS } from "../../cnnplay/ui/components/scripts/shared/speeds.js";
import { eased, rateOf } from "../../cnnplay/ui/components/scripts/shared/stepper.js";

/** @type {Map<number, (now: number) => void>} */
const waiting = new Map();
let count = 0;

beforeEach(() => {
  waiting.clear();
  globalThis.requestAnimationFrame = (callback) => {
    count += 1;
    waiting.set(count, callback);
    return count;
  };
  globalThis.cancelAnimationFrame = (frame) => waiting.delete(frame);
});

/** Draw a frame at a time in milliseconds. @param {number} now */
function frame(now) {
  const callbacks = [...waiting.values()];
  waiting.clear();
  for (const callback of callbacks) callback(now);
}

test("what is asked for several times is drawn once in a frame, and what is cancelled not at all", () => {
  /** @type {number[]} */
  const drawn = [];
  const ask = oncePerFrame((now) => drawn.push(now));
  ask();
  ask();
  frame(16);
  frame(32);
  assert.deepEqual(drawn, [16]);
  ask();
  ask.cancel();
  frame(48);
  ask();
  frame(64);
  assert.deepEqual(drawn, [16, 64]);
});

test("a motion goes on while there is more of it, and a page that was hidden does not leap", () => {
  /** @type {number[]} */
  const steps = [];
  const move = makeMotion((elapsed) => steps.push(elapsed) < 4);
  move();
  move();
  for (const now of [1000, 1016, 9000, 9016, 9032, 9048]) frame(now);
  assert.deepEqual(steps, [0, 16, 100, 16]);
});

test("a motion that was stopped begins anew", () => {
  /** @type {number[]} */
  const steps = [];
  const move = makeMotion((elapsed) => steps.push(elapsed) > 0);
  move();
  frame(1000);
  frame(1020);
  move.cancel();
  move();
  frame(1060);
  frame(1090);
  assert.deepEqual(steps, [0, 20, 0, 30]);
});

test("a walk rests at a place, and arrives at the next one without a leap", () => {
  for (const rest of [0.4, 0.8]) {
    assert.equal(eased(0, rest), 0);
    assert.equal(eased(rest, rest), 0);
    assert.equal(eased(1, rest), 1);
    for (let share = rest; share < 0.99; share += 0.01) assert.ok(eased(share + 0.01, rest) > eased(share, rest));
  }
});

test("Slow is one or two cells a second however large the map is, and each speed is faster than the one before", () => {
  for (const count of [4, 169, 676, 1024]) {
    const [slow, normal, fast] = SPEEDS.map((speed) => rateOf(speed, count));
    assert.ok(slow >= 1 && slow <= 2, `${count} cells: ${slow} a second`);
    assert.ok(normal > 2 * slow && fast > 2 * normal, `${count} cells: ${normal} and ${fast} a second`);
    assert.ok(count / normal <= 60 && count / fast <= 12, "no walk is longer than one waits for");
  }
});

test("a walk with a rate of its own has the same speeds", () => {
  assert.deepEqual(
    SPEEDS.map((speed) => rateOf(speed, 10, 5)),
    SPEEDS.map(({ factor }) => 5 * factor),
  );
});
