// One panel of the curves: uPlot draws lines, axes and grid on a canvas; rings, letters and the cursor are added here.

import { keepChildren, make, setText } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import uPlot from "../vendor/uPlot.js";
import { FONT, isLog, makeAxes } from "./axes.js";
import { lastValue, nearestReading, readingsWithin, stepsPer, trained, valueText } from "./data.js";
import { mostLoss, yLimits } from "./limits.js";
import { alphaOf, columnsOf, FACETS, KINDS, kindAt, runAt, seriesOf } from "./lines.js";
import { paintLetters, paintRings } from "./marks.js";
import { cutText } from "./words.js";

/** @import { Kind, MetricName, Reading, Run, View } from "./data.js" */

const AFTER = 9; // px from the end of a curve to its letter
const REACH = 1 / 50; // of the range: so near to the cursor a reading counts as there

/** What a run has at the cursor. @typedef {{ run: Run } & Record<Kind, Reading | undefined>} Found */

export class Plot {
  training = make("b");
  test = make("b");
  cross = make("i", { class: "cross" });
  cut = make("p", { class: "cut", "data-testid": "curves-cut" }); // lies on the plot, so that nothing moves
  hits = make("div", { class: "hits" });
  host = make("div", { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart" });
  /** @type {uPlot | null} */
  chart = null; // none before there is room for it
  madeFor = ""; // the runs that the chart has series for
  /** @type {[number, number]} */
  limits = [0, 1]; // of y

  /**
   * @param {MetricName} name
   * @param {string} title
   * @param {string} note
   * @param {View} view
   */
  constructor(name, title, note, view) {
    this.name = name;
    this.title = title;
    this.view = view;
    const figures = make(
      "span",
      { class: "figures" },
      make("span", {}, "training", this.training),
      make("span", {}, "test", this.test),
    );
    const header = make("header", {}, make("h4", {}, title, make("small", {}, note)), figures);
    this.node = make("section", { class: "panel", "data-testid": `curves-${name}` }, header, this.host);
  }

  /** The runs in the order of their lines: the current one comes last, on top. */
  get order() {
    return [...this.view.runs].reverse();
  }

  /** A value as it is drawn; zero rests on the floor of a logarithmic axis. @param {number} value */
  onAxis(value) {
    if (!isLog(this.name, this.view)) return value;
    return value > 0 ? Math.log10(value) : this.limits[0];
  }

  /** @param {Run} run */
  colourOf(run) {
    return this.view.theme.palette[run.colour] ?? this.view.theme.ink;
  }

  get look() {
    const { paper, font } = this.view.theme;
    return { paper, font: `700 ${FONT}px ${font}`, colourOf: (/** @type {Run} */ run) => this.colourOf(run) };
  }

  /** What the lines go through. @returns {any} uPlot's types are those of aligned data; ours has an x for every line */
  get table() {
    const { order, name, view } = this;
    const lines = order.flatMap((run) => columnsOf(run, name, view.unit, (value) => this.onAxis(value)));
    return [null, ...(order.length ? lines : [[[], []]])];
  }

  /** @returns {any} as above */
  get options() {
    const { order, view } = this;
    /** A run may have another colour by then. @param {string} id */
    const colour = (id) => () => this.colourOf(view.runs.find((run) => run.id === id) ?? view.runs[0]);
    const series = order.flatMap((run) => KINDS.map((kind) => seriesOf(run, kind, colour(run.id))));
    return {
      mode: 2,
      width: this.host.clientWidth,
      height: this.host.clientHeight,
      padding: [10, () => (view.runs.length > 1 ? 24 : 12), 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => view.range },
        y: { auto: false, range: () => this.limits },
      },
      series: [null, ...(order.length ? series : [{ facets: FACETS }])],
      axes: makeAxes(this.name, view),
      hooks: {
        drawSeries: [(/** @type {uPlot} */ chart, /** @type {number} */ index) => this.drawRings(chart, index)],
        draw: [(/** @type {uPlot} */ chart) => this.drawLetters(chart)],
      },
    };
  }

  /** @type {(chart: uPlot, index: number) => void} */
  drawRings(chart, index) {
    const run = runAt(this.order, index);
    if (!run || kindAt(index) !== "test") return;
    const [xs, ys] = /** @type {[number[], number[]][]} */ (/** @type {unknown} */ (chart.data))[index];
    const points = xs.map(
      (x, at) => /** @type {[number, number]} */ ([chart.valToPos(x, "x", true), chart.valToPos(ys[at], "y", true)]),
    );
    paintRings(chart, points, run, this.look);
  }

  /** @param {uPlot} chart */
  drawLetters(chart) {
    const { runs, unit } = this.view;
    if (runs.length < 2) return;
    const { clientWidth: width, clientHeight: height } = chart.over;
    const ends = runs.flatMap((run) => {
      const last = trained(run[this.name]).at(-1);
      const x = last ? chart.valToPos(last[0] / stepsPer(run, unit), "x") + AFTER : 0;
      if (!last || x <= 0) return [];
      return [{ run, x: Math.min(x, width + AFTER), y: clamp(chart.valToPos(this.onAxis(last[1]), "y"), 0, height) }];
    });
    paintLetters(chart, ends, this.look);
  }

  /** The plotting area, in which pointers have their places. */
  get area() {
    return this.chart?.over ?? this.host;
  }

  /** @param {number} pixel in the area */
  toX(pixel) {
    return this.chart?.posToVal(pixel, "x") ?? 0;
  }

  /** @param {number} x */
  toPixel(x) {
    return this.chart?.valToPos(x, "x") ?? 0;
  }

  /** Draw lines and axes. @param {boolean} fresh whether runs, unit or scale are others than before */
  draw(fresh) {
    const { host, view, name } = this;
    const [width, height] = [host.clientWidth, host.clientHeight];
    if (!width) return; // in a hidden tab; the resize observer calls again
    this.fitLimits();
    const chart = this.chartFor([view.waiting, ...view.runs.map(({ id, current }) => `${id} ${current}`)].join("|"));
    if (chart.width !== width || chart.height !== height) chart.setSize({ width, height });
    chart.batch(() => {
      if (fresh) chart.setData(this.table, false);
      chart.setScale("y", { min: this.limits[0], max: this.limits[1] });
      chart.setScale("x", { min: view.range[0], max: view.range[1] });
    });
    const newest = view.runs[0]?.[name];
    this.training.textContent = valueText(name, newest && lastValue(trained(newest)));
    this.test.textContent = valueText(name, newest && lastValue(newest.test));
  }

  /** The chart, made anew for other runs. @param {string} key */
  chartFor(key) {
    if (this.chart && key === this.madeFor) return this.chart;
    this.chart?.destroy();
    this.madeFor = key;
    this.chart = new uPlot(this.options, this.table, this.host);
    this.chart.over.append(this.cross, this.hits, this.cut);
    return this.chart;
  }

  fitLimits() {
    const { runs, unit, range, zoomed } = this.view;
    /** @type {(run: Run, kind: Kind, margin: number) => Reading[]} */
    const seen = (run, kind, margin) => {
      const steps = stepsPer(run, unit);
      return readingsWithin(run[this.name][kind], [range[0] * steps, range[1] * steps], margin);
    };
    const cores = runs.map((run) => ({ run, values: [...seen(run, "smooth", 1), ...seen(run, "test", 0)] }));
    const raw = runs.flatMap((run) => seen(run, "raw", 1));
    const log = isLog(this.name, this.view);
    const core = cores.flatMap(({ values }) => values);
    this.limits = yLimits(this.name, core, raw, { log, zoomed, most: mostLoss(cores[0]?.values ?? []) });
    setText(this.cut, this.name === "loss" && !log ? cutText(cores, this.limits[1]) : "");
  }

  /** Let one run's curves stand out; null: none. @param {string | null} id */
  lift(id) {
    for (const [index, series] of (this.chart?.series ?? []).entries()) {
      const run = index ? runAt(this.order, index) : undefined;
      if (run) series.alpha = alphaOf(run, kindAt(index), id);
    }
    this.chart?.redraw(false, false);
  }

  /** The cursor: a line, and a dot on every curve. @param {boolean} shown */
  point(shown) {
    const { cursor, unit } = this.view;
    this.cross.hidden = !shown;
    if (shown) this.cross.style.transform = `translateX(${Math.round(this.toPixel(cursor ?? 0))}px)`;
    const found = this.readings.flatMap(({ run, smooth }) => (shown && smooth ? [{ run, smooth }] : [])).reverse();
    for (const [index, dot] of keepChildren(this.hits, found.length, () => make("i")).entries()) {
      const { run, smooth } = found[index];
      const x = this.toPixel(smooth[0] / stepsPer(run, unit));
      const y = this.chart?.valToPos(this.onAxis(smooth[1]), "y") ?? 0;
      dot.style.transform = `translate(${x}px, ${y}px)`;
      dot.style.setProperty("--run", this.colourOf(run));
    }
  }

  /** What every run has at the cursor. @returns {Found[]} */
  get readings() {
    const { runs, unit, cursor, range } = this.view;
    return runs.map((run) => {
      const { raw, smooth, test } = run[this.name];
      const steps = stepsPer(run, unit);
      const [step, reach] = [(cursor ?? 0) * steps, (range[1] - range[0]) * steps * REACH];
      return {
        run,
        raw: nearestReading(raw, step, reach),
        smooth: nearestReading(smooth, step, reach),
        test: nearestReading(test, step, Math.max(reach, run.epoch_steps / 2)),
      };
    });
  }

  /**
   * Mark a stretch that is about to be zoomed into.
   * @type {(from: number, to: number) => void} in pixels of the area
   */
  select(from, to) {
    const box = { left: Math.min(from, to), top: 0, width: Math.abs(to - from), height: this.area.clientHeight };
    this.chart?.setSelect(box, false);
  }

  destroy() {
    this.chart?.destroy();
  }
}
