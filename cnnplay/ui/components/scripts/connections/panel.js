// A panel: the picture of both sheets, on which the neuron is moved, and under it the weights and their counts.

import { resize } from "../shared/canvas.js";
import { make } from "../shared/dom.js";
import { paintPixels } from "../shared/pixels.js";
import { claim, hasModifier, moveOf, onDrag, positionIn } from "../shared/pointer.js";
import { imageBox, LETTERED, letter, unproject } from "./plan.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Box, Plan, Projection } from "./plan.js" */
/** @import { Scene } from "./sheets.js" */

const SWATCH = 56; // px: the longer side of the small picture of a kernel
const AROUND = 6; // px around a sheet that belong to it

/**
 * What a visitor does here.
 * @typedef {object} Actions
 * @property {(row: number, column: number) => void} point to a place of the image's sheet, or opposite to it
 * @property {(down: number, right: number) => void} step from neuron to neuron
 * @property {() => void} togglePlay
 */

/** @type {(node: HTMLElement, at: Projection, box: Box) => void} */
function cover(node, at, { top, left, bottom, right }) {
  const [[x, lowest], [endX, highest]] = [at(bottom, left), at(top, right)];
  Object.assign(node.style, {
    left: `${x - AROUND}px`,
    top: `${highest - AROUND}px`,
    width: `${endX - x + 2 * AROUND}px`,
    height: `${lowest - highest + 2 * AROUND}px`,
  });
}

export class Panel {
  canvas = make("canvas", { "aria-hidden": "true" });
  swatch = make("canvas", { class: "swatch", "aria-hidden": "true" });
  caption = make("p", { class: "caption" });
  counts = [0, 1].map(() => ({ number: make("b"), text: make("span") }));
  window = make("div", { class: "hit" });

  /**
   * @param {string} name
   * @param {string} title
   * @param {Actions} actions
   */
  constructor(name, title, actions) {
    this.neurons = make("div", {
      class: "hit",
      role: "application",
      "aria-label": `${title}. Arrow keys move it, Space lets it wander.`,
      tabindex: 0,
      "data-testid": `connections-${name}`,
    });
    // The window of a convolution can be moved as well.
    const hits = name === "convolution" ? [this.neurons, this.window] : [this.neurons];
    const [one, all] = this.counts.map(({ number, text }) => make("div", { class: "count" }, number, text));
    this.picture = make("div", { class: "picture" }, this.canvas, ...hits);
    this.node = make(
      "section",
      { class: "panel" },
      make("h4", {}, title),
      this.picture,
      this.caption,
      make("div", { class: "counts" }, this.swatch, one, all),
    );
    this.listen(this.neurons, ({ neurons }) => neurons, actions);
    this.listen(this.window, ({ image }) => image, actions);
    this.listenToKeys(actions);
  }

  /** @type {(hit: HTMLElement, cornerOf: (plan: Plan) => Point, actions: Actions) => void} */
  listen(hit, cornerOf, { point }) {
    const follow = (/** @type {PointerEvent} */ event) => {
      if (this.plan) point(...unproject(cornerOf(this.plan), this.plan.scale, positionIn(this.picture, event)));
    };
    onDrag(hit, {
      begin: follow,
      move: follow,
      hover: (event) => event.pointerType === "mouse" && follow(event),
    });
  }

  /** @param {Actions} actions */
  listenToKeys({ step, togglePlay }) {
    this.neurons.onkeydown = (event) => {
      const way = moveOf(event.key);
      if (hasModifier(event) || (!way && event.key !== " ")) return;
      claim(event);
      if (way) step(...way);
      else togglePlay();
    };
  }

  /** The room that there is, in pixels. */
  get room() {
    return this.picture.clientWidth;
  }

  /** @param {Scene} scene */
  arrange({ data, plan }) {
    this.plan = plan;
    this.picture.style.height = `${plan.height}px`;
    resize(this.canvas, plan.width, plan.height);
    cover(this.neurons, plan.onNeurons, plan.edges);
    cover(this.window, plan.onImage, imageBox(data));
  }

  /** @param {[string, string][]} counts a number and its text, of one neuron and of all */
  count(counts) {
    for (const [index, { number, text }] of this.counts.entries())
      [number.textContent, text.textContent] = counts[index];
  }

  /** The weights of a dense neuron, small. @type {(weights: Float32Array, columns: number, dark: boolean) => void} */
  showWeights(weights, columns, dark) {
    const rows = Array.from({ length: weights.length / columns }, (_, row) => [
      ...weights.subarray(row * columns, (row + 1) * columns),
    ]);
    paintPixels(this.swatch, rows, { scale: "signed", range: 1, dark });
  }

  /** The letters and colours of the kernel. @param {Scene} scene */
  showKernel({ data, taps, colours }) {
    const [height, width] = [data.rows.taps.length, data.columns.taps.length];
    const cell = SWATCH / Math.max(height, width);
    const pen = resize(this.swatch, cell * width, cell * height);
    this.swatch.style.aspectRatio = `${width} / ${height}`;
    pen.font = `600 ${Math.min(15, cell * 0.7)}px ${colours.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const [index, { colour }] of taps.entries()) {
      const [x, y] = [(index % width) * cell, Math.floor(index / width) * cell];
      pen.fillStyle = colour;
      pen.fillRect(x, y, cell - 1, cell - 1);
      pen.fillStyle = colours.paper;
      if (taps.length <= LETTERED) pen.fillText(letter(index), x + (cell - 1) / 2, y + cell / 2);
    }
  }
}
