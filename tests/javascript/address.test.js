import assert from "node:assert/strict";
import { test } from "node:test";
import { addressWith, isOfThisPage } from "../../cnnplay/ui/components/scripts/address/address.js";

/** @type {(pathname: string, search?: string) => { pathname: string, search: string, hash: string }} */
const at = (pathname, search = "") => ({ pathname, search, hash: "" });

test("the page that the script has made gets its parameters", () => {
  assert.equal(addressWith(at("/training"), { path: "/training", query: "net=a" }), "/training?net=a");
  assert.equal(addressWith(at("/"), { path: "", query: "net=a" }), "/?net=a");
  assert.equal(addressWith(at("/app/", "?net=b"), { path: "/app", query: "net=a" }), "/app/?net=a");
});

test("nothing is written where it stands there already, or where the visitor has gone on to another page", () => {
  assert.equal(addressWith(at("/draw", "?net=a"), { path: "/draw", query: "net=a" }), null);
  assert.equal(addressWith(at("/draw"), { path: "/training", query: "net=a" }), null);
  assert.equal(addressWith(at("/draw"), { path: "/", query: "net=a" }), null);
});

test("what says how the app looks within another page stays", () => {
  const now = at("/draw", "?embed=true&net=b&embed_options=dark_theme");
  assert.equal(addressWith(now, { path: "/draw", query: "net=a" }), "/draw?net=a&embed=true&embed_options=dark_theme");
});

test("without parameters there is no question mark", () => {
  assert.equal(addressWith(at("/draw", "?net=b"), { path: "/draw", query: "" }), "/draw");
});

test("an address of the same page replaces the one before, one of another page is a step of its own", () => {
  const now = { href: "http://host/app/draw?net=a", pathname: "/app/draw" };
  assert.ok(isOfThisPage(now, "/app/draw?net=b"));
  assert.ok(isOfThisPage(now, "?net=b"));
  assert.ok(!isOfThisPage(now, "/app/training?net=a"));
  assert.ok(!isOfThisPage(now, null));
});
