// What a dense neuron reads, and what a neuron of a convolution reads. Two sheets stand behind each other in each
// panel, the image and the neurons; both panels show the neuron of the same place.

import { penOf } from "../shared/canvas.js";
import { isColour, shapeOf } from "../shared/colour.js";
import { component } from "../shared/component.js";
import { icon, make, prefersReducedMotion, watchWidth } from "../shared/dom.js";
import { oncePerFrame } from "../shared/motion.js";
import { between, clamp, mix, nearestIndex, smooth } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { onThemeChange } from "../shared/theme.js";
import { paintConvolution, paintDense, paintNeuron } from "./lines.js";
import { Panel } from "./panel.js";
import { drawnWeights, middleOf, planFor } from "./plan.js";
import { coloursOf, paintSheets, tapsOf } from "./sheets.js";
import { Wander } from "./wander.js";
import { countsOf, wordsAt } from "./words.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Actions } from "./panel.js" */
/** @import { Data } from "./plan.js" */
/** @import { Scene } from "./sheets.js" */

const GLIDE = { moved: 140, playing: 520 }; // ms from neuron to neuron
const WIDE = 640; // px: from here on the panels stand side by side
const BEGINNING = [0.42, 0.48]; // of the sheet's rows and columns
const ICONS = { play: "M3 1.5v11l9-5.5z", pause: "M2.5 1.5h3v11h-3zM8.5 1.5h3v11h-3z" };

/** @typedef {{ row: number, column: number }} Place of a neuron */

/** What is drawn, on its way from one neuron to another. @typedef {Place & { weights: Float32Array }} Shown */

/** @implements {Component<Data>} */
class Connections {
  status = new Status();
  drawn = icon(14, ICONS.play);
  word = make("span", {}, "Play");
  button = make("button", { type: "button", "data-testid": "connections-play" }, this.drawn, this.word);
  sheets = make("canvas");
  /** @type {Scene | null} */
  scene = null; // none while it has no width
  wander = new Wander(
    () => this.counts,
    (row, column) => this.move(row, column, GLIDE.playing),
  );
  glide = { began: 0, duration: 0 };
  draw = oncePerFrame((now) => this.advance(now));

  /** @param {Call<Data>} call */
  constructor({ parentElement, data }) {
    this.data = data;
    /** @type {Actions} */
    const actions = {
      point: (row, column) => this.point(row, column),
      step: (down, right) => this.step(down, right),
      togglePlay: () => this.play(!this.wander.playing),
    };
    this.dense = new Panel("dense", "A dense neuron", actions);
    this.convolution = new Panel("convolution", "A neuron of a convolution", actions);
    this.root = this.makeRoot();
    parentElement.append(this.root);
    this.button.onclick = actions.togglePlay;
    const [row, column] = this.counts.map((count, axis) => Math.floor(count * BEGINNING[axis]));
    /** @type {Place} */
    this.place = { row, column };
    this.from = this.shown = this.target = this.resting();
    this.play(!prefersReducedMotion());
    onThemeChange(this.root, () => this.arrange());
    this.observer = watchWidth(this.root, () => this.arrange());
    this.wander.sight.observe(this.root);
  }

  makeRoot() {
    const hint = "Move a neuron, and its twin follows: point, drag, or press an arrow key.";
    return make(
      "div",
      { class: "component connections", role: "group", "data-testid": "connections" },
      make("div", { class: "bar" }, make("span", { class: "hint" }, hint), this.button),
      make("div", { class: "panels" }, this.dense.node, this.convolution.node),
      this.status.node,
    );
  }

  /** Rows and columns of neurons. */
  get counts() {
    return [this.data.rows.starts.length, this.data.columns.starts.length];
  }

  /** @returns {Shown} the neuron of the place, at rest */
  resting() {
    const [height, width] = shapeOf(this.data.image);
    const neuron = this.place.row * this.counts[1] + this.place.column;
    return { ...this.place, weights: drawnWeights(neuron, height * width) };
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    this.data = data;
    const { row, column } = this.place;
    const [rows, columns] = this.counts;
    this.place = { row: Math.min(row, rows - 1), column: Math.min(column, columns - 1) };
    this.draw.cancel();
    this.from = this.shown = this.target = this.resting();
    this.root.setAttribute("aria-label", data.alt);
    Object.assign(this.root.dataset, this.place);
    const counts = countsOf(data);
    this.dense.count(counts.dense);
    this.convolution.count(counts.convolution);
    this.arrange();
  }

  /** For another width, other data or another theme. */
  arrange() {
    const { root, data, sheets } = this;
    if (!root.clientWidth) return; // in a hidden tab; the resize observer calls again
    root.classList.toggle("wide", root.clientWidth >= WIDE);
    const colours = coloursOf(root);
    this.scene = { data, colours, sheets, plan: planFor(data, this.dense.room), taps: tapsOf(data, colours) };
    for (const panel of [this.dense, this.convolution]) panel.arrange(this.scene);
    paintSheets(this.scene);
    this.dense.showWeights(this.target.weights, shapeOf(data.image)[1], colours.dark);
    this.convolution.showKernel(this.scene);
    this.describe();
    this.paint();
  }

  paint() {
    if (!this.scene) return;
    const { data, plan, sheets, colours } = this.scene;
    const { rows, columns } = data;
    const [top, left] = [between(rows.starts, this.shown.row), between(columns.starts, this.shown.column)];
    const neuron = plan.onNeurons(top + middleOf(rows), left + middleOf(columns));
    for (const { canvas } of [this.dense, this.convolution]) {
      const pen = penOf(canvas);
      pen.save();
      pen.resetTransform();
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(sheets, 0, 0);
      pen.restore();
      if (canvas === this.dense.canvas) paintDense(pen, this.scene, neuron, this.shown.weights);
      else paintConvolution(pen, this.scene, neuron, top, left);
      paintNeuron(pen, neuron, colours);
    }
  }

  /** Let it wander, from where it is, or stand still. @param {boolean} on */
  play(on) {
    if (on) this.wander.start([this.place.row, this.place.column]);
    else this.wander.stop();
    this.root.dataset.playing = String(on);
    this.word.textContent = on ? "Pause" : "Play";
    this.drawn.firstElementChild?.setAttribute("d", on ? ICONS.pause : ICONS.play);
  }

  /** To the neuron opposite a place of the image. @type {(row: number, column: number) => void} */
  point(row, column) {
    const { rows, columns } = this.data;
    if (this.wander.playing) this.play(false);
    this.move(
      nearestIndex(rows.starts, row - middleOf(rows)),
      nearestIndex(columns.starts, column - middleOf(columns)),
    );
  }

  /** @type {(down: number, right: number) => void} */
  step(down, right) {
    this.play(false);
    this.move(this.place.row + down, this.place.column + right);
  }

  /** @type {(row: number, column: number, duration?: number) => void} */
  move(row, column, duration = GLIDE.moved) {
    const [rows, columns] = this.counts;
    const target = { row: clamp(row, 0, rows - 1), column: clamp(column, 0, columns - 1) };
    if (target.row === this.place.row && target.column === this.place.column) return;
    this.place = target;
    Object.assign(this.root.dataset, target);
    this.from = this.shown;
    this.target = this.resting();
    this.glide = { began: performance.now(), duration: prefersReducedMotion() ? 0 : duration };
    this.draw();
    if (this.scene) this.dense.showWeights(this.target.weights, shapeOf(this.data.image)[1], this.scene.colours.dark);
    this.describe();
  }

  /** A little further on the way to the place. @param {number} now */
  advance(now) {
    const { began, duration } = this.glide;
    const share = duration ? clamp((now - began) / duration, 0, 1) : 1;
    const { from, target } = this;
    const gone = smooth(share);
    this.shown = {
      row: mix(from.row, target.row, gone),
      column: mix(from.column, target.column, gone),
      weights: from.weights.map((weight, pixel) => mix(weight, target.weights[pixel], gone)),
    };
    if (share === 1) this.shown = target;
    else this.draw();
    this.paint();
  }

  describe() {
    const { rows, columns, image } = this.data;
    const words = wordsAt(this.place, rows.taps.length * columns.taps.length, isColour(image));
    this.dense.caption.textContent = words.dense;
    this.convolution.caption.textContent = words.convolution;
    if (this.wander.playing)
      this.status.hush(); // it is not read aloud
    else this.status.sayAtRest(() => words.spoken);
  }

  destroy() {
    this.observer.disconnect();
    this.wander.destroy();
    this.status.hush();
    this.draw.cancel();
    this.root.remove();
  }
}

export default component(Connections);
