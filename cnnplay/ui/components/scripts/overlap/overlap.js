// Two functions make a third: g is moved over f, and the area of their product is the result at that shift.

import { component } from "../shared/component.js";
import { debounce } from "../shared/debounce.js";
import { find, prefersReducedMotion, setText, watchWidth } from "../shared/dom.js";
import { exactText } from "../shared/format.js";
import { makeMotion } from "../shared/motion.js";
import { onDrag, positionIn } from "../shared/pointer.js";
import { between, clamp, mix, nearestIndex, total } from "../shared/scale.js";
import { makeSpeeds, NORMAL } from "../shared/speeds.js";
import { onThemeChange, paletteOf } from "../shared/theme.js";
import { isMirrored, measure, product, resultAt } from "./functions.js";
import { Plots } from "./plots.js";
import { Labels, wordsAt } from "./words.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Data } from "./functions.js" */

const PLAY_TIME = 8000; // ms from end to end
const FLIP_TIME = 550; // ms
const START = 0.4; // of the shifts lie behind at first: a piece of the result is there, and more is to be found
const THUMB = 28; // px, as in the style sheet
/** @implements {Component<Data>} */
class Overlap {
  text = ""; // the data as they came: the same ones change nothing
  at = 0; // the place among the shifts
  /** @type {[number, number]} */
  visited = [0, 0]; // from where to where the result has been seen
  flipped = false;
  turn = 0; // how far g is flipped
  playing = false;
  speed = NORMAL;
  mirrored = false;
  motion = makeMotion((elapsed) => this.advance(elapsed));
  send = debounce(() => this.trigger("place", [Number(exactText(this.data.shifts[this.index])), this.flipped]));

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    const root = find(parentElement, ".overlap", HTMLElement);
    this.root = root;
    this.stage = find(root, ".stage", HTMLElement);
    this.slider = find(root, ".shift", HTMLInputElement);
    this.play = find(root, ".play", HTMLButtonElement);
    const speeds = makeSpeeds("overlap", (speed) => {
      this.speed = speed;
      speeds.show(speed.id);
    });
    this.play.after(speeds.node);
    this.playText = find(root, ".play span", HTMLElement);
    this.flip = find(root, ".switch input", HTMLInputElement);
    this.status = find(root, ".unseen", HTMLElement);
    this.labels = new Labels(root);
    this.plots = new Plots(root);
    this.listenToDrag();
    this.listen();
    onThemeChange(root, () => this.readColours());
    this.observer = watchWidth(root, () => this.arrange());
  }

  /** The received shift that is nearest. */
  get index() {
    return Math.round(this.at);
  }

  get last() {
    return this.data.shifts.length - 1;
  }

  /** Drag anywhere in the plots. A finger first has to move sideways, or to tap. */
  listenToDrag() {
    const { root, stage, plots } = this;
    const follow = (/** @type {PointerEvent} */ event) => this.goTo(plots.toValue(positionIn(stage, event)[0]));
    onDrag(stage, {
      begin: (event) => {
        if (!plots.width) return false;
        const finger = event.pointerType === "touch";
        root.classList.toggle("dragging", !finger);
        if (!finger) follow(event);
        return true;
      },
      move: (event, sideways) => {
        if (sideways) root.classList.add("dragging");
        if (root.classList.contains("dragging")) follow(event);
      },
      end: follow,
      release: () => root.classList.remove("dragging"),
    });
  }

  listen() {
    this.slider.oninput = () => this.goTo(Number(this.slider.value));
    this.slider.onkeydown = (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.togglePlay();
    };
    this.play.onclick = () => this.togglePlay();
    this.flip.onchange = () => this.setFlip(this.flip.checked);
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.receive(data);
    this.readColours();
    this.arrange();
  }

  /**
   * New data: the shift stays where the user has put it; other functions have a result still to be discovered.
   * @param {Data} data
   */
  receive(data) {
    const text = JSON.stringify({ ...data, start: null }); // it only follows what the user has done here
    if (text === this.text) return;
    const another = !this.text || data.subject !== this.data.subject; // a button brought it, or it is the first
    const { shifts, start } = data;
    const beginning = start.shift ?? mix(shifts[0], shifts[shifts.length - 1], START);
    const shift = another ? beginning : between(this.data.shifts, this.at);
    if (another) {
      this.send.cancel();
      Object.assign(this, { playing: false, flipped: start.flipped, turn: Number(start.flipped) });
    }
    Object.assign(this, { data, text, mirrored: isMirrored(data), at: nearestIndex(shifts, shift) });
    this.visited = [0, this.at];
    Object.assign(this.slider, {
      min: exactText(shifts[0]),
      max: exactText(shifts[shifts.length - 1]),
      step: exactText(shifts.length > 1 ? shifts[1] - shifts[0] : data.step),
    });
    this.labels.name(data);
    for (const node of [this.root, this.plots.upper.svg]) node.setAttribute("aria-label", data.alt);
  }

  readColours() {
    const palette = paletteOf(this.root);
    for (const [index, name] of ["f", "g", "product"].entries())
      if (palette[index]) this.root.style.setProperty(`--${name}`, palette[index]);
  }

  /** For another width, or other data. */
  arrange() {
    const { data, plots, slider } = this;
    plots.arrange(this.root.clientWidth, data, measure(data));
    if (!plots.width) return;
    const [first, last] = [data.shifts[0], data.shifts[this.last]].map(plots.toX);
    slider.style.marginLeft = `${first - THUMB / 2}px`;
    slider.style.width = `${last - first + THUMB}px`;
    this.draw();
  }

  /** The part of the frame that moves; and in data-area and data-value what a test can hold together. */
  draw() {
    const { data, at, turn, plots } = this;
    if (!plots.width) return;
    const products = product(data, between(data.shifts, at), turn);
    plots.draw(data, this, products);
    Object.assign(this.root.dataset, {
      shift: exactText(between(data.shifts, at)),
      flipped: this.flipped,
      value: exactText(resultAt(data, at, turn)),
      area: exactText(total(products) * data.step),
    });
    this.describe();
  }

  get words() {
    const { data, index, flipped, mirrored } = this;
    return wordsAt(data, index, flipped, { signed: this.plots.limits.upper[0] < 0, mirrored });
  }

  describe() {
    const { words } = this;
    this.labels.write(words);
    setText(this.plots.value, words.value);
    setText(this.playText, this.playing ? "Pause" : "Play");
    this.slider.value = String(this.data.shifts[this.index]);
    this.slider.setAttribute("aria-valuetext", words.range);
    this.flip.checked = this.flipped;
    this.root.classList.toggle("playing", this.playing);
  }

  /** To a place among the shifts; what has been seen of the result grows. @param {number} at */
  moveTo(at) {
    const place = clamp(at, 0, this.last);
    this.at = place;
    this.visited = [Math.min(this.visited[0], place), Math.max(this.visited[1], place)];
  }

  /** By the visitor's hand. @param {number} shift */
  goTo(shift) {
    this.playing = false;
    this.moveTo(nearestIndex(this.data.shifts, shift));
    this.send();
    this.motion();
  }

  togglePlay() {
    this.playing = !this.playing;
    if (this.playing && this.at >= this.last) {
      this.at = 0;
      this.visited = [0, 0];
    }
    if (this.playing) this.send.cancel();
    else this.rest();
    this.status.textContent = this.playing ? "Playing." : this.words.spoken;
    this.motion();
  }

  /** Come to rest at a received shift. */
  rest() {
    this.moveTo(this.index);
    this.send();
  }

  /** @param {boolean} flipped */
  setFlip(flipped) {
    this.flipped = flipped;
    if (prefersReducedMotion()) this.turn = Number(flipped);
    this.send();
    const { spoken, note } = this.words;
    this.status.textContent = this.playing ? "Playing." : `${spoken} ${note}`;
    this.motion();
  }

  /** A little further in playing and in flipping. @param {number} elapsed milliseconds */
  advance(elapsed) {
    const goal = Number(this.flipped);
    if (this.playing) this.moveTo(this.at + ((elapsed * this.speed.factor) / PLAY_TIME) * this.last);
    if (this.playing && this.at >= this.last) {
      this.playing = false;
      this.send();
      this.status.textContent = this.words.spoken;
    }
    this.turn = clamp(goal, this.turn - elapsed / FLIP_TIME, this.turn + elapsed / FLIP_TIME);
    this.draw();
    return this.playing || this.turn !== goal;
  }

  destroy() {
    this.observer.disconnect();
    this.send.cancel();
    this.motion.cancel();
  }
}

export default component(Overlap);
