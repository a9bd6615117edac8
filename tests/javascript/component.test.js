import assert from "node:assert/strict";
import { test } from "node:test";
import { component } from "../../cnnplay/ui/components/scripts/shared/component.js";

/** A component that writes down what happens to it. */
function makeKind() {
  /** @type {string[]} */
  const events = [];
  class Kind {
    constructor() {
      events.push("made");
    }
    /** @param {{ data: string }} call */
    update({ data }) {
      events.push(data);
    }
    destroy() {
      events.push("destroyed");
    }
  }
  const call = component(Kind);
  const place = /** @type {HTMLElement} */ ({});
  const nothing = () => {};
  const run = (/** @type {string} */ data) =>
    call({ parentElement: place, data: [data], setTriggerValue: nothing, setStateValue: nothing });
  return { events, run };
}

test("a component is made once for its place, updated, and destroyed by the last call's end", () => {
  const { events, run } = makeKind();
  run("a");
  const end = run("b");
  end();
  assert.deepEqual(events, ["made", "a", "b", "destroyed"]);
  run("c")();
  assert.deepEqual(events.slice(4), ["made", "c", "destroyed"]);
});

test("the end of a call that the next one has overtaken destroys nothing", () => {
  const { events, run } = makeKind();
  const overtaken = run("a");
  const end = run("b");
  overtaken();
  run("c");
  assert.deepEqual(events, ["made", "a", "b", "c"]);
  end();
  assert.equal(events.includes("destroyed"), false);
});

test("a call that comes after the end of the one before makes the component anew", () => {
  const { events, run } = makeKind();
  run("a")();
  const end = run("b");
  assert.deepEqual(events, ["made", "a", "destroyed", "made", "b"]);
  end();
  assert.equal(events.at(-1), "destroyed");
});
