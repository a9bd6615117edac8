// A control bar that walks through `count` places in their order: play, steps, speed, a slider. It owns the clock and
// the place; what is to be seen there is its caller's business.

import { make, prefersReducedMotion } from "./dom.js";
import { clamp } from "./scale.js";

/** @type {[string, string, number][]} */
const SPEEDS = [
  ["slow", "Slow", 0.3],
  ["normal", "1×", 1],
  ["fast", "Fast", 3],
];
const STEADY = 4; // places a second at 1×; a longer walk goes faster,
const LONGEST = 20; // seconds that a walk takes at most
const LEISURELY = 12; // places a second: up to this rate the walk rests at each place before it goes on
const REST = 0.4; // for this share of its time
const LINGER = 1; // seconds at the last place before a loop begins again
const ICONS = {
  play: "M5 3l9 6-9 6z",
  pause: "M5 3h3v12H5zM10 3h3v12h-3z",
  back: "M12 3v12L5 9zM3 3h1.8v12H3z",
  forward: "M6 3v12l7-6zM13.2 3H15v12h-1.8z",
};

/** @param {keyof typeof ICONS} name */
const icon = (name) => make("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, make("path", { d: ICONS[name] }));

/** @type {(testid: string, name: keyof typeof ICONS, label: string, act: () => void) => HTMLButtonElement} */
function iconButton(testid, name, label, act) {
  const button = make(
    "button",
    { type: "button", "data-testid": testid, "aria-label": label, title: label },
    icon(name),
  );
  button.onclick = act;
  return button;
}

/** @typedef {"start" | "play" | "stop" | "step" | "scrub" | "pick"} Cause what a place was reached by */

/**
 * @param {object} options
 * @param {string} options.name what the test ids begin with
 * @param {(index: number) => string} options.text the place in words
 * @param {(index: number, ahead: number, by: Cause) => void} options.moved called at every change; `ahead`, from 0 to 1,
 *   is how far it is on its way to the next place
 * @param {() => number} [options.steady] places a second at 1×
 * @param {() => boolean} [options.loop] whether it begins again at the end
 */
export function makeStepper({ name, text, moved, steady = () => STEADY, loop = () => false }) {
  let count = 1;
  let place = 0;
  let playing = false;
  let speed = 1;
  let frame = 0;
  let before = 0; // place 3.7 is on its way from 3 to 4
  const index = () => Math.min(count - 1, Math.floor(place));
  const rate = () => Math.max(steady(), count / LONGEST) * speed;

  const word = make("span", {}, "Play");
  const drawn = icon("play");
  const play = make("button", { type: "button", class: "play", "data-testid": `${name}-play` }, drawn, word);
  const back = iconButton(`${name}-back`, "back", "One step back", () => step(-1));
  const forward = iconButton(`${name}-forward`, "forward", "One step forward", () => step(1));
  const scrub = make("input", {
    type: "range",
    min: 0,
    step: 1,
    class: "scrub",
    "data-testid": `${name}-scrub`,
    "aria-label": "Place",
  });
  const where = make("span", { class: "where", "data-testid": `${name}-where`, "aria-hidden": "true" });
  const speeds = SPEEDS.map(([id, title, factor]) => {
    const button = make("button", { type: "button", "data-testid": `${name}-speed-${id}` }, title);
    button.onclick = () => {
      speed = factor;
      show();
    };
    return { button, factor };
  });
  const choice = make(
    "div",
    { class: "choice", role: "group", "aria-label": "Speed" },
    ...speeds.map(({ button }) => button),
  );
  const node = make(
    "div",
    { class: "stepper", role: "group", "aria-label": "Controls" },
    make("div", { class: "buttons" }, back, play, forward),
    scrub,
    where,
    choice,
  );
  play.onclick = () => toggle();
  scrub.oninput = () => go(Number(scrub.value), "scrub");

  const show = () => {
    const label = text(index());
    scrub.max = String(count - 1);
    scrub.value = String(index());
    scrub.setAttribute("aria-valuetext", label);
    where.textContent = label;
    word.textContent = playing ? "Pause" : "Play";
    drawn.firstElementChild?.setAttribute("d", ICONS[playing ? "pause" : "play"]);
    back.setAttribute("aria-disabled", String(index() === 0));
    forward.setAttribute("aria-disabled", String(index() === count - 1));
    for (const { button, factor } of speeds) button.setAttribute("aria-pressed", String(factor === speed));
  };
  const ahead = () => {
    if (!playing || prefersReducedMotion() || index() === count - 1) return 0;
    const share = place - index();
    if (rate() > LEISURELY) return share;
    const moving = Math.max(0, (share - REST) / (1 - REST));
    return moving * moving * (3 - 2 * moving); // sets out and arrives gently
  };
  /** @param {Cause} by */
  const tell = (by) => {
    show();
    moved(index(), ahead(), by);
  };
  /** @param {number} now */
  const tick = (now) => {
    const elapsed = clamp(now - before, 0, 100) / 1000; // a page that was hidden goes on where it was
    before = now;
    const from = index();
    place += elapsed * rate();
    if (place >= count - 1 && !loop()) return stop();
    if (place >= count - 1 + LINGER * rate()) place = 0;
    frame = requestAnimationFrame(tick);
    if (index() !== from) show();
    moved(index(), ahead(), "play");
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    playing = false;
    place = index();
    tell("stop");
  };
  const start = () => {
    if (count < 2) return;
    if (index() === count - 1) place = 0;
    playing = true;
    before = performance.now();
    frame = requestAnimationFrame(tick);
    tell("start");
  };
  const toggle = () => (playing ? stop() : start());
  /** @type {(target: number, by: Cause) => void} */
  const go = (target, by) => {
    if (playing) stop();
    place = clamp(target, 0, count - 1);
    tell(by);
  };
  /** @param {number} by */
  const step = (by) => go(index() + by, "step");

  return {
    node,
    toggle,
    go,
    get index() {
      return index();
    },
    get playing() {
      return playing;
    },
    get hurried() {
      return playing && rate() > LEISURELY;
    },
    /** Another walk, perhaps: the place becomes `target`, and it goes on playing if it was playing. */
    reset(/** @type {number} */ size, /** @type {number} */ target) {
      place = Math.min(size - 1, target + (playing ? place - index() : 0));
      count = size;
      show();
    },
    ahead,
    destroy: () => cancelAnimationFrame(frame),
  };
}
