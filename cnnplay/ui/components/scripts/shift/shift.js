// A digit to be dragged by whole pixels. Everything shown was received for every shift; only which cells differ from
// the unshifted map is told here, by comparing two received maps.

import { component } from "../shared/component.js";
import { debounce } from "../shared/debounce.js";
import { icon, make, setText, watchWidth } from "../shared/dom.js";
import { percentText } from "../shared/format.js";
import { oncePerFrame } from "../shared/motion.js";
import { moveOf } from "../shared/pointer.js";
import { Status } from "../shared/status.js";
import { onThemeChange, readTheme } from "../shared/theme.js";
import { Digit } from "./digit.js";
import { MIDDLE, nameOf, placeText, within } from "./places.js";
import { Stage } from "./stage.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Plane } from "../shared/pixels.js" */
/** @import { Place } from "./places.js" */
/** @import { StageData } from "./stage.js" */

const WIDE = 680; // px: from here on the stages stand beside the digit
const ARROWS = [
  { key: "ArrowUp", word: "up", d: "M7 2.5v9M3 6.5l4-4 4 4" },
  { key: "ArrowLeft", word: "left", d: "M11.5 7h-9M6.5 3l-4 4 4 4" },
  { key: "ArrowRight", word: "right", d: "M2.5 7h9M7.5 3l4 4-4 4" },
  { key: "ArrowDown", word: "down", d: "M7 2.5v9M3 7.5l4 4 4-4" },
];

/**
 * What shift() in shift.py sends. A place is named "down,right", in pixels from the middle.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number} reach the farthest that the digit is moved, in pixels
 * @property {number} tolerance the share of a stage's range by which a cell may differ and still count as unchanged
 * @property {Record<string, Plane | Plane[]>} images from 0 to 1, by place; in colour of three channels
 * @property {StageData[]} stages
 * @property {string} noun what the image shows
 * @property {string} subject another one begins at its own start
 * @property {[number, number]} start down and right, in pixels
 */

/**
 * @type {(key: string, word: string, d: string, digit: Digit) => { way: [number, number], button: HTMLButtonElement }}
 */
function makeArrow(key, word, d, digit) {
  const names = { "aria-label": `One pixel ${word}`, "data-testid": `shift-${word}` };
  const button = make("button", { type: "button", class: `arrow ${word}`, ...names }, icon(14, d));
  const way = moveOf(key);
  button.onclick = () => digit.moveBy(...way);
  return { way, button };
}

/** @implements {Component<Data>} */
class Shift {
  /** @type {Place} */
  place = MIDDLE;
  marking = true;
  /** @type {Stage[]} */
  stages = [];
  status = new Status();
  digit = new Digit((place) => this.move(place));
  arrows = ARROWS.map(({ key, word, d }) => makeArrow(key, word, d, this.digit));
  middle = make("button", { type: "button", "data-testid": "shift-middle" }, "Back to the middle");
  mark = make(
    "button",
    { type: "button", class: "toggle", "data-testid": "shift-mark", "aria-pressed": true },
    make("i", { class: "tick" }),
    "Mark what changed",
  );
  title = make("h4");
  where = make("p", { class: "where" });
  results = make("div", { class: "results" });
  paintSoon = oncePerFrame(() => this.paint());
  send = debounce(() => this.trigger("place", [this.place.down, this.place.right]));

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.root = this.makeRoot();
    this.theme = readTheme(this.root);
    parentElement.append(this.root);
    this.middle.onclick = () => this.move(MIDDLE);
    this.mark.onclick = () => {
      this.marking = !this.marking;
      this.mark.setAttribute("aria-pressed", String(this.marking));
      this.paint();
    };
    onThemeChange(this.root, () => this.arrange());
    this.observer = watchWidth(this.root, () => this.arrange());
    this.begin(data.start);
  }

  makeRoot() {
    const pad = make("div", { class: "pad" }, ...this.arrows.map(({ button }) => button));
    const controls = make("div", { class: "controls" }, pad, make("div", { class: "buttons" }, this.middle, this.mark));
    return make(
      "div",
      { class: "component shift", role: "group", "data-testid": "shift" },
      make("div", { class: "source" }, this.title, this.digit.frame, this.where, controls),
      this.results,
      this.status.node,
    );
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    if (data.subject !== this.data.subject) this.begin(data.start);
    this.trigger = setTriggerValue;
    this.data = data;
    this.place = within(this.place, data.reach);
    this.root.setAttribute("aria-label", data.alt);
    this.build();
    this.arrange();
  }

  /** @param {Data["start"]} start */
  begin([down, right]) {
    this.place = { down, right };
    this.send.cancel();
    this.status.hush();
  }

  /** As many stages as there are now. */
  build() {
    const { stages } = this.data;
    while (this.stages.length > stages.length) this.stages.pop()?.node.remove();
    while (this.stages.length < stages.length) {
      const stage = new Stage(this.stages.length);
      this.stages.push(stage);
      this.results.append(stage.node);
    }
    this.results.style.setProperty("--stages", String(stages.length));
    for (const [index, stage] of stages.entries()) this.stages[index].build(stage);
  }

  /** For another width or another theme. */
  arrange() {
    if (!this.root.clientWidth) return; // in a hidden tab; the resize observer calls again
    this.root.classList.toggle("wide", this.root.clientWidth >= WIDE);
    this.theme = readTheme(this.root);
    this.paint();
  }

  paint() {
    const { place, data } = this;
    const name = nameOf(place);
    Object.assign(this.root.dataset, place);
    this.digit.paint(data.images, place, this.theme, data.noun);
    setText(this.title, `Drag the ${data.noun}`);
    this.where.textContent = placeText(place);
    this.middle.setAttribute("aria-disabled", String(name === nameOf(MIDDLE))); // `disabled` would take the focus away
    for (const { way, button } of this.arrows) {
      const next = Math.max(Math.abs(place.down + way[0]), Math.abs(place.right + way[1]));
      button.setAttribute("aria-disabled", String(next > data.reach));
    }
    const look = { dark: this.theme.dark, marking: this.marking, tolerance: data.tolerance };
    for (const [index, stage] of data.stages.entries()) this.stages[index].paint(stage, name, look);
  }

  /** By the visitor's hand. @param {Place} target */
  move(target) {
    const place = within(target, this.data.reach);
    if (nameOf(place) === nameOf(this.place)) return;
    this.place = this.digit.place = place;
    this.send();
    this.paintSoon();
    this.status.sayAtRest(() => this.describe());
  }

  describe() {
    const name = nameOf(this.place);
    const shares = this.data.stages.map(
      ({ title, unchanged }) => `${title}: ${percentText(unchanged[name])} stayed the same`,
    );
    return [placeText(this.place), ...shares].join(". ");
  }

  destroy() {
    this.observer.disconnect();
    this.status.hush();
    this.send.cancel();
    this.paintSoon.cancel();
    this.root.remove();
  }
}

export default component(Shift);
