import assert from "node:assert/strict";
import { test } from "node:test";
import { debounce } from "../../cnnplay/ui/components/scripts/shared/debounce.js";

test("only the last of several calls is passed on, once it has been quiet", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {number[]} */
  const sent = [];
  const send = debounce((/** @type {number} */ place) => sent.push(place), 400);
  for (const place of [1, 2, 3]) {
    send(place);
    context.mock.timers.tick(399);
  }
  assert.deepEqual(sent, []);
  context.mock.timers.tick(1);
  assert.deepEqual(sent, [3]);
  context.mock.timers.tick(1000);
  assert.deepEqual(sent, [3]);
});

test("a cancelled call is not passed on, and a later one is", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {string[]} */
  const sent = [];
  const send = debounce((/** @type {string} */ place) => sent.push(place), 400);
  send("left");
  send.cancel();
  context.mock.timers.tick(400);
  send("right");
  context.mock.timers.tick(400);
  assert.deepEqual(sent, ["right"]);
});
