// An experiment: every run as a point, the curves of each group of seeds as a band. A click on a point chooses its run.

import { component } from "../shared/component.js";
import { make, setText, watchWidth } from "../shared/dom.js";
import { Status } from "../shared/status.js";
import { onThemeChange, paletteOf } from "../shared/theme.js";
import { Bands } from "./bands.js";
import { styleOf, valueText } from "./data.js";
import { Dots } from "./dots.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Data, Run } from "./data.js" */

const NARROW = 720; // px: below it the plots stand one under the other
const GAP = 24; // px
const MOST_NAMED = 8; // groups; of more the table has the names

/** @implements {Component<Data>} */
class Seeds {
  status = new Status();
  /** @type {string | null} the id of the run that is pointed at */
  pointed = null;
  done = 0;

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.dots = new Dots(
      (id) => this.trigger("choose", id),
      (run) => this.point(run),
    );
    this.bands = new Bands();
    this.about = make("p", { class: "about" });
    this.legend = make("ul", { class: "legend" });
    this.titles = [make("h3"), make("h3")];
    const parts = [
      make("section", {}, this.titles[0], this.dots.node, this.about),
      make("section", {}, this.titles[1], this.bands.node),
    ];
    this.root = make(
      "div",
      { class: "component seeds" },
      make("div", { class: "both" }, ...parts),
      this.legend,
      this.status.node,
    );
    parentElement.append(this.root);
    onThemeChange(this.root, () => this.recolour());
    this.observer = watchWidth(this.root, () => this.draw());
    this.recolour();
  }

  recolour() {
    for (const [index, colour] of paletteOf(this.root).entries())
      this.root.style.setProperty(`--group-${index}`, colour);
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.data = data;
    this.draw();
  }

  draw() {
    const width = this.root.clientWidth;
    if (!width) return;
    const { data } = this;
    const each = width < NARROW ? width : (width - GAP) / 2;
    this.root.classList.toggle("narrow", width < NARROW);
    setText(this.titles[0], `${data.points} of every run${data.across ? `, by ${data.across}` : ""}`);
    setText(this.titles[1], `${data.curves}: the line is the median, the band holds all seeds`);
    this.dots.draw(data, each);
    this.bands.draw(data, each);
    const named = data.groups.length <= MOST_NAMED ? data.groups : [];
    this.legend.replaceChildren(...named.map((group, index) => this.item(group, index)));
    this.tellProgress();
    this.say();
  }

  /** A screen reader hears of the runs that have finished, now and then. */
  tellProgress() {
    const runs = this.data.groups.flatMap((group) => group.runs);
    const done = runs.filter((run) => run.value !== null || run.problem).length;
    if (done > this.done) this.status.sayAtRest(() => `${done} of ${runs.length} runs are done.`);
    this.done = done;
  }

  /** @type {(group: Data["groups"][number], index: number) => HTMLElement} */
  item({ letter, label, median, runs }, index) {
    const failed = runs.filter((run) => run.problem).length;
    const text = median === null ? "" : `, median ${valueText(median, this.data.percentPoints)}`;
    const early = failed ? `, ${failed} ended early` : "";
    const name = make("b", { style: styleOf(index) }, letter);
    return make("li", {}, name, ` ${label || "this network"}${text}${early}`);
  }

  /** @param {Run | null} run */
  point(run) {
    this.pointed = run ? run.id : null;
    this.say();
  }

  say() {
    const runs = this.data.groups.flatMap((group) => group.runs);
    const named = (/** @type {string | null} */ id) => runs.find((one) => one.id === id);
    const run = named(this.pointed) ?? named(this.data.chosen);
    const hint = "Click a point to choose its run.";
    const text = run ? `${run.words}: ${valueText(run.value ?? 0, this.data.percentPoints)}` : hint;
    setText(this.about, runs.some((one) => one.value !== null) ? text : "The first point appears with the first run.");
  }

  destroy() {
    this.status.hush();
    this.observer.disconnect();
    this.root.remove();
  }
}

export default component(Seeds);
