// A control bar that walks through `count` places in their order: play, steps, speed, a slider. It owns the clock and
// the place; what is to be seen there is its caller's business.

import { makeChoice } from "./choice.js";
import { icon, make, prefersReducedMotion } from "./dom.js";
import { makeMotion } from "./motion.js";
import { clamp, smooth } from "./scale.js";

const STEADY = 4; // places a second at 1×; a longer walk goes faster,
const LONGEST = 20; // seconds that a walk takes at most
const LEISURELY = 12; // places a second: up to this rate the walk rests at each place before it goes on
const REST = 0.4; // for this share of its time
const LINGER = 1; // seconds at the last place before a loop begins again
const SPEEDS = [
  { value: 0.3, text: "Slow", id: "slow" },
  { value: 1, text: "1×", id: "normal" },
  { value: 3, text: "Fast", id: "fast" },
];
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
 * @property {() => number} [steady] places a second at 1×
 * @property {() => boolean} [loop] whether it begins again at the end
 */

/**
 * How far a walk is on its way to the next place: it rests, sets out gently and arrives gently.
 * @param {number} share of the time between the two places, from 0 to 1
 */
export const eased = (share) => smooth(Math.max(0, (share - REST) / (1 - REST)));

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
  speed = 1;
  motion = makeMotion((elapsed) => this.advance(elapsed));

  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.parts = makeParts(options.name);
    this.choice = makeChoice(
      "Speed",
      SPEEDS.map(({ id, ...speed }) => ({ ...speed, testid: `${options.name}-speed-${id}` })),
      (speed) => this.hurry(speed),
    );
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
    return Math.max(this.options.steady?.() ?? STEADY, this.count / LONGEST) * this.speed;
  }

  /** Whether it goes too fast to rest at each place. */
  get hurried() {
    return this.playing && this.rate > LEISURELY;
  }

  /** How far it is drawn on its way to the next place, from 0 to 1. */
  ahead() {
    if (!this.playing || prefersReducedMotion() || this.index === this.count - 1) return 0;
    const share = this.place - this.index;
    return this.hurried ? share : eased(share);
  }

  /** @param {number} speed */
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
    this.choice.show(this.speed);
  }

  destroy() {
    this.motion.cancel();
  }
}
