// A drawing pad. A drawing is a list of steps (strokes, clearings, loaded pixels), each of them undoable.

import { component } from "../shared/component.js";
import { icon, make, prefersReducedMotion, setText } from "../shared/dom.js";
import { plural } from "../shared/format.js";
import { oncePerFrame } from "../shared/motion.js";
import { claim } from "../shared/pointer.js";
import { Status } from "../shared/status.js";
import { History } from "./history.js";
import { decode, encode, inkOfLine, pictureOf, together } from "./ink.js";
import { Keys } from "./keys.js";
import { Paper } from "./paper.js";
import { Pen } from "./pen.js";
import { listenToPointers } from "./pointers.js";
import { Post } from "./post.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Ink, Line } from "./ink.js" */

const BRUSH = { least: 3, most: 16, usual: 8 }; // paper units: about a tenth of the pad, as MNIST's strokes are
const ICONS = {
  undo: "M6.5 3.5L3 7l3.5 3.5M3.5 7H11a4 4 0 0 1 0 8H7",
  redo: "M11.5 3.5L15 7l-3.5 3.5M14.5 7H7a4 4 0 0 0 0 8h4",
  clear: "M4.5 4.5l9 9M13.5 4.5l-9 9",
};

/**
 * What pad() in pad.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number} side rows and columns of the drawing
 * @property {number} width of the pad in CSS pixels
 * @property {string} [hint] on the empty paper
 * @property {boolean} [compact] without the brush, and as small on a phone
 * @property {{ id: number | string, pixels: string } | null} load pixels to put onto the pad when the id is another
 */

/** @type {(name: keyof typeof ICONS, label: string, act: () => void) => HTMLButtonElement} */
function makeButton(name, label, act) {
  const button = make("button", { type: "button", "data-testid": `pad-${name}` }, icon(18, ICONS[name]), label);
  button.onclick = act;
  return button;
}

/** @implements {Component<Data>} */
class Pad {
  history = new History();
  listeners = new AbortController();
  sent = 0;
  /** @type {number | string | undefined} */
  loaded; // the id of what was loaded last
  status = new Status();
  undo = makeButton("undo", "Undo", () => this.takeBack());
  redo = makeButton("redo", "Redo", () => this.bringBack());
  clear = makeButton("clear", "Clear", () => this.wipe());
  slider = make("input", {
    type: "range",
    min: BRUSH.least,
    max: BRUSH.most,
    step: 0.5,
    value: BRUSH.usual,
    "data-testid": "pad-brush",
    "aria-label": "Brush width",
  });
  paintSoon = oncePerFrame(() => {
    this.paint();
    this.sendOnTheWay();
  });
  post = new Post();

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.paper = new Paper(data.side);
    this.pen = new Pen([data.side / 2, data.side / 2], BRUSH.usual, this.paintSoon, (line) => this.add(line));
    this.keys = new Keys(this.paper.canvas, this.pen, {
      side: () => this.paper.side,
      used: () => this.setKeyed(true),
      down: () => this.status.sayAtRest(() => "Pen down."),
    });
    this.root = this.makeRoot();
    Object.assign(this.root.dataset, { strokes: 0, sent: 0 });
    parentElement.append(this.root);
    this.listen();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.paper.canvas);
    const { signal } = this.listeners;
    window.addEventListener("resize", () => this.resize(), { signal }); // a window moved to a finer screen
  }

  makeRoot() {
    const brush = make(
      "label",
      { class: "brush" },
      make("span", {}, "Brush"),
      make("i", { class: "fine" }),
      this.slider,
      make("i", { class: "broad" }),
    );
    return make(
      "div",
      { class: "component pad", "data-testid": "pad", role: "group" },
      this.paper.node,
      brush,
      make("div", { class: "buttons" }, this.undo, this.redo, this.clear),
      this.status.node,
    );
  }

  listen() {
    const { paper, pen, keys, root, slider } = this;
    const { canvas } = paper;
    listenToPointers(
      paper,
      pen,
      (keyed) => this.setKeyed(keyed),
      () => root.classList.contains("keyed"),
      this.listeners.signal,
    );
    canvas.onfocus = () => this.setKeyed(canvas.matches(":focus-visible"));
    canvas.onblur = () => {
      keys.leave();
      this.setKeyed(false);
    };
    root.onkeydown = (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !(key === "z" || key === "y")) return;
      claim(event);
      if (key === "z" && !event.shiftKey) this.takeBack();
      else this.bringBack();
    };
    slider.oninput = () => {
      this.widen(Number(slider.value));
      pen.spot = [paper.side / 2, paper.side / 2];
      paper.showRing(true); // how broad it is
      this.paintSoon();
    };
    slider.onchange = slider.onblur = () => paper.showRing(false);
    this.widen(pen.width);
  }

  /** Whether the keys are at work; `:focus-visible` would hold for a finger, too. @param {boolean} keyed */
  setKeyed(keyed) {
    this.root.classList.toggle("keyed", keyed);
    this.paper.showRing(keyed);
  }

  /** @param {number} width of the brush */
  widen(width) {
    this.pen.width = width;
    this.paper.widen(width);
    this.slider.value = String(width);
    this.slider.setAttribute("aria-valuetext", `${Math.round((100 * width) / this.paper.side)} percent of the pad`);
  }

  /** @param {Call<Data>} call */
  update({ data: { side, alt, width, load, compact, hint }, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.post.answered();
    if (this.pen.stroke) this.paintSoon(); // the pen may have moved on, and rest now
    this.root.classList.toggle("compact", Boolean(compact));
    this.paper.side = side;
    this.paper.canvas.setAttribute("aria-label", alt);
    if (hint) setText(this.paper.invitation, hint);
    this.root.style.setProperty("--pad", `${width}px`);
    this.resize();
    const isNew = this.loaded === undefined;
    const known = isNew ? !load?.pixels : load?.id === this.loaded;
    this.loaded = load?.id;
    if (!load || known) return;
    this.load(load.pixels);
    if (!isNew) this.bringIntoSight();
  }

  /** In place of what is there; it can be undone, and is not sent back. @param {string} pixels */
  load(pixels) {
    const { side } = this.paper;
    const ink = decode(pixels, side);
    this.pen.drop();
    this.history.add(pixels ? { kind: "pixels", ink, picture: pictureOf(ink, side) } : { kind: "clear" });
    this.redraw();
  }

  /** A button elsewhere has put a drawing here: lead the eye and the keys to it. */
  bringIntoSight() {
    const { canvas } = this.paper;
    this.root.scrollIntoView({ block: "center", behavior: prefersReducedMotion() ? "auto" : "smooth" });
    canvas.focus({ preventScroll: true });
  }

  /** A stroke that is finished. @param {Line} line */
  add(line) {
    this.history.add({ kind: "stroke", line, ink: inkOfLine(line, this.paper.side) });
    this.change("");
  }

  takeBack() {
    this.pen.finish();
    if (this.history.undo()) this.change("Undone. ");
  }

  bringBack() {
    if (!this.pen.stroke && this.history.redo()) this.change("Redone. ");
  }

  wipe() {
    this.pen.finish();
    if (!this.history.shown.length) return;
    this.history.add({ kind: "clear" });
    this.change("Cleared. ");
  }

  /** By the visitor's hand. @param {string} what is said of it */
  change(what) {
    const { shown } = this.history;
    this.sent += 1;
    this.root.dataset.sent = String(this.sent);
    this.send(shown.map(({ ink }) => ink));
    this.redraw();
    const count = plural(Number(this.root.dataset.strokes), "stroke");
    this.status.sayAtRest(() => what + (shown.length ? `${count} on the pad.` : "The pad is empty."));
  }

  /** The drawing with the stroke at hand, so that its answer follows the pen. */
  sendOnTheWay() {
    const { stroke } = this.pen;
    if (!stroke || !this.post.isDue(stroke.points.length, performance.now())) return;
    this.send([...this.history.shown.map(({ ink }) => ink), inkOfLine(stroke, this.paper.side)]);
  }

  /** @param {Ink[]} inks */
  send(inks) {
    this.post.sent(this.pen.stroke?.points.length ?? 0, performance.now());
    this.trigger("drawing", encode(together(inks, this.paper.side)));
  }

  resize() {
    if (this.paper.resize()) this.redraw();
  }

  /** What is finished, anew. */
  redraw() {
    const { history, root } = this;
    const { shown } = history;
    this.paper.finish(shown);
    root.dataset.strokes = String(shown.filter(({ kind }) => kind === "stroke").length);
    this.undo.setAttribute("aria-disabled", String(!history.undoable));
    this.redo.setAttribute("aria-disabled", String(!history.redoable));
    this.clear.setAttribute("aria-disabled", String(!shown.length));
    this.paint();
  }

  paint() {
    const { stroke, spot, keyed } = this.pen;
    this.paper.hint.hidden = Boolean(stroke) || this.history.shown.length > 0;
    this.paper.paint(stroke, spot, keyed);
  }

  destroy() {
    this.observer.disconnect();
    this.listeners.abort();
    this.paintSoon.cancel();
    this.status.hush();
    this.root.remove();
  }
}

export default component(Pad);
