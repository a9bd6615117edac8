// A control bar that walks through `count` places in their order: play, steps, speed, a slider. It owns the clock and
// the place; what is to be seen there is its caller's business.

import { icon, make, prefersReducedMotion } from "./dom.js";
import { makeMotion } from "./motion.js";
import { clamp, smooth } from "./scale.js";
import { makeSpeeds, NORMAL } from "./speeds.js";

/** @import { Speed } from "./speeds.js" */

const LONGEST = 20; // seconds that a walk at a rate of its own takes at most at Normal
const LEISURELY = 12; // places a second: up to this rate the walk rests at each place before it goes on
const LINGER = 1; // seconds at the last place before a loop begins again
const PATHS = {
  play: "M5 3l9 6-9 6z",
  pause: "M5 3h3v12H5zM10 3h3v12h-3z",
  back: "M12 3v12L5 9zM3 3h1.8v12H3z",
  forward: "M6 3v12l7-6zM13.2 3H15v12h-1.8z",
};

/** @typedef {"start" | "play" | "stop" | "step" | "scrub" | "pick"} Cause what a place was reached by */

/**
 * @typedef {object} Options
 * @property {string} name what the test ids begin with
 * @property {(index: number) => string} text the place in words
 * @property {(index: number, ahead: number, by: Cause) => void} moved called at every change; `ahead`, from 0 to 1, is
 *   how far it is on its way to the next place
 * @property {() => number} [steady] places a second at Normal, where they are not the usual ones
 * @property {() => boolean} [loop] whether it begins again at the end
 */

/**
 * How far a walk is on its way to the next place: it rests, sets out gently and arrives gently.
 * @param {number} share of the time between the two places, from 0 to 1
 * @param {number} rest the share of it in which it rests
 */
export const eased = (share, rest) => smooth(Math.max(0, (share - rest) / (1 - rest)));

/**
 * Places a second of a walk of `count` places.
 * @param {Speed} speed
 * @param {number} count
 * @param {number} [steady] its own rate at Normal
 */
export const rateOf = (speed, count, steady) =>
  steady === undefined
    ? Math.max(speed.places, count / speed.longest)
    : Math.max(steady, count / LONGEST) * speed.factor;

/** @type {(name: string, way: "back" | "forward", label: string) => HTMLButtonElement} */
const stepButton = (name, way, label) =>
  make(
    "button",
    { type: "button", "data-testid": `${name}-${way}`, "aria-label": label, title: label },
    icon(18, PATHS[way]),
  );

/** @param {string} name what the test ids begin with */
function makeParts(name) {
  const word = make("span");
  const drawn = icon(18, PATHS.play);
  const slider = { type: "range", min: 0, step: 1, class: "scrub", "aria-label": "Place" };
  return {
    word,
    drawn,
    play: make("button", { type: "button", class: "play", "data-testid": `${name}-play` }, drawn, word),
    back: stepButton(name, "back", "One step back"),
    forward: stepButton(name, "forward", "One step forward"),
    scrub: make("input", { ...slider, "data-testid": `${name}-scrub` }),
    where: make("span", { class: "where", "data-testid": `${name}-where`, "aria-hidden": "true" }),
  };
}

export class Stepper {
  count = 1;
  place = 0; // 3.7 is on its way from 3 to 4
  playing = false;
  speed = NORMAL;
  motion = makeMotion((elapsed) => this.advance(elapsed));

  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.parts = makeParts(options.name);
    this.choice = makeSpeeds(options.name, (speed) => this.hurry(speed));
    const { play, back, forward, scrub, where } = this.parts;
    this.buttons = make("div", { class: "buttons" }, back, play, forward);
    this.node = make(
      "div",
      { class: "stepper", role: "group", "aria-label": "Controls" },
      this.buttons,
      scrub,
      where,
      this.choice.node,
    );
    play.onclick = () => this.toggle();
    back.onclick = () => this.go(this.index - 1, "step");
    forward.onclick = () => this.go(this.index + 1, "step");
    scrub.oninput = () => this.go(Number(scrub.value), "scrub");
  }

  get index() {
    return Math.min(this.count - 1, Math.floor(this.place));
  }

  /** Places a second. */
  get rate() {
    return rateOf(this.speed, this.count, this.options.steady?.());
  }

  /** Whether it goes too fast to rest at each place. */
  get hurried() {
    return this.playing && this.rate > LEISURELY;
  }

  /** The share of the time at its place that has passed, from 0 to 1. */
  get share() {
    return this.place - this.index;
  }

  /** How far it is drawn on its way to the next place, from 0 to 1. */
  ahead() {
    if (!this.playing || prefersReducedMotion() || this.index === this.count - 1) return 0;
    return this.hurried ? this.share : eased(this.share, this.speed.rest);
  }

  /** @param {Speed} speed */
  hurry(speed) {
    this.speed = speed;
    this.show();
  }

  toggle() {
    if (this.playing) this.stop();
    else this.start();
  }

  start() {
    if (this.count < 2) return;
    if (this.index === this.count - 1) this.place = 0;
    this.playing = true;
    this.motion();
    this.tell("start");
  }

  stop() {
    this.motion.cancel();
    this.playing = false;
    this.place = this.index;
    this.tell("stop");
  }

  /** @param {number} elapsed milliseconds */
  advance(elapsed) {
    const last = this.count - 1;
    const from = this.index;
    this.place += (elapsed / 1000) * this.rate;
    if (this.place >= last && !this.options.loop?.()) {
      this.stop();
      return false;
    }
    if (this.place >= last + LINGER * this.rate) this.place = 0;
    if (this.index !== from) this.show();
    this.options.moved(this.index, this.ahead(), "play");
    return true;
  }

  /** @type {(target: number, by: Cause) => void} */
  go(target, by) {
    if (this.playing) this.stop();
    this.place = clamp(target, 0, this.count - 1);
    this.tell(by);
  }

  /** @param {Cause} by */
  tell(by) {
    this.show();
    this.options.moved(this.index, this.ahead(), by);
  }

  /**
   * Another walk, perhaps; it goes on playing if it was playing.
   * @param {number} count
   * @param {number} target the place
   */
  reset(count, target) {
    this.place = Math.min(count - 1, target + (this.playing ? this.place - this.index : 0));
    this.count = count;
    this.show();
  }

  show() {
    const { index, count, playing, parts } = this;
    const label = this.options.text(index);
    parts.scrub.max = String(count - 1);
    parts.scrub.value = String(index);
    parts.scrub.setAttribute("aria-valuetext", label);
    parts.where.textContent = label;
    parts.word.textContent = playing ? "Pause" : "Play";
    parts.drawn.firstElementChild?.setAttribute("d", PATHS[playing ? "pause" : "play"]);
    parts.back.setAttribute("aria-disabled", String(index === 0));
    parts.forward.setAttribute("aria-disabled", String(index === count - 1));
    this.choice.show(this.speed.id);
  }

  destroy() {
    this.motion.cancel();
  }
}
