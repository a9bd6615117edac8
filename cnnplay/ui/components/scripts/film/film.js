// Frames that are played or scrubbed through. The stepper owns the place.

import { makePalette, paintBytes, paintPicture } from "../shared/bytes.js";
import { component } from "../shared/component.js";
import { icon, keepChildren, make } from "../shared/dom.js";
import { makeLegend } from "../shared/pixels.js";
import { claim, targetOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { Stepper } from "../shared/stepper.js";
import { isDark, onThemeChange } from "../shared/theme.js";
import { Curve } from "./curve.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Colour, Scale } from "../shared/pixels.js" */
/** @import { Cause } from "../shared/stepper.js" */

const LASTS = 6; // seconds that a film takes at 1×, unless that were
const PACE = { least: 2, most: 15 }; // less or more frames a second
const NARROW = 600; // px
const ROUND = "M9 3.5a5.5 5.5 0 1 0 5.5 5.5M9 1v5l3.4-2.5z";

/**
 * What film() in film.py sends.
 * @typedef {object} Data
 * @property {{ title: string, caption: string, pictures: string[] }[]} frames pictures: a byte a pixel, in base64
 * @property {number[][]} shapes rows and columns of each picture, and in colour its channels
 * @property {number[] | null} curve a value for each frame
 * @property {string} alt
 * @property {Scale | "colour"} scale
 * @property {number} reach where the scale ends
 * @property {number} size about how wide a picture is, in CSS pixels
 * @property {string} note
 */

/** @implements {Component<Data>} */
class Film {
  /** @type {Colour[]} */
  palette = [];
  /** @type {Map<string, string>} */
  bytes = new Map(); // decoded when they are first seen
  repeats = false;
  status = new Status();
  screens = make("div", { class: "screens", role: "img", "data-testid": "film-pictures" });
  title = make("h4", { "data-testid": "film-title" });
  caption = make("p", { class: "caption", "data-testid": "film-caption" });
  note = make("p", { class: "note" });
  legend = makeLegend();
  curve = new Curve((share) => this.bar.go(Math.round(share * (this.data.frames.length - 1)), "scrub"));

  /** @param {Call<Data>} call */
  constructor({ parentElement, data }) {
    this.data = data;
    this.bar = new Stepper({
      name: "film",
      text: (index) => `${index + 1} of ${this.data.frames.length}`,
      moved: (_index, _ahead, by) => this.show(by),
      steady: () => clamp(this.data.frames.length / LASTS, PACE.least, PACE.most),
      loop: () => this.repeats,
    });
    this.bar.buttons.append(this.makeRepeat());
    this.bar.reset(data.frames.length, data.frames.length - 1); // the last frame is the result
    this.root = make(
      "div",
      { class: "component film", "data-testid": "film", role: "group" },
      make(
        "div",
        { class: "stage" },
        make("div", { class: "seen" }, this.screens, this.legend.node),
        make("div", { class: "told" }, this.title, this.caption, this.curve.node),
      ),
      this.bar.node,
      this.note,
      this.status.node,
    );
    parentElement.append(this.root);
    this.listen();
    this.observer = new ResizeObserver(() => this.root.classList.toggle("narrow", this.root.clientWidth < NARROW));
    this.observer.observe(this.root);
  }

  makeRepeat() {
    const names = { "aria-label": "Repeat", title: "Repeat", "aria-pressed": false, "data-testid": "film-loop" };
    const button = make("button", { type: "button", class: "again", ...names }, icon(18, ROUND));
    button.onclick = () => {
      this.repeats = !this.repeats;
      button.setAttribute("aria-pressed", String(this.repeats));
    };
    return button;
  }

  listen() {
    this.screens.onclick = () => this.bar.toggle();
    this.root.onkeydown = (event) => {
      if (event.key !== " " || targetOf(event).closest("button")) return;
      claim(event);
      this.bar.toggle();
    };
    onThemeChange(this.root, () => {
      this.recolour();
      this.paint();
    });
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    const before = this.data.frames.length - 1;
    const last = data.frames.length - 1;
    const atEnd = this.bar.index === before && !this.bar.playing;
    this.data = data;
    this.bytes = new Map();
    this.root.setAttribute("aria-label", data.alt);
    this.screens.setAttribute("aria-label", data.alt);
    this.note.textContent = data.note;
    this.build();
    this.bar.reset(data.frames.length, atEnd ? last : Math.min(this.bar.index, last));
    this.recolour();
    this.paint();
  }

  /** As many canvases as pictures; each cell whole CSS pixels wide where that is near the size asked for. */
  build() {
    const { frames, shapes, size, curve } = this.data;
    const canvases = keepChildren(this.screens, shapes.length, () => make("canvas"));
    for (const [index, [rows, columns]] of shapes.entries()) {
      const { style } = canvases[index];
      style.width = `${Math.max(1, Math.round(size / columns)) * columns}px`;
      style.aspectRatio = `${columns} / ${rows}`;
    }
    const titles = frames.map(({ title }) => title);
    this.curve.node.hidden = !curve || frames.length < 2;
    if (curve) this.curve.update(curve, titles);
    this.bar.node.hidden = frames.length < 2;
    this.root.style.setProperty("--caption", frames.some(({ caption }) => caption) ? "1.4em" : "0");
  }

  recolour() {
    const { scale, reach } = this.data;
    const dark = isDark(this.root);
    this.legend.node.hidden = scale === "colour";
    if (scale === "colour") return;
    this.palette = makePalette(scale, reach, dark);
    this.legend.paint(scale, reach, dark);
  }

  /** @param {Cause} by what the frame was reached by */
  show(by) {
    this.paint();
    if (by !== "play" && by !== "start")
      this.status.sayAtRest(() => `${this.title.textContent}. ${this.caption.textContent}`);
  }

  paint() {
    const { frames, shapes, curve } = this.data;
    const { title, caption, pictures } = frames[this.bar.index];
    const canvases = /** @type {HTMLCanvasElement[]} */ ([...this.screens.children]);
    for (const [index, text] of pictures.entries()) this.paintOne(canvases[index], this.bytesOf(text), shapes[index]);
    this.title.textContent = title;
    this.caption.textContent = caption;
    if (curve) this.curve.place(this.bar.index);
    Object.assign(this.root.dataset, { frame: this.bar.index, playing: this.bar.playing });
    this.bar.parts.scrub.setAttribute("aria-valuetext", `${title}. ${caption}`);
  }

  /** @type {(canvas: HTMLCanvasElement, bytes: string, shape: number[]) => void} */
  paintOne(canvas, bytes, shape) {
    if (this.data.scale === "colour") paintPicture(canvas, bytes, shape);
    else paintBytes(canvas, bytes, [shape[0], shape[1]], this.palette);
  }

  /** @param {string} text in base64 */
  bytesOf(text) {
    const known = this.bytes.get(text) ?? atob(text);
    this.bytes.set(text, known);
    return known;
  }

  destroy() {
    this.observer.disconnect();
    this.bar.destroy();
    this.status.hush();
    this.root.remove();
  }
}

export default component(Film);
