// A pad that takes one drawing after the other: half a second after the last stroke a drawing is kept, and the paper is
// empty for the next. What is kept waits in the outbox until Python has it.

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Line } from "../pad/ink.js" */
/** @import { Thumbnail } from "./strip.js" */

import { Sender, scriptOfPage } from "../fields/sender.js";
import { History } from "../pad/history.js";
import { encode, inkOfLine, together } from "../pad/ink.js";
import { Keys } from "../pad/keys.js";
import { Paper } from "../pad/paper.js";
import { Pen } from "../pad/pen.js";
import { listenToPointers } from "../pad/pointers.js";
import { component } from "../shared/component.js";
import { icon, make, prefersReducedMotion, setText } from "../shared/dom.js";
import { plural } from "../shared/format.js";
import { oncePerFrame } from "../shared/motion.js";
import { claim, hasModifier } from "../shared/pointer.js";
import { Status } from "../shared/status.js";
import { Countdown } from "./countdown.js";
import { Labels, labelOf } from "./labels.js";
import { outboxOf } from "./outbox.js";
import { Strip } from "./strip.js";

const BRUSH = 8; // paper units: about a tenth of the pad, as MNIST's strokes are
const WAIT = 500; // ms after a stroke in which another one belongs to the same drawing
const FLIGHT = 260; // ms from the paper to the strip
const ICONS = {
  undo: "M6.5 3.5L3 7l3.5 3.5M3.5 7H11a4 4 0 0 1 0 8H7",
  keep: "M3.5 9.5l3.5 3.5 7.5-8",
};

/**
 * What quick_pad() in quick_pad.py sends.
 * @typedef {object} Data
 * @property {string} key
 * @property {string} alt
 * @property {number} side rows and columns of a drawing
 * @property {number} width of the paper in CSS pixels
 * @property {string[]} classes
 * @property {number[]} counts of drawings that Python has, for each class
 * @property {number} chosen
 * @property {number} taken the highest id that Python has taken
 * @property {Thumbnail[]} kept the last drawings of the chosen class, the oldest first
 */

/** @type {(name: keyof typeof ICONS, label: string, act: () => void) => HTMLButtonElement} */
function makeButton(name, label, act) {
  const button = make("button", { type: "button", "data-testid": `quick-pad-${name}` }, icon(18, ICONS[name]), label);
  button.onclick = act;
  return button;
}

/** @implements {Component<Data>} */
class QuickPad {
  history = new History();
  listeners = new AbortController();
  status = new Status();
  by = ""; // what the stroke at hand is drawn by
  labels = new Labels((label) => this.choose(label));
  strip = new Strip(
    (number) => this.remove(number),
    () => this.paper.canvas.focus({ preventScroll: true }),
  );
  keepButton = makeButton("keep", "Keep", () => this.keep());
  undoButton = makeButton("undo", "Undo", () => this.undo());
  auto = make("input", { type: "checkbox", checked: true, "data-testid": "quick-pad-auto" });
  hint = make("p", { class: "next", "aria-hidden": "true" });
  bar = make("i", { class: "waiting", "aria-hidden": "true" });
  countdown = new Countdown(
    WAIT,
    () => this.keep(),
    (running) => this.paper.node.classList.toggle("counting", running),
  );
  paintSoon = oncePerFrame(() => this.paint());

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.outbox = outboxOf(data.key);
    this.paper = new Paper(data.side);
    this.paper.node.append(this.bar);
    this.pen = new Pen(
      [data.side / 2, data.side / 2],
      BRUSH,
      () => this.moved(),
      (line) => this.add(line),
    );
    this.keys = new Keys(this.paper.canvas, this.pen, {
      side: () => this.paper.side,
      used: () => this.setKeyed(true),
      down: () => this.status.sayAtRest(() => "Pen down."),
    });
    this.root = this.makeRoot();
    parentElement.append(this.root);
    this.sender = new Sender(() => this.send(), scriptOfPage());
    this.listen();
    this.paper.widen(BRUSH);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.paper.canvas);
    window.addEventListener("resize", () => this.resize(), { signal: this.listeners.signal });
  }

  makeRoot() {
    const toggle = make("label", { class: "auto" }, this.auto, "Keep by itself half a second after a stroke");
    return make(
      "div",
      { class: "component quick-pad", "data-testid": "quick-pad", role: "group", style: `--wait: ${WAIT}ms` },
      this.labels.node,
      make(
        "div",
        { class: "bench" },
        this.paper.node,
        make(
          "div",
          { class: "beside" },
          make("div", { class: "buttons" }, this.keepButton, this.undoButton),
          toggle,
          this.hint,
          this.strip.node,
        ),
      ),
      this.status.node,
    );
  }

  listen() {
    const { paper, pen, keys, root } = this;
    const { canvas } = paper;
    const { signal } = this.listeners;
    listenToPointers(
      paper,
      pen,
      (keyed) => this.setKeyed(keyed),
      () => root.classList.contains("keyed"),
      signal,
    );
    canvas.onfocus = () => this.setKeyed(canvas.matches(":focus-visible"));
    canvas.onblur = () => {
      keys.leave();
      this.setKeyed(false);
    };
    root.addEventListener("keydown", (event) => this.key(event), { signal });
    this.auto.onchange = () => this.countdown.stop();
    const elsewhere = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(root)) this.leave();
    };
    window.addEventListener("pointerdown", elsewhere, { capture: true, signal });
    window.addEventListener("keydown", elsewhere, { capture: true, signal });
    window.addEventListener("beforeunload", (event) => this.unload(event), { signal });
  }

  /** The page is left. The browser asks first, where that would lose something. @param {BeforeUnloadEvent} event */
  unload(event) {
    this.leave();
    if (this.history.shown.length || this.outbox.unanswered) event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const key = event.key.toLowerCase();
    const label = labelOf(key, this.data.classes.length);
    if ((event.ctrlKey || event.metaKey) && !event.altKey && key === "z") this.undo();
    else if (hasModifier(event)) return;
    else if (label !== null) this.choose(label);
    else if (key === "enter" && event.target === this.paper.canvas) this.keep();
    else return;
    claim(event);
  }

  /** The visitor does something else, which may take the pad off the page: nothing is lost by that. */
  leave() {
    if (this.countdown.isRunning) this.keep();
    this.sender.flush();
  }

  /** @param {boolean} keyed whether the keys are at work */
  setKeyed(keyed) {
    this.root.classList.toggle("keyed", keyed);
    this.paper.showRing(keyed);
  }

  get chosen() {
    const { classes, chosen } = this.data;
    return Math.min(this.outbox.chosen(chosen), classes.length - 1);
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.outbox.answer(data);
    this.paper.side = data.side;
    this.paper.canvas.setAttribute("aria-label", data.alt);
    this.root.style.setProperty("--pad", `${data.width}px`);
    this.resize();
    this.show();
    if (this.outbox.isDue) this.sender.request();
  }

  /** A message, and the next one where there is more to say. */
  send() {
    const message = this.outbox.next();
    if (message?.event === "kept") this.trigger("kept", message.value);
    else if (message?.event === "chosen") this.trigger("chosen", message.value);
    else if (message?.event === "removed") this.trigger("removed", message.value);
    else if (message?.event === "undo") this.trigger("undo", message.value);
    if (this.outbox.isDue) queueMicrotask(() => this.sender.request());
  }

  /** The pen has moved, or a stroke has begun. */
  moved() {
    if (this.pen.stroke) {
      this.by = this.pen.stroke.by;
      this.countdown.stop();
    }
    this.paintSoon();
  }

  /** A stroke that is finished. @param {Line} line */
  add(line) {
    this.history.add({ kind: "stroke", line, ink: inkOfLine(line, this.paper.side) });
    if (this.auto.checked && this.by !== "keys") this.countdown.start(); // keys take longer from stroke to stroke
    this.redraw();
  }

  /** The drawing at hand is one of the chosen class; the paper is empty for the next. */
  keep() {
    this.pen.finish();
    this.countdown.stop();
    const ink = together(
      this.history.shown.map((step) => step.ink),
      this.paper.side,
    );
    const before = this.snapshot();
    this.history = new History();
    this.redraw();
    if (!ink.some(Boolean)) return;
    this.outbox.keep(this.chosen, encode(ink));
    this.show();
    this.fly(before);
    this.sender.request();
    this.say("Kept");
  }

  /** @param {number} label */
  choose(label) {
    if (this.countdown.isRunning) this.keep(); // it was drawn for the class before
    if (label === this.chosen) return;
    this.outbox.choose(label);
    this.show();
    this.sender.request();
    this.say("Chosen");
  }

  /** The last stroke; on empty paper, the last drawing that was kept. */
  undo() {
    this.pen.finish();
    this.countdown.stop();
    if (this.history.undo()) {
      this.redraw();
      this.status.sayAtRest(() => `Undone. ${plural(this.history.shown.length, "stroke")} on the paper.`);
      return;
    }
    const last = this.outbox.lastOf(this.data.kept);
    if (last !== null) this.remove(last, "undo");
  }

  /** @type {(number: number, way?: "removed" | "undo") => void} */
  remove(number, way = "removed") {
    this.outbox.remove(number, way);
    this.show();
    this.sender.request();
    this.say("Deleted");
  }

  /** @param {string} what has been done */
  say(what) {
    this.status.sayAtRest(() => {
      const { chosen, data } = this;
      return `${what}. ${data.classes[chosen]}: ${plural(this.counts[chosen], "drawing")}.`;
    });
  }

  get counts() {
    return this.outbox.counts(this.data.counts, this.data.kept);
  }

  /** Classes, counts and the strip. */
  show() {
    const { data, outbox, chosen } = this;
    const name = data.classes[chosen];
    const shape = /** @type {[number, number, number]} */ ([data.side, data.side, 1]);
    /** @type {Thumbnail[]} */
    const here = outbox.waiting.map(({ id, label, drawing }) => ({
      number: id,
      label,
      held_out: false,
      image: { pixels: drawing, shape },
    }));
    const shown = [...data.kept, ...here].filter(
      ({ number, label }) => label === chosen && !this.outbox.isRemoved(number),
    );
    this.labels.show(data.classes, this.counts, chosen);
    this.strip.show(shown.reverse(), name);
    setText(this.paper.invitation, `Draw: ${name}`);
    setText(this.hint, shown.length ? "Click a drawing to delete it." : "What you draw is kept here.");
    Object.assign(this.root.dataset, { chosen, unanswered: outbox.unanswered });
    this.mark();
  }

  /** Which buttons have something to do. */
  mark() {
    const empty = !this.history.shown.length;
    const undoable = !empty || this.outbox.lastOf(this.data.kept) !== null;
    this.keepButton.setAttribute("aria-disabled", String(empty));
    this.undoButton.setAttribute("aria-disabled", String(!undoable));
  }

  /** What is on the paper, as a picture. */
  snapshot() {
    const { canvas } = this.paper;
    const copy = make("canvas", { class: "flight", width: canvas.width, height: canvas.height, "aria-hidden": "true" });
    if (canvas.width) copy.getContext("2d")?.drawImage(canvas, 0, 0);
    return copy;
  }

  /** From the paper to its place in the strip. @param {HTMLCanvasElement} picture */
  fly(picture) {
    const target = this.strip.node.firstElementChild;
    if (!target || prefersReducedMotion()) return;
    const home = this.root.getBoundingClientRect();
    const [from, to] = [this.paper.node, target].map((node) => node.getBoundingClientRect());
    Object.assign(picture.style, {
      left: `${from.left - home.left}px`,
      top: `${from.top - home.top}px`,
      width: `${from.width}px`,
      height: `${from.height}px`,
    });
    this.root.append(picture);
    const away = `translate(${to.left - from.left}px, ${to.top - from.top}px) scale(${to.width / from.width})`;
    const motion = picture.animate([{ transform: "none" }, { transform: away, opacity: 0.6 }], {
      duration: FLIGHT,
      easing: "ease-in-out",
    });
    motion.onfinish = motion.oncancel = () => picture.remove();
  }

  resize() {
    if (this.paper.resize()) this.redraw();
  }

  /** What is finished, anew. */
  redraw() {
    const { shown } = this.history;
    this.paper.finish(shown);
    this.root.dataset.strokes = String(shown.length);
    this.mark();
    this.paint();
  }

  paint() {
    const { stroke, spot, keyed } = this.pen;
    this.paper.hint.hidden = Boolean(stroke) || this.history.shown.length > 0;
    this.paper.paint(stroke, spot, keyed);
  }

  destroy() {
    this.leave();
    this.sender.destroy();
    this.observer.disconnect();
    this.listeners.abort();
    this.paintSoon.cancel();
    this.status.hush();
    this.root.remove();
  }
}

export default component(QuickPad);
