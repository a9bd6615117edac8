import assert from "node:assert/strict";
import { test } from "node:test";
import { Countdown } from "../../cnnplay/ui/components/scripts/quick_pad/countdown.js";
import { keyOf, labelOf } from "../../cnnplay/ui/components/scripts/quick_pad/labels.js";
import { Outbox, outboxOf } from "../../cnnplay/ui/components/scripts/quick_pad/outbox.js";
import { namesOf } from "../../cnnplay/ui/components/scripts/quick_pad/strip.js";
import { total } from "../../cnnplay/ui/components/scripts/shared/scale.js";

/** A clock that is turned by hand. */
function makeClock() {
  let now = 0;
  let last = 0;
  /** @type {Map<number, { at: number, act: () => void }>} */
  const timers = new Map();
  return {
    setTimeout(/** @type {() => void} */ act, /** @type {number} */ wait) {
      last += 1;
      timers.set(last, { at: now + wait, act });
      return last;
    },
    clearTimeout: (/** @type {number} */ timer) => timers.delete(timer),
    pass(/** @type {number} */ milliseconds) {
      now += milliseconds;
      for (const [timer, { at, act }] of [...timers]) {
        if (at > now) continue;
        timers.delete(timer);
        act();
      }
    },
  };
}

function makeCountdown() {
  const clock = makeClock();
  /** @type {string[]} */
  const events = [];
  const countdown = new Countdown(
    500,
    () => events.push("kept"),
    (running) => events.push(running ? "runs" : "stands"),
    clock,
  );
  return { clock, events, countdown };
}

/** What Python does with its messages: it takes the drawings that are new, and lets go of those that are removed. */
class Server {
  taken = 0;
  chosen = 0;
  /** @type {Map<number, number>} */
  labels = new Map(); // by number

  /** @param {ReturnType<Outbox["next"]>} message */
  receive(message) {
    if (message?.event === "kept")
      for (const { id, label } of JSON.parse(String(message.value)))
        if (id > this.taken) {
          this.labels.set(id, label);
          this.taken = id;
        }
    if (message?.event === "chosen") this.chosen = Number(message.value);
    if (message?.event === "removed" || message?.event === "undo") this.labels.delete(Number(message.value));
  }

  get answer() {
    const all = [...this.labels].map(([number, label]) => ({ number, label }));
    return { taken: this.taken, chosen: this.chosen, kept: all.filter(({ label }) => label === this.chosen) };
  }

  get counts() {
    return [0, 1, 2].map((label) => [...this.labels.values()].filter((one) => one === label).length);
  }
}

test("a drawing is kept once half a second has passed without another stroke", () => {
  const { clock, events, countdown } = makeCountdown();
  countdown.start();
  clock.pass(499);
  assert.deepEqual(events, ["runs"]);
  clock.pass(1);
  assert.deepEqual(events, ["runs", "stands", "kept"]);
  clock.pass(5000);
  assert.equal(events.length, 3);
});

test("a stroke within the half second belongs to the same drawing, however long it takes", () => {
  const { clock, events, countdown } = makeCountdown();
  countdown.start();
  clock.pass(400);
  countdown.stop(); // the pen is down
  clock.pass(3000);
  assert.equal(countdown.isRunning, false);
  countdown.start();
  clock.pass(499);
  assert.ok(!events.includes("kept"));
  clock.pass(1);
  assert.equal(events.filter((event) => event === "kept").length, 1);
});

test("a start while it runs begins the half second anew", () => {
  const { clock, events, countdown } = makeCountdown();
  countdown.start();
  clock.pass(300);
  countdown.start();
  clock.pass(300);
  assert.ok(!events.includes("kept"));
  clock.pass(200);
  assert.ok(events.includes("kept"));
});

test("every drawing has a number larger than those before it, also faster than a clock's milliseconds", () => {
  const outbox = new Outbox();
  const numbers = Array.from({ length: 100 }, () => outbox.keep(0, "x").id);
  for (const [place, number] of numbers.slice(1).entries()) assert.ok(number > numbers[place]);
  assert.ok(new Outbox().keep(0, "x").id > numbers[99], "a pad that is made anew goes on");
});

test("a drawing is sent again with the later ones until Python has it, and not any more", () => {
  const outbox = new Outbox();
  const one = outbox.keep(0, "one");
  const ids = () => JSON.parse(String(outbox.next()?.value)).map((/** @type {{ id: number }} */ { id }) => id);
  assert.deepEqual(ids(), [one.id]);
  assert.equal(outbox.next(), null, "it waits for the answer");
  const two = outbox.keep(1, "two");
  assert.deepEqual(ids(), [one.id, two.id]);
  outbox.answer({ taken: one.id, chosen: 0, kept: [] });
  assert.deepEqual(ids(), [two.id]);
  outbox.answer({ taken: two.id, chosen: 0, kept: [] });
  assert.equal(outbox.isDue, false);
  assert.equal(outbox.waiting.length, 0);
});

test("more drawings than a message holds go out in several, the oldest first", () => {
  const outbox = new Outbox();
  const server = new Server();
  for (let count = 0; count < 100; count += 1) outbox.keep(0, "x");
  let messages = 0;
  while (outbox.isDue && messages < 20) {
    const message = outbox.next();
    assert.ok(JSON.parse(String(message?.value)).length <= 64); // quick_pad.py takes no more at once
    server.receive(message);
    outbox.answer(server.answer);
    messages += 1;
  }
  assert.equal(server.labels.size, 100);
  assert.equal(messages, 3);
});

test("where Python never answers it is not asked for ever, and a new drawing begins anew", () => {
  const outbox = new Outbox();
  outbox.keep(0, "x");
  let sent = 0;
  for (let rerun = 0; rerun < 100; rerun += 1) {
    if (outbox.next()) sent += 1;
    outbox.answer({ taken: 0, chosen: 0, kept: [] });
  }
  assert.ok(sent > 1 && sent < 20, String(sent));
  outbox.keep(0, "y");
  assert.equal(JSON.parse(String(outbox.next()?.value)).length, 2);
});

test("counts hold what waits and what has been deleted, before and after Python knows", () => {
  const outbox = new Outbox();
  const server = new Server();
  outbox.keep(0, "a");
  const middle = outbox.keep(0, "b");
  outbox.keep(2, "c");
  const shown = () => outbox.counts(server.counts, server.answer.kept);
  assert.deepEqual(shown(), [2, 0, 1]);
  server.receive(outbox.next());
  assert.deepEqual(outbox.counts([0, 0, 0], []), [2, 0, 1], "the answer has not come yet");
  outbox.answer(server.answer);
  assert.deepEqual(shown(), [2, 0, 1]);
  outbox.remove(middle.id);
  assert.deepEqual(shown(), [1, 0, 1]);
  server.receive(outbox.next());
  outbox.answer(server.answer);
  assert.deepEqual(shown(), [1, 0, 1]);
  assert.deepEqual(server.counts, [1, 0, 1]);
});

test("a drawing that is deleted before it was sent is never sent; one on its way is deleted once it has arrived", () => {
  const outbox = new Outbox();
  const server = new Server();
  const early = outbox.keep(0, "early");
  outbox.remove(early.id);
  assert.equal(outbox.isDue, false);
  const late = outbox.keep(0, "late");
  const onTheWay = outbox.next();
  outbox.remove(late.id);
  assert.equal(outbox.next(), null, "Python cannot delete yet what it does not have");
  assert.deepEqual(outbox.counts([0, 0, 0], []), [0, 0, 0]);
  server.receive(onTheWay);
  outbox.answer(server.answer);
  const removal = outbox.next();
  assert.deepEqual(removal, { event: "removed", value: late.id });
  server.receive(removal);
  outbox.answer(server.answer);
  assert.equal(server.labels.size, 0);
  assert.equal(outbox.isDue, false);
});

test("undo takes back the drawings from the last one on, of whatever class", () => {
  const outbox = new Outbox();
  const [one, two] = [outbox.keep(0, "1"), outbox.keep(2, "2")];
  outbox.next();
  outbox.answer({ taken: two.id, chosen: 0, kept: [{ number: one.id, label: 0 }] });
  assert.equal(outbox.lastOf([]), two.id);
  outbox.remove(two.id, "undo");
  assert.deepEqual(outbox.next(), { event: "undo", value: two.id });
  assert.equal(outbox.lastOf([]), one.id);
  outbox.remove(one.id, "undo");
  assert.equal(outbox.lastOf([]), null);
  assert.equal(new Outbox().lastOf([4, 9, 7].map((number) => ({ number, label: 0 }))), 7, "of an earlier visit");
});

test("a choice is the visitor's own until Python shows it, and an answer to an earlier one does not undo it", () => {
  const outbox = new Outbox();
  outbox.choose(1);
  assert.deepEqual(outbox.next(), { event: "chosen", value: 1 });
  outbox.choose(2);
  outbox.answer({ taken: 0, chosen: 1, kept: [] });
  assert.equal(outbox.chosen(1), 2);
  assert.deepEqual(outbox.next(), { event: "chosen", value: 2 });
  outbox.answer({ taken: 0, chosen: 2, kept: [] });
  assert.equal(outbox.chosen(2), 2);
  assert.equal(outbox.chosen(0), 0, "from now on Python's");
});

/** Numbers from 0 to 1, the same for the same seed. @param {number} seed */
const randomOf = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

test("whatever is lost on the way, nothing is lost in the end: 200 series with messages and answers that never come", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = randomOf(seed);
    const outbox = new Outbox();
    const server = new Server();
    /** @type {number[]} */
    const kept = [];
    for (let step = 0; step < 60; step += 1) {
      const act = random();
      if (act < 0.4) kept.push(outbox.keep(Math.floor(3 * random()), "x").id);
      else if (act < 0.7 && outbox.isDue) {
        const message = outbox.next();
        const isLost = message?.event === "kept" && random() < 0.3; // overtaken by a later one
        if (!isLost) server.receive(message);
      } else if (act < 0.9) {
        outbox.answer(server.answer);
        const counted = total(outbox.counts(server.counts, server.answer.kept));
        assert.equal(counted, kept.length, `series ${seed}: each is counted once, wherever it is`);
      }
    }
    outbox.keep(0, "last");
    for (let rerun = 0; rerun < 12 && outbox.waiting.length; rerun += 1) {
      while (outbox.isDue) server.receive(outbox.next());
      outbox.answer(server.answer);
    }
    assert.deepEqual([...server.labels.keys()].slice(0, kept.length), kept, `series ${seed}`);
  }
});

test("what Python has not answered is counted: drawings, and drawings that are to go", () => {
  const outbox = new Outbox();
  const server = new Server();
  const { id } = outbox.keep(0, "x");
  assert.equal(outbox.unanswered, 1);
  server.receive(outbox.next());
  assert.equal(outbox.unanswered, 1);
  outbox.answer(server.answer);
  assert.equal(outbox.unanswered, 0);
  outbox.remove(id);
  assert.equal(outbox.unanswered, 1);
  server.receive(outbox.next());
  outbox.answer(server.answer);
  assert.equal(outbox.unanswered, 0);
});

test("the pads of a page with the same key share what waits, others do not", () => {
  const page = {};
  outboxOf("a", page).keep(0, "x");
  assert.equal(outboxOf("a", page).waiting.length, 1);
  assert.equal(outboxOf("b", page).waiting.length, 0);
});

test("the keys 1 to 9 and 0 choose the first ten classes, as far as there are some", () => {
  assert.deepEqual(
    [0, 8, 9, 10].map((label) => keyOf(label)),
    ["1", "9", "0", ""],
  );
  assert.equal(labelOf("1", 3), 0);
  assert.equal(labelOf("0", 10), 9);
  assert.equal(labelOf("4", 3), null);
  assert.equal(labelOf("0", 9), null);
  assert.equal(labelOf("a", 3), null);
  assert.equal(labelOf("F1", 3), null);
});

test("a drawing that is kept for the test says so, to the eye and to the ear", () => {
  const held = namesOf({ held_out: true }, 0, 3, "circle");
  assert.match(held.title, /^Kept for the test/);
  assert.match(held.label, /^circle, 1 of 3, kept for the test/);
  assert.doesNotMatch(JSON.stringify(namesOf({ held_out: false }, 0, 3, "circle")), /test/);
});
