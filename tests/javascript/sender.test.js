import assert from "node:assert/strict";
import { test } from "node:test";
import { Sender } from "../../cnnplay/ui/components/scripts/fields/sender.js";

/** @import { TestContext } from "node:test" */

/** @param {TestContext} context */
function setUp(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const state = { now: 0, running: false, sent: 0, changed: () => {} };
  const script = {
    isRunning: () => state.running,
    watch: (/** @type {() => void} */ changed) => {
      state.changed = changed;
      return () => {};
    },
  };
  const sender = new Sender(
    () => {
      state.sent += 1;
    },
    script,
    () => state.now,
  );
  return {
    state,
    sender,
    /** @param {boolean} running */
    run(running) {
      state.running = running;
      state.changed();
    },
    /** @param {number} milliseconds */
    pass(milliseconds) {
      state.now += milliseconds;
      context.mock.timers.tick(milliseconds);
    },
  };
}

test("the first change goes out at once, even while a script runs", (context) => {
  const { state, sender, run } = setUp(context);
  run(true);
  sender.request();
  assert.equal(state.sent, 1);
});

test("during a drag changes wait for the answer, and then go out as one message", (context) => {
  const { state, sender, run } = setUp(context);
  sender.request();
  for (let step = 0; step < 10; step++) sender.request();
  assert.equal(state.sent, 1);
  run(true);
  sender.request();
  assert.equal(state.sent, 1);
  run(false);
  assert.equal(state.sent, 2);
  run(true);
  run(false);
  assert.equal(state.sent, 2, "nothing is left to send");
});

test("a change does not wait for a script that takes long", (context) => {
  const { state, sender, run, pass } = setUp(context);
  sender.request();
  run(true);
  sender.request();
  pass(999);
  assert.equal(state.sent, 1);
  pass(1);
  assert.equal(state.sent, 2);
});

test("what waits goes out when the visitor presses elsewhere, or the fields leave the page", (context) => {
  const { state, sender, run } = setUp(context);
  sender.request();
  run(true);
  sender.flush();
  assert.equal(state.sent, 1, "nothing waited");
  sender.request();
  sender.flush();
  assert.equal(state.sent, 2);
  sender.request();
  sender.destroy();
  assert.equal(state.sent, 3);
});
