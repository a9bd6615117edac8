// How a filter finds lines. `at` is a place among the received angles; words, the winner and data-angle are always
// those of the nearest one.

import { component } from "../shared/component.js";
import { debounce } from "../shared/debounce.js";
import { find, watchWidth } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { makeMotion } from "../shared/motion.js";
import { css, inkOf } from "../shared/pixels.js";
import { clamp } from "../shared/scale.js";
import { makeSpeeds, NORMAL } from "../shared/speeds.js";
import { isDark, onThemeChange } from "../shared/theme.js";
import { angleAt, indexAt, lastAngle, nearestAngle, period, pictureAt, pitch, winnerAt } from "./answers.js";
import { Chart } from "./chart.js";
import { Dial } from "./dial.js";
import { Tiles } from "./tiles.js";
import { Terms, wordsAt } from "./words.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Data } from "./answers.js" */

const PLAY_TIME = 9000; // ms for half a turn
const MEDIUM = 600;
const WIDE = 940; // px of width from which there are two and three columns
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** @implements {Component<Data>} */
class Orientations {
  text = ""; // the data as they came: the same ones change nothing
  at = 0;
  /** @type {number | null} */
  chosen = null; // the filter that is laid on the line
  playing = false;
  speed = NORMAL;
  direction = 1;
  dark = false;
  marked = ""; // what the marks and words were made for
  /** @type {[number, number]} */
  limits = [0, 1]; // of the answers
  motion = makeMotion((elapsed) => this.advance(elapsed));
  send = debounce(() => this.trigger("place", [this.data.angles[this.index], this.chosen]));

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    const root = find(parentElement, ".orientations", HTMLElement);
    this.root = root;
    this.data = data;
    this.trigger = setTriggerValue;
    this.play = find(root, ".play", HTMLButtonElement);
    const speeds = makeSpeeds("orientations", (speed) => {
      this.speed = speed;
      speeds.show(speed.id);
    });
    this.play.after(speeds.node);
    this.playText = find(root, ".play span", HTMLElement);
    this.slider = find(root, ".turn", HTMLInputElement);
    this.status = find(root, ".unseen", HTMLElement);
    const turn = (/** @type {number} */ angle) => this.goTo(nearestAngle(this.data, angle));
    const choose = (/** @type {number} */ filter) => this.choose(filter);
    this.dial = new Dial(root, turn);
    this.tiles = new Tiles(root, choose);
    this.chart = new Chart(root, data, { turn, choose });
    this.terms = new Terms(root);
    this.listen();
    this.observer = watchWidth(root, () => this.arrange());
  }

  /** The received angle that is nearest. */
  get index() {
    return indexAt(this.data, this.at);
  }

  get winner() {
    return winnerAt(this.data, this.index);
  }

  get words() {
    return wordsAt(this.data, this.index, this.winner, this.chosen);
  }

  listen() {
    const { root, slider } = this;
    this.play.onclick = () => this.togglePlay();
    slider.oninput = () => this.goTo(nearestAngle(this.data, Number(slider.value)));
    slider.onkeydown = (event) => {
      const last = this.data.angles.length - 1;
      const by = STEPS[event.key];
      if (event.key === " ") this.togglePlay();
      else if (period(this.data.angles) && by && this.index === (by > 0 ? last : 0))
        this.goTo(by > 0 ? 0 : last); // round and round
      else return;
      event.preventDefault();
    };
    root.onkeydown = (event) => {
      if (event.key === "Escape" && this.chosen !== null) this.choose(this.chosen);
    };
    onThemeChange(root, () => {
      this.paint();
      this.draw();
    });
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.receive(data);
    this.paint();
    this.arrange();
  }

  /**
   * New data: the angle and the chosen filter stay where the user has put them.
   * @param {Data} data
   */
  receive(data) {
    const text = JSON.stringify({ ...data, start: null }); // it only follows what the user has done here
    if (text === this.text) return;
    const another = !this.text || data.subject !== this.data.subject; // a button brought it, or it is the first
    const angle = another ? data.start.angle : angleAt(this.data, this.at);
    if (another) {
      this.send.cancel();
      Object.assign(this, { playing: false, chosen: data.start.filter });
    }
    Object.assign(this, { data, text, marked: "", at: nearestAngle(data, angle) });
    if (this.chosen !== null && this.chosen >= data.filters.length) this.chosen = null;
    const answers = [0, ...data.responses.flat()];
    this.limits = [Math.min(...answers), Math.max(...answers)];
    const step = data.angles.length > 1 ? Number(pitch(data).toFixed(9)) : 1;
    Object.assign(this.slider, { min: data.angles[0], max: lastAngle(data), step });
    this.root.setAttribute("aria-label", data.alt);
    this.tiles.build(data.filters);
    this.chart.build(data);
  }

  /** The kernels, and the colours of the theme. */
  paint() {
    this.dark = isDark(this.root);
    this.root.style.setProperty("--above", css(inkOf(1, "signed", 1, this.dark)));
    this.root.style.setProperty("--below", css(inkOf(-1, "signed", 1, this.dark)));
    this.tiles.paint(this.data, this.dark);
    this.dial.layOn(this.data, this.chosen, this.dark);
  }

  /** For another width, or other data. */
  arrange() {
    const width = this.root.clientWidth;
    this.root.classList.toggle("wide", width >= WIDE);
    this.root.classList.toggle("medium", width >= MEDIUM && width < WIDE);
    this.chart.arrange(this.limits);
    this.draw();
  }

  /** The part of the frame that moves. */
  draw() {
    const { data, at, index, winner, chosen, dark } = this;
    if (!this.chart.width) return;
    const picture = pictureAt(data, at);
    this.dial.draw(picture, angleAt(data, at));
    this.terms.draw(picture, data.filters[chosen ?? winner].kernel, data.kernel_range, dark);
    this.tiles.draw(data, at, this.limits);
    this.chart.draw(at, winner, chosen);
    this.mark();
    const angle = data.angles[index];
    Object.assign(this.root.dataset, { angle, winner, selected: chosen ?? "", playing: this.playing });
  }

  /** Who wins, who is chosen, and everything in words. */
  mark() {
    const { data, index, winner, chosen, playing, slider } = this;
    const marked = [index, winner, chosen, playing].join();
    if (marked === this.marked) return;
    this.marked = marked;
    const { words } = this;
    const answers = data.responses.map((row) => numberText(row[index], 2));
    this.tiles.mark(answers, winner, chosen);
    this.chart.mark(winner, chosen);
    this.terms.write(words);
    this.playText.textContent = playing ? "Pause" : "Play";
    this.root.classList.toggle("playing", playing);
    this.dial.picture.setAttribute("aria-label", `A line at ${words.angle}`);
    slider.value = String(data.angles[index]);
    slider.setAttribute("aria-valuetext", words.range);
  }

  /** By the visitor's hand. @param {number} at */
  goTo(at) {
    Object.assign(this, { at, playing: false });
    this.send();
    this.motion();
  }

  /** Lay a filter on the line, or take it off. @param {number} filter */
  choose(filter) {
    this.chosen = this.chosen === filter ? null : filter;
    this.send();
    this.dial.layOn(this.data, this.chosen, this.dark);
    this.draw();
    this.status.textContent = `${this.words.reading} ${this.words.note}`;
  }

  togglePlay() {
    this.playing = !this.playing;
    this.motion.cancel();
    if (this.playing) this.send.cancel();
    else {
      this.at = this.index;
      this.send();
    }
    this.draw();
    this.status.textContent = this.playing ? "Playing." : this.words.reading;
    this.motion();
  }

  /** A little further in playing. @param {number} elapsed milliseconds */
  advance(elapsed) {
    if (this.playing)
      this.turnBy(((180 * elapsed * this.speed.factor) / PLAY_TIME / pitch(this.data)) * this.direction || 0);
    this.draw();
    return this.playing;
  }

  /** Round and round; where there is no way round, there and back. @param {number} places */
  turnBy(places) {
    const { angles } = this.data;
    const last = angles.length - 1;
    const at = this.at + places;
    this.at = period(angles) ? at % angles.length : clamp(at, 0, last);
    if (!period(angles) && (at >= last || at <= 0)) this.direction = at <= 0 ? 1 : -1;
  }

  destroy() {
    this.observer.disconnect();
    this.send.cancel();
    this.motion.cancel();
  }
}

export default component(Orientations);
