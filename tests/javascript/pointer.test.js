import assert from "node:assert/strict";
import { test } from "node:test";
import { moveOf, onDrag } from "../../cnnplay/ui/components/scripts/shared/pointer.js";

/** An element that takes a pointer, and what was told of it. */
function makeNode(finger = true) {
  /** @type {string[]} */
  const told = [];
  const node = /** @type {HTMLElement} */ (/** @type {unknown} */ ({ setPointerCapture() {} }));
  onDrag(node, {
    begin: () => {
      told.push("begin");
      return finger;
    },
    move: (event, sideways) => told.push(`move ${event.clientX}${sideways ? " sideways" : ""}`),
    end: (_event, sideways) => told.push(sideways ? "end of a drag" : "end of a click"),
    release: () => told.push("release"),
    hover: (event) => told.push(`hover ${event.clientX}`),
  });
  const at = (/** @type {number} */ clientX, /** @type {number} */ clientY, button = 0) =>
    /** @type {PointerEvent} */ (/** @type {unknown} */ ({ clientX, clientY, button, pointerId: 1 }));
  return { node, told, at };
}

test("a pointer is followed from where it is pressed until it is let go", () => {
  const { node, told, at } = makeNode();
  node.onpointermove?.(at(1, 0));
  node.onpointerdown?.(at(10, 0));
  node.onpointermove?.(at(12, 0));
  node.onpointermove?.(at(20, 0));
  node.onpointermove?.(at(11, 0));
  node.onpointerup?.(at(11, 0));
  node.onpointermove?.(at(30, 0));
  assert.deepEqual(told, [
    "hover 1",
    "begin",
    "move 12",
    "move 20 sideways",
    "move 11 sideways", // once sideways, always sideways
    "end of a drag",
    "release",
    "hover 30",
  ]);
});

test("a click hardly moves, and a finger that goes down the page is no drag", () => {
  const { node, told, at } = makeNode();
  node.onpointerdown?.(at(10, 0));
  node.onpointermove?.(at(11, 90));
  node.onpointercancel?.(at(11, 90)); // the browser scrolls
  assert.deepEqual(told, ["begin", "move 11", "release"]);
});

test("neither another button nor a press that is refused is followed", () => {
  const { node, told, at } = makeNode(false);
  node.onpointerdown?.(at(10, 0, 2));
  assert.deepEqual(told, []);
  node.onpointerdown?.(at(10, 0));
  node.onpointermove?.(at(50, 0));
  assert.deepEqual(told, ["begin", "hover 50"]);
});

test("arrow keys lead to a neighbour, the others to the end of a row or column", () => {
  assert.deepEqual(moveOf("ArrowUp"), [-1, 0]);
  assert.deepEqual(moveOf("ArrowRight"), [0, 1]);
  assert.ok(moveOf("Home")[1] < -1e6 && moveOf("PageDown")[0] > 1e6);
  assert.equal(moveOf("a"), undefined);
});
