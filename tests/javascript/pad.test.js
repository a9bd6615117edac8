import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../cnnplay/ui/components/scripts/pad/history.js";
import { bent, decode, encode, inkOfLine, together } from "../../cnnplay/ui/components/scripts/pad/ink.js";
import { Keys } from "../../cnnplay/ui/components/scripts/pad/keys.js";
import { Pen } from "../../cnnplay/ui/components/scripts/pad/pen.js";
import { Post } from "../../cnnplay/ui/components/scripts/pad/post.js";
import { total } from "../../cnnplay/ui/components/scripts/shared/scale.js";

/** @import { Ink, Line } from "../../cnnplay/ui/components/scripts/pad/ink.js" */

const SIDE = 40;
/** How many pixels are covered. @param {Ink} ink */
const area = (ink) => total([...ink]) / 255;

test("a tap leaves a round dot as wide as the brush", () => {
  const ink = inkOfLine({ points: [[20, 20]], width: 10 }, SIDE);
  assert.ok(Math.abs(area(ink) - Math.PI * 25) < 1, `${area(ink)}`);
  assert.equal(ink[20 * SIDE + 20], 255);
  assert.equal(ink[20 * SIDE + 26], 0);
});

test("a straight stroke covers its length and both round ends, and what leaves the paper is lost", () => {
  const inside = inkOfLine(
    {
      points: [
        [10, 20],
        [30, 20],
      ],
      width: 6,
    },
    SIDE,
  );
  assert.ok(Math.abs(area(inside) - (20 * 6 + Math.PI * 9)) < 2, `${area(inside)}`);
  const leaving = inkOfLine(
    {
      points: [
        [20, 20],
        [400, 20],
      ],
      width: 6,
    },
    SIDE,
  );
  assert.ok(Math.abs(area(leaving) - (20 * 6 + (Math.PI * 9) / 2)) < 2, `${area(leaving)}`);
});

test("a curve begins and ends at its ends, in steps of about a unit", () => {
  const points = bent([0, 0], [10, 0], [10, 10]);
  assert.deepEqual(points[points.length - 1], [10, 10]);
  for (const [index, [x, y]] of points.entries()) {
    const [beforeX, beforeY] = points[index - 1] ?? [0, 0];
    assert.ok(Math.hypot(x - beforeX, y - beforeY) <= 1.2);
  }
});

test("where strokes cross, the strongest ink is what is seen", () => {
  const one = Uint8Array.from([0, 100, 255, 7]);
  const other = Uint8Array.from([9, 90, 255, 0]);
  assert.deepEqual([...together([one, other], 2)], [9, 100, 255, 7]);
  assert.deepEqual([...together([], 2)], [0, 0, 0, 0]);
});

test("ink travels as text and comes back, and an empty paper is no text", () => {
  const ink = inkOfLine({ points: [[20, 20]], width: 10 }, SIDE);
  assert.deepEqual(decode(encode(ink), SIDE), ink);
  assert.equal(encode(new Uint8Array(4)), "");
  assert.deepEqual([...decode("", 2)], [0, 0, 0, 0]);
});

test("every step can be taken back and done again, until something new is drawn", () => {
  const history = new History();
  const stroke = () => ({
    kind: /** @type {const} */ ("stroke"),
    line: { points: [], width: 1 },
    ink: new Uint8Array(1),
  });
  const [first, second, third] = [stroke(), stroke(), stroke()];
  assert.equal(history.undo(), false);
  history.add(first);
  history.add(second);
  assert.deepEqual(history.shown, [first, second]);
  history.add({ kind: "clear" });
  assert.deepEqual(history.shown, []);
  assert.equal(history.undo(), true);
  assert.deepEqual(history.shown, [first, second]);
  assert.equal(history.redo(), true);
  assert.equal(history.redo(), false);
  history.undo();
  history.undo();
  history.add(third);
  assert.deepEqual(history.shown, [first, third]);
  assert.equal(history.redoable, false);
});

test("loaded pixels take the place of what was drawn before", () => {
  const history = new History();
  const stroke = { kind: /** @type {const} */ ("stroke"), line: { points: [], width: 1 }, ink: new Uint8Array(1) };
  const pixels = {
    kind: /** @type {const} */ ("pixels"),
    picture: /** @type {HTMLCanvasElement} */ ({}),
    ink: new Uint8Array(1),
  };
  for (const step of [stroke, pixels, stroke]) history.add(step);
  assert.deepEqual(history.shown, [pixels, stroke]);
});

/** A pen on a paper of 40 units, its keys, and the lines that it has drawn. */
function makeHand() {
  /** @type {Line[]} */
  const lines = [];
  const pen = new Pen(
    [20, 20],
    4,
    () => {},
    (line) => lines.push(line),
  );
  const node = /** @type {HTMLElement} */ ({});
  const keys = new Keys(node, pen, { side: () => SIDE, used: () => {}, down: () => {} });
  const event = (/** @type {string} */ key, repeat = false) =>
    /** @type {any} */ ({ key, repeat, preventDefault() {}, stopPropagation() {} });
  const press = (/** @type {string} */ key, repeat = false) => node.onkeydown?.(event(key, repeat));
  const release = (/** @type {string} */ key) => node.onkeyup?.(event(key));
  return { pen, keys, lines, press, release };
}

test("a held Space draws while arrows move the pen, and lifts it when let go", () => {
  const { lines, press, release } = makeHand();
  press(" ");
  press(" ", true); // the keyboard repeats a held key
  press("ArrowRight");
  release("ArrowRight");
  press("ArrowDown");
  release("ArrowDown");
  assert.equal(lines.length, 0);
  release(" ");
  assert.deepEqual(lines[0].points, [
    [20, 20],
    [22, 20],
    [22, 22],
  ]);
});

test("a Space that is let go at once leaves the pen down, until it is pressed again", () => {
  const { pen, lines, press, release } = makeHand();
  press(" ");
  release(" ");
  press("ArrowLeft");
  release("ArrowLeft");
  assert.equal(pen.keyed, true);
  press(" ");
  release(" ");
  assert.deepEqual(lines[0].points, [
    [20, 20],
    [18, 20],
  ]);
  assert.equal(pen.stroke, null);
});

test("two arrows lead the pen aslant, never off the paper", () => {
  const { pen, keys, press } = makeHand();
  press("ArrowRight");
  press("ArrowUp");
  assert.deepEqual(pen.spot, [24, 18]);
  for (let times = 0; times < 30; times += 1) press("ArrowUp");
  assert.deepEqual(pen.spot, [SIDE, 0]);
  keys.leave();
  press("ArrowLeft");
  assert.deepEqual(pen.spot, [SIDE - 2, 0]);
});

test("a pen that hardly moves adds no point", () => {
  const { pen } = makeHand();
  pen.begin(1, "mouse");
  pen.lead([20.1, 20]);
  pen.lead([21, 20]);
  assert.equal(pen.stroke?.points.length, 2);
});

test("while a stroke is drawn one drawing is on its way at a time, and the same one is not sent twice", () => {
  const post = new Post();
  assert.ok(!post.isDue(1, 0)); // a tap, perhaps
  assert.ok(post.isDue(2, 0));
  post.sent(2, 0);
  assert.ok(!post.isDue(5, 10)); // not answered yet
  post.answered();
  assert.ok(!post.isDue(2, 20)); // the pen rests
  assert.ok(post.isDue(5, 20));
  post.sent(5, 20);
  assert.ok(!post.isDue(9, 900));
  assert.ok(post.isDue(9, 1020)); // the answer was lost
});

test("the first points of another stroke are news, however long the one before was", () => {
  const post = new Post();
  post.sent(40, 0);
  post.answered();
  assert.ok(post.isDue(3, 100));
  assert.ok(!post.isDue(0, 100)); // no stroke at hand
});
