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

test("what waits is passed on at once when it is flushed, and only once", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {number[]} */
  const sent = [];
  const send = debounce((/** @type {number} */ place) => sent.push(place), 400);
  send.flush();
  send(1);
  send.flush();
  assert.deepEqual(sent, [1]);
  context.mock.timers.tick(400);
  assert.deepEqual(sent, [1]);
});

test("a press elsewhere passes on what waits, before it may take the component off the page", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const page = new EventTarget();
  context.after(() => Reflect.deleteProperty(globalThis, "addEventListener"));
  context.after(() => Reflect.deleteProperty(globalThis, "removeEventListener"));
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.removeEventListener = page.removeEventListener.bind(page);
  /** @type {string[]} */
  const sent = [];
  const send = debounce((/** @type {string} */ place) => sent.push(place), 400);
  send("left");
  page.dispatchEvent(new Event("pointerdown"));
  assert.deepEqual(sent, ["left"]);
  page.dispatchEvent(new Event("pointerdown"));
  context.mock.timers.tick(400);
  assert.deepEqual(sent, ["left"]);
});
