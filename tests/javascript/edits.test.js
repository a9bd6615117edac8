import assert from "node:assert/strict";
import { test } from "node:test";
import { Edits, editsOf } from "../../cnnplay/ui/components/scripts/fields/edits.js";

/** @type {(value: unknown, taken: number | null) => { name: string, value: unknown, taken: number | null }} */
const answer = (value, taken) => ({ name: "stride", value, taken });

test("a field shows what Python says until the visitor changes it", () => {
  assert.equal(new Edits().shown(answer(3, null)), 3);
});

test("an answer to something earlier does not overwrite the visitor's change, the answer to it does", () => {
  const edits = new Edits();
  edits.make("stride", 4);
  const first = edits.made.get("stride")?.[0] ?? 0;
  edits.make("stride", 5);
  const second = edits.made.get("stride")?.[0] ?? 0;
  assert.ok(second > first);
  assert.equal(edits.shown(answer(1, null)), 5);
  assert.equal(edits.shown(answer(4, first)), 5);
  assert.ok(edits.areAwaited([answer(4, first)]));
  assert.equal(edits.shown(answer(2, second)), 2, "what Python has made of it counts");
  assert.ok(!edits.areAwaited([answer(2, second)]));
});

test("an edit that is older than the one that was taken is over, as in an element that comes back", () => {
  const edits = new Edits();
  edits.make("stride", 4);
  const later = (edits.made.get("stride")?.[0] ?? 0) + 1;
  assert.equal(edits.shown(answer(7, later)), 7);
  assert.ok(!edits.areAwaited([answer(7, later)]));
});

test("a field that the visitor has not touched waits for nothing", () => {
  const edits = new Edits();
  edits.make("kernel", 3);
  assert.ok(!edits.areAwaited([answer(1, null)]));
});

test("edits outlive their component, but not the session of the server", () => {
  const owner = {};
  editsOf("block", "one", owner).make("stride", 2);
  assert.equal(editsOf("block", "one", owner).made.size, 1);
  assert.equal(editsOf("block", "two", owner).made.size, 0);
  assert.equal(editsOf("head", "one", owner).made.size, 0);
});

test("a new session of the server is sent what the one before it never took", () => {
  const before = new Edits();
  before.make("stride", 2);
  const taken = before.made.get("stride")?.[0] ?? 0;
  before.make("padding", "same");
  const after = new Edits();
  after.adopt(before, [answer(2, taken), { name: "padding", value: "valid", taken: null }]);
  assert.deepEqual([...after.made.keys()], ["padding"]);
  assert.equal(after.shown({ name: "padding", value: "valid", taken: null }), "same");
});

test("all edits travel together, so that none is lost with a message that is overtaken", () => {
  const edits = new Edits();
  edits.make("stride", 2);
  edits.make("padding", "same");
  edits.make("stride", 3);
  const sent = JSON.parse(JSON.stringify(edits));
  assert.deepEqual(Object.keys(sent), ["stride", "padding"]);
  assert.equal(sent.stride[1], 3);
});

test("a drag is one movement, and so are keys that follow each other quickly; a new press begins another", () => {
  const edits = new Edits();
  const movement = () => edits.made.get("stride")?.[2];
  edits.make("stride", 2);
  const first = movement();
  edits.make("stride", 3);
  assert.equal(movement(), first);
  const edit = edits.made.get("stride");
  if (edit) edit[0] -= 5000;
  edits.make("stride", 4, true);
  assert.equal(movement(), first, "the pointer is still down");
  const later = edits.made.get("stride");
  if (later) later[0] -= 5000;
  edits.make("stride", 5);
  assert.notEqual(movement(), first);
  const second = movement();
  edits.beginMovement();
  edits.make("stride", 6);
  assert.notEqual(movement(), second);
  edits.make("kernel", 3);
  edits.make("stride", 7);
  assert.notEqual(movement(), edits.made.get("kernel")?.[2]);
});
