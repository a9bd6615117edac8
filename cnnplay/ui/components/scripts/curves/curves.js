// Live learning curves. What the visitor chose (unit, scale, zoom, cursor) is kept apart from what Python sent, and
// draw() joins the two: so new data can never undo a choice.

import { makeChoice } from "../shared/choice.js";
import { component } from "../shared/component.js";
import { make } from "../shared/dom.js";
import { oncePerFrame } from "../shared/motion.js";
import { nearestIndex } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { onThemeChange, paletteOf, readTheme } from "../shared/theme.js";
import { cleanRuns, lastStep, stepsPer, trained } from "./data.js";
import { makeLineKeys, RunList } from "./legend.js";
import { Plot } from "./plot.js";
import { listenToPlot } from "./pointer.js";
import { Tooltip } from "./tooltip.js";
import { panelText, readingText } from "./words.js";
import { centred, endOf, scaled, stopFrom, stopsOf, zoomed } from "./zoom.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Data, Unit, View } from "./data.js" */
/** @import { Range } from "./zoom.js" */

const WIDE = 760; // px: from here on the panels stand side by side
const ANNOUNCE_EVERY = 10_000; // ms: a screen reader is told the news no more often than this
/** @type {{ value: Unit, text: string }[]} */
const UNITS = [
  { value: "epoch", text: "Epochs" },
  { value: "step", text: "Steps" },
];
const SCALES = [
  { value: "linear", text: "Linear" },
  { value: "log", text: "Log" },
];

/** @implements {Component<Data>} */
class Curves {
  /** @type {View} */
  view = {
    runs: [],
    unit: "epoch",
    log: false,
    range: [0, 1],
    zoomed: false,
    waiting: true,
    cursor: null,
    theme: { dark: false, paper: "", ink: "", accent: "", font: "", palette: [], quiet: "", hairline: "" },
  };
  /** @type {Range | null} */
  zoom = null;
  /** @type {{ plot: Plot | null, y: number | null, byKey: boolean }} */
  pointer = { plot: null, y: null, byKey: false }; // where the cursor is, and by what
  fresh = true; // whether runs, unit or scale have changed since they were drawn
  announced = 0;
  status = new Status();
  tooltip = new Tooltip();
  plots = [new Plot("loss", "Loss", "(cross-entropy)", this.view), new Plot("accuracy", "Accuracy", "", this.view)];
  unit = makeChoice("x axis", UNITS, (unit) => this.changeUnit(unit), true);
  scale = makeChoice("loss axis", SCALES, (scale) => this.changeScale(scale), true);
  reset = make("button", { type: "button", class: "reset" }, "Reset zoom");
  message = make("p", { class: "message" });
  list = new RunList({
    remove: (id) => this.trigger("remove", id),
    lift: (id) => this.lift(id),
    refuge: () => this.plots[0].host.focus({ preventScroll: true }),
  });
  drawSoon = oncePerFrame(() => this.draw());

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.panels = make(
      "div",
      { class: "panels" },
      ...this.plots.map(({ node }) => node),
      this.message,
      this.tooltip.node,
    );
    const choices = make("div", { class: "choices" }, this.reset, this.unit.node, this.scale.node);
    const bar = make("div", { class: "bar" }, makeLineKeys(), choices);
    const parts = [bar, this.list.node, this.panels, this.status.node];
    this.root = make("div", { class: "component curves", "data-testid": "curves" }, ...parts);
    parentElement.append(this.root);
    this.listen();
    this.observer = new ResizeObserver(() => {
      this.root.classList.toggle("wide", this.root.clientWidth >= WIDE);
      this.drawSoon();
    });
    this.observer.observe(this.root);
  }

  listen() {
    this.reset.onclick = () => this.zoomTo(null);
    for (const plot of this.plots) {
      listenToPlot(plot, {
        zoomTo: (range) => this.zoomTo(range),
        zoomBy: (factor, centre) => this.zoomBy(factor, centre),
        point: (x, y) => this.point(x === null ? null : plot, x, y),
        step: (by) => this.step(plot, by),
      });
      // A tap on the other panel has already moved it there.
      plot.host.onblur = () => this.pointer.plot === plot && this.point(null, null);
    }
    onThemeChange(this.root, () => {
      this.recolour();
      this.renew();
    });
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    const { view, root } = this;
    const runs = cleanRuns(data.runs);
    this.trigger = setTriggerValue;
    this.data = data;
    view.runs = runs;
    view.waiting = !runs.some(({ loss }) => trained(loss).length || loss.test.length);
    if (this.zoom && this.zoom[0] >= this.end) this.zoom = null; // a shorter run has replaced the one that was zoomed
    this.recolour();
    this.message.textContent = data.waiting;
    this.message.hidden = !view.waiting;
    Object.assign(root.dataset, {
      lastStep: runs.length ? lastStep(runs[0]) : 0,
      points: runs[0]?.loss.raw.length ?? 0,
      zoomed: this.zoom !== null,
    });
    this.list.update(runs, data.removable);
    this.summarise();
    this.renew();
  }

  recolour() {
    const palette = paletteOf(this.root);
    for (const [index, colour] of palette.entries()) this.root.style.setProperty(`--run-${index}`, colour);
    const style = getComputedStyle(this.plots[0].host); // its colours are mixed in the style sheet
    this.view.theme = { ...readTheme(this.root), palette, quiet: style.color, hairline: style.borderTopColor };
  }

  /** Draw runs, unit or scale that are others than before. */
  renew() {
    this.fresh = true;
    this.drawSoon();
  }

  draw() {
    const { view, zoom } = this;
    Object.assign(view, { range: zoom ?? [0, this.end], zoomed: zoom !== null });
    this.unit.show(view.unit);
    this.scale.show(view.log ? "log" : "linear");
    this.reset.hidden = !zoom;
    this.root.dataset.zoomed = String(view.zoomed);
    for (const plot of this.plots) plot.draw(this.fresh);
    this.fresh = !this.plots[0].host.clientWidth;
    this.drawCursor();
  }

  drawCursor() {
    const { cursor, range } = this.view;
    const shown = cursor !== null && cursor >= range[0] - 1e-9 && cursor <= range[1] + 1e-9;
    for (const plot of this.plots) plot.point(shown);
    const wide = this.root.classList.contains("wide");
    const { plot, y } = this.pointer;
    if (shown) this.tooltip.show(plot ?? this.plots[0], this.view, { frame: this.panels, pointerY: y, wide });
    else this.tooltip.hide();
  }

  /** Where the x axis ends: the planned end of the current run, or a longer run's. */
  get end() {
    const { runs, unit } = this.view;
    const steps = runs.length ? stepsPer(runs[0], unit) : 1;
    return Math.max(1e-6, this.data.total_steps / steps, ...runs.map((run) => endOf(run, unit)));
  }

  get stops() {
    return stopsOf(this.view.runs, this.view.unit);
  }

  /** @param {Unit} unit */
  changeUnit(unit) {
    const [run] = this.view.runs;
    const factor = run ? stepsPer(run, this.view.unit) / stepsPer(run, unit) : 1;
    if (this.zoom) this.zoom = [this.zoom[0] * factor, this.zoom[1] * factor];
    Object.assign(this.view, { unit, cursor: null });
    this.renew();
  }

  /** @param {string} scale */
  changeScale(scale) {
    this.view.log = scale === "log";
    this.renew();
  }

  /** @param {string | null} id */
  lift(id) {
    for (const plot of this.plots) plot.lift(id);
  }

  /** @param {Range | null} range */
  zoomTo(range) {
    this.zoom = zoomed(range, this.end);
    this.drawSoon();
  }

  /** @type {(factor: number, centre?: number) => void} */
  zoomBy(factor, centre) {
    const { range, cursor } = this.view;
    this.zoomTo(scaled(range, factor, centre ?? cursor ?? (range[0] + range[1]) / 2));
  }

  /**
   * Bring the cursor to the stop nearest to a place; null: nowhere.
   * @type {(plot: Plot | null, x: number | null, y?: number | null) => void}
   */
  point(plot, x, y = null) {
    const stops = x === null ? [] : this.stops;
    this.view.cursor = x === null || !stops.length ? null : stops[nearestIndex(stops, x)];
    this.pointer = { plot, y, byKey: false };
    if (!this.drawSoon.isWaiting()) this.drawCursor();
  }

  /**
   * Bring it to a stop farther on; where it leaves the window, that follows.
   * @type {(plot: Plot, by: number) => void}
   */
  step(plot, by) {
    const { stops, view } = this;
    if (!stops.length) return;
    const x = stopFrom(stops, view.cursor, by);
    if (this.zoom && (x < view.range[0] || x > view.range[1])) this.zoomTo(centred(view.range, x));
    this.point(plot, x);
    this.pointer.byKey = true;
    this.status.say(readingText(plot, view));
  }

  /** The text alternative of each panel, and now and then, while it trains, the news. */
  summarise() {
    const [run] = this.view.runs;
    const news = this.plots.map(({ name, title, host }) => {
      const { text, help } = panelText(run, name, title);
      const shown = text || `${title}: ${this.message.textContent}`;
      host.setAttribute("aria-label", shown + help);
      return shown;
    });
    if (!this.data.live || !run || !lastStep(run) || (this.pointer.byKey && this.view.cursor !== null)) return;
    if (performance.now() - this.announced < ANNOUNCE_EVERY) return;
    this.announced = performance.now();
    this.status.say(news.join(". "));
  }

  destroy() {
    this.observer.disconnect();
    this.drawSoon.cancel();
    for (const plot of this.plots) plot.destroy();
    this.root.remove();
  }
}

export default component(Curves);
