// A network at work on one image. Python sends what it is at one moment, or at several, which the stepper walks through;
// the elements stay, only pixels, bars and words change.

import { paintPicture } from "../shared/bytes.js";
import { component } from "../shared/component.js";
import { make, setText, watchWidth } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { Stepper } from "../shared/stepper.js";
import { isDark, onThemeChange } from "../shared/theme.js";
import { Bars } from "./bars.js";
import { Pairs } from "./pairs.js";
import { answerText, pairsText } from "./words.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Cause } from "../shared/stepper.js" */
/** @import { Moment } from "./words.js" */

const LASTS = 6; // seconds that the epochs take at 1×, unless that were
const PACE = { least: 1.5, most: 6 }; // less or more of them a second
const NARROW = 600; // px

/**
 * What live_network() in live_network.py sends.
 * @typedef {object} Data
 * @property {Moment[]} moments
 * @property {string} image a byte for each pixel and channel, in base64
 * @property {[number, number, number]} image_shape rows, columns and channels
 * @property {string[]} classes
 * @property {number} shown how many filters, each with its map
 * @property {[number, number]} filter_shape
 * @property {[number, number]} map_shape
 * @property {string | null} layer
 * @property {number} filters how many the layer has
 * @property {number | null} truth
 * @property {number} weight_reach where the scale of the filters ends
 * @property {number} map_reach
 * @property {boolean} live
 */

/** @implements {Component<Data>} */
class LiveNetwork {
  bars = new Bars();
  pairs = new Pairs();
  status = new Status();
  title = make("h4", { "data-testid": "live-title" });
  answer = make("p", { class: "answer-text", "data-testid": "live-answer" });
  image = make("canvas", { class: "image", "aria-hidden": "true" });
  heading = make("p", { class: "heading" });
  picture = make("div", { class: "picture", role: "img", "data-testid": "live-picture" });

  /** @param {Call<Data>} call */
  constructor({ parentElement, data }) {
    this.data = data;
    this.bar = new Stepper({
      name: "live",
      text: (index) => this.data.moments[index]?.title ?? "",
      moved: (_index, _ahead, by) => this.show(by),
      steady: () => clamp(this.data.moments.length / LASTS, PACE.least, PACE.most),
    });
    this.bar.reset(data.moments.length, data.moments.length - 1); // the last moment is the result
    this.picture.append(
      make("div", { class: "reading" }, this.image, this.bars.node),
      this.heading,
      this.pairs.node,
      this.pairs.scales,
    );
    this.root = make(
      "div",
      { class: "component live-network narrow", "data-testid": "live-network", role: "group" },
      make("header", {}, this.title, this.answer),
      this.picture,
      this.bar.node,
      this.status.node,
    );
    this.root.setAttribute("aria-label", "The network at work on one image");
    parentElement.append(this.root);
    onThemeChange(this.root, () => this.arrange());
    this.observer = watchWidth(this.root, (width) => this.root.classList.toggle("narrow", width < NARROW));
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    const before = this.data.moments.length - 1;
    const last = data.moments.length - 1;
    const atEnd = this.bar.index === before && !this.bar.playing;
    this.data = data;
    this.bar.reset(data.moments.length, atEnd ? last : Math.min(this.bar.index, last));
    this.bar.node.classList.toggle("away", !last); // its place stays, so that nothing jumps when a run pauses
    this.bar.node.inert = !last;
    this.heading.textContent = data.layer ? pairsText(data.layer, data.shown, data.filters) : "";
    this.arrange();
  }

  /** For other data or another theme. */
  arrange() {
    const dark = isDark(this.root);
    this.pairs.arrange(this.data, dark);
    paintPicture(this.image, atob(this.data.image), this.data.image_shape);
    this.paint();
  }

  /** @param {Cause} by what the moment was reached by */
  show(by) {
    this.paint();
    if (by !== "play" && by !== "start")
      this.status.sayAtRest(() => `${this.title.textContent}. ${this.answer.textContent}`);
  }

  paint() {
    const { moments, truth, classes } = this.data;
    const moment = moments[this.bar.index];
    setText(this.title, `The network ${moment.title}`);
    setText(this.answer, answerText(classes, moment.probabilities, truth));
    this.bars.show(classes, moment.probabilities, truth);
    this.pairs.paint(moment);
    const parts = [this.title.textContent, this.answer.textContent, this.heading.textContent];
    this.picture.setAttribute("aria-label", parts.filter(Boolean).join(". "));
    Object.assign(this.root.dataset, { moment: this.bar.index, live: this.data.live, playing: this.bar.playing });
  }

  destroy() {
    this.observer.disconnect();
    this.bar.destroy();
    this.status.hush();
    this.root.remove();
  }
}

export default component(LiveNetwork);
