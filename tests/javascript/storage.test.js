import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../cnnplay/ui/components/scripts/storage/storage.js";

/** @param {Record<string, string>} kept */
function storage(kept) {
  /** @type {string[]} */
  const written = [];
  const map = new Map(Object.entries(kept));
  const made = {
    getItem: (/** @type {string} */ name) => map.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => written.push(name) && map.set(name, text),
    removeItem: (/** @type {string} */ name) => written.push(name) && map.delete(name),
  };
  return { written, map, made: /** @type {any} */ (made) };
}

test("reading tells what is kept, leaves nothing behind, and does not write the entry, of which other tabs hear", () => {
  for (const kept of /** @type {Record<string, string>[]} */ ([{}, { course: "a text" }])) {
    const { written, map, made } = storage(kept);
    assert.deepEqual(
      read(() => made, "course"),
      { works: true, text: kept.course ?? null },
    );
    assert.ok(!written.includes("course"));
    assert.deepEqual(Object.fromEntries(map), kept);
  }
});

test("a browser that keeps nothing is told apart from one that has kept nothing yet", () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  assert.deepEqual(read(refuse, "course"), { works: false, text: null });
});
