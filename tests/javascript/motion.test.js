import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { makeMotion, oncePerFrame } from "../../cnnplay/ui/components/scripts/shared/motion.js";
import { eased } from "../../cnnplay/ui/components/scripts/shared/stepper.js";

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
  assert.equal(eased(0), 0);
  assert.equal(eased(0.4), 0);
  assert.equal(eased(1), 1);
  for (let share = 0.4; share < 0.99; share += 0.01) assert.ok(eased(share + 0.01) > eased(share));
});
