// One panel of the curves: uPlot draws lines, axes and grid on a canvas; dots, letters and the cursor are added here.

import { keepChildren, make } from "../shared/dom.js";
import { grouped, percentText } from "../shared/format.js";
import { clamp, decimals, linearTicks } from "../shared/scale.js";
import uPlot from "../vendor/uPlot.js";
import {
  KINDS,
  lastValue,
  letterOf,
  logLabel,
  logTicks,
  nearestReading,
  readingsWithin,
  stepsPer,
  trained,
  valueText,
  yLimits,
} from "./data.js";
import { spread } from "./spread.js";

/** @typedef {import("./data.js").Run} Run */
/** @typedef {import("./data.js").Reading} Reading */
/** @typedef {import("./data.js").MetricName} MetricName */

/**
 * What the panels show; curves.js owns it.
 * @typedef {object} View
 * @property {Run[]} runs the current one first
 * @property {import("./data.js").Unit} unit
 * @property {boolean} log whether the loss axis is logarithmic
 * @property {[number, number]} range of x, in the unit
 * @property {boolean} zoomed
 * @property {boolean} waiting whether there is nothing to draw yet
 * @property {number | null} cursor a place on x, in the unit
 * @property {import("../shared/theme.js").Theme & { palette: string[], quiet: string, hairline: string }} theme
 */

const ROUND_STEPS = Array.from({ length: 60 }, (_, index) => [1, 2, 5][index % 3] * 10 ** (Math.floor(index / 3) - 9));
const LEFT = 46; // px for the numbers of the y axis
const BOTTOM = 24; // px for those of the x axis
const FONT = 11; // px
const FACETS = [
  { scale: "x", auto: false },
  { scale: "y", auto: false },
];
/** @type {Record<import("./data.js").Kind, { width: [number, number], alpha: [number, number], dash?: number[] }>} */
const LINES = {
  // Of an earlier run, and of the current one. A hairline of a pixel or less would darken itself where it overlaps.
  raw: { width: [1.1, 1.1], alpha: [0.3, 0.3] },
  smooth: { width: [1.5, 2.25], alpha: [0.6, 1] },
  validation: { width: [1.25, 1.75], alpha: [0.6, 1], dash: [4, 4] },
};

/**
 * @param {MetricName} name
 * @param {string} title
 * @param {string} note
 */
export function makePlot(name, title, note) {
  const training = make("b");
  const validation = make("b");
  const host = make("div", { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart" });
  const cross = make("i", { class: "cross" });
  const hits = make("div", { class: "hits" });
  const figures = make(
    "span",
    { class: "figures" },
    make("span", {}, "training", training),
    make("span", {}, "validation", validation),
  );
  const header = make("header", {}, make("h4", {}, title, make("small", {}, note)), figures);
  const node = make("section", { class: "panel", "data-testid": `curves-${name}` }, header, host);

  /** @type {View} */
  let view;
  /** @type {uPlot | null} */
  let chart = null;
  let seriesFor = ""; // the runs that the chart has series for
  /** @type {[number, number]} */
  let limits = [0, 1];

  const isLog = () => name === "loss" && view.log;
  const order = () => [...view.runs].reverse(); // the current run comes last, on top
  /** @param {number} value */
  const onAxis = (value) => (isLog() ? (value > 0 ? Math.log10(value) : limits[0]) : value); // zero rests on the floor
  /** @param {Run} run */
  const colourOf = (run) => view.theme.palette[run.colour] ?? view.theme.ink;
  /** @param {string} id */
  const runOf = (id) => view.runs.find((run) => run.id === id);

  /** @type {(run: Run, kind: import("./data.js").Kind) => object} */
  const seriesOf = ({ id, current }, kind) => ({
    facets: FACETS,
    stroke: () => colourOf(runOf(id) ?? view.runs[0]),
    width: LINES[kind].width[Number(current)],
    alpha: LINES[kind].alpha[Number(current)],
    dash: LINES[kind].dash,
    points: { show: false },
  });
  /** @type {(ticks: number[], step: number) => string[]} */
  const yLabels = (ticks, step) => {
    if (view.waiting) return ticks.map(() => ""); // numbers only once they mean something
    if (isLog()) return ticks.map(logLabel);
    if (name === "accuracy") return ticks.map((tick) => percentText(tick, decimals(step * 100)));
    const digits = Math.min(4, decimals(step));
    return ticks.map((tick) => (step < 1e-4 && tick ? tick.toExponential(1) : tick.toFixed(digits)));
  };
  /** @type {(ticks: number[], step: number) => string[]} */
  const xLabels = (ticks, step) => {
    if (!view.runs.length) return ticks.map(() => ""); // how many steps make an epoch is unknown before a run
    return ticks.map((tick) => (view.unit === "step" ? grouped(tick) : tick.toFixed(decimals(step))));
  };
  /** @type {(labels: (ticks: number[], step: number) => string[]) => object} */
  const axis = (labels) => ({
    stroke: () => view.theme.quiet,
    font: `${FONT}px ${view.theme.font}`,
    ticks: { show: false },
    values: (/** @type {uPlot} */ _, /** @type {number[]} */ ticks, /** @type {number[]} */ ...rest) =>
      labels(ticks, rest[2]),
  });
  /** @returns {any} uPlot's types are those of aligned data; ours come in facets, an x for every series */
  const options = () => ({
    mode: 2,
    width: host.clientWidth,
    height: host.clientHeight,
    padding: [10, () => (view.runs.length > 1 ? 24 : 12), 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: false, auto: false, range: () => view.range }, y: { auto: false, range: () => limits } },
    series: [
      null,
      ...(view.runs.length ? order().flatMap((run) => KINDS.map((kind) => seriesOf(run, kind))) : [{ facets: FACETS }]),
    ],
    axes: [
      {
        ...axis(xLabels),
        size: BOTTOM,
        gap: 6,
        label: () => view.unit,
        labelSize: 14,
        labelGap: 0,
        labelFont: `${FONT}px ${view.theme.font}`,
        space: () => (view.unit === "step" ? 64 : 44),
        incrs: () => ROUND_STEPS.filter((step) => view.unit === "epoch" || step >= 1),
        grid: { show: false },
        border: { show: true, stroke: () => view.theme.hairline, width: 1 },
      },
      {
        ...axis(yLabels),
        size: LEFT,
        gap: 8,
        space: 30,
        incrs: ROUND_STEPS,
        splits: (/** @type {uPlot} */ _, /** @type {number[]} */ ...[, low, high, step]) =>
          isLog() ? logTicks([low, high]) : linearTicks([low, high], step),
        grid: { stroke: () => view.theme.hairline, width: 1 },
      },
    ],
    hooks: { drawSeries: [paintDots], draw: [paintLetters] },
  });
  const table = () => [null, ...(view.runs.length ? order().flatMap(columnsOf) : [[[], []]])];
  /** @param {Run} run */
  const columnsOf = (run) => {
    const steps = stepsPer(run, view.unit);
    return KINDS.map((kind) => {
      const readings = run[name][kind];
      return [readings.map(([step]) => step / steps), readings.map(([, value]) => onAxis(value))];
    });
  };

  /** Rings at the validation readings, of which there is one an epoch. @type {(plot: uPlot, index: number) => void} */
  const paintDots = (plot, index) => {
    const run = order()[Math.floor((index - 1) / KINDS.length)];
    if (!run || KINDS[(index - 1) % KINDS.length] !== "validation") return;
    const { ctx: pen, bbox, data } = plot;
    const dots = devicePixelRatio || 1;
    const [xs, ys] = /** @type {any} */ (data)[index];
    pen.save();
    pen.beginPath();
    pen.rect(bbox.left - 5 * dots, bbox.top - 5 * dots, bbox.width + 10 * dots, bbox.height + 10 * dots);
    pen.clip();
    pen.setLineDash([]);
    pen.fillStyle = view.theme.paper;
    pen.strokeStyle = colourOf(run);
    pen.lineWidth = (run.current ? 1.8 : 1.4) * dots;
    for (const [at, x] of xs.entries()) {
      pen.beginPath();
      pen.arc(plot.valToPos(x, "x", true), plot.valToPos(ys[at], "y", true), (run.current ? 3.1 : 2.3) * dots, 0, 7);
      pen.fill();
      pen.stroke();
    }
    pen.restore();
  };

  /** A letter at the end of each curve, pushed apart where several end together. @param {uPlot} plot */
  const paintLetters = (plot) => {
    if (view.runs.length < 2) return;
    const { over } = plot;
    const ends = view.runs
      .map((run) => ({ run, last: trained(run[name]).at(-1) }))
      .flatMap(({ run, last: [step, value] = [Number.NaN, 0] }) => {
        const x = plot.valToPos(step / stepsPer(run, view.unit), "x") + 9;
        if (!(x > 0)) return [];
        return [
          {
            run,
            x: Math.min(x, over.clientWidth + 9),
            y: clamp(plot.valToPos(onAxis(value), "y"), 0, over.clientHeight),
          },
        ];
      })
      .sort((one, other) => one.y - other.y);
    spread(ends, over.clientHeight - 2);
    const pen = plot.ctx;
    const dots = devicePixelRatio || 1;
    pen.save();
    pen.scale(dots, dots);
    pen.font = `700 ${FONT}px ${view.theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    for (const { run, x, y } of ends) {
      pen.strokeStyle = view.theme.paper;
      pen.fillStyle = colourOf(run);
      pen.strokeText(letterOf(run), x + over.offsetLeft, y + over.offsetTop);
      pen.fillText(letterOf(run), x + over.offsetLeft, y + over.offsetTop);
    }
    pen.restore();
  };

  /** What a chart is made for; for anything else it is made anew. */
  const seriesKey = () => [view.waiting, ...view.runs.map(({ id, current }) => `${id} ${current}`)].join("|");
  const build = () => {
    chart?.destroy();
    seriesFor = seriesKey();
    chart = new uPlot(options(), /** @type {any} */ (table()), host);
    chart.over.append(cross, hits);
    return chart;
  };
  const fitLimits = () => {
    /** @type {(run: Run, kind: import("./data.js").Kind, margin: number) => Reading[]} */
    const seen = (run, kind, margin) => {
      const steps = stepsPer(run, view.unit);
      return readingsWithin(run[name][kind], [view.range[0] * steps, view.range[1] * steps], margin);
    };
    const core = view.runs.flatMap((run) => [...seen(run, "smooth", 1), ...seen(run, "validation", 0)]);
    const raw = view.runs.flatMap((run) => seen(run, "raw", 1));
    limits = yLimits(name, core, raw, { log: isLog(), zoomed: view.zoomed });
  };

  return {
    name,
    title,
    node,
    host,
    /** The plotting area, in which pointers have their places. */
    get area() {
      return chart?.over ?? host;
    },
    /** @param {number} pixel in the area */
    toX: (pixel) => chart?.posToVal(pixel, "x") ?? 0,
    /** @param {number} x */
    toPixel: (x) => chart?.valToPos(x, "x") ?? 0,
    /**
     * Draw lines and axes; `fresh`: whether runs, unit or scale are others than before.
     * @param {View} next
     * @param {boolean} fresh
     */
    draw(next, fresh) {
      view = next;
      if (!host.clientWidth) return; // in a hidden tab; the resize observer calls again
      fitLimits();
      if (!chart || seriesKey() !== seriesFor) build();
      const plot = /** @type {uPlot} */ (chart);
      if (plot.width !== host.clientWidth || plot.height !== host.clientHeight)
        plot.setSize({ width: host.clientWidth, height: host.clientHeight });
      plot.batch(() => {
        if (fresh) plot.setData(/** @type {any} */ (table()), false);
        plot.setScale("y", { min: limits[0], max: limits[1] });
        plot.setScale("x", { min: view.range[0], max: view.range[1] });
      });
      const newest = view.runs[0]?.[name];
      training.textContent = valueText(name, newest && lastValue(trained(newest)));
      validation.textContent = valueText(name, newest && lastValue(newest.validation));
    },
    /** Let one run's curves stand out; null: none. @param {string | null} id */
    lift(id) {
      for (const [index, series] of (chart?.series ?? []).entries()) {
        const run = order()[Math.floor((index - 1) / KINDS.length)];
        if (!index || !run) continue;
        const usual = LINES[KINDS[(index - 1) % KINDS.length]].alpha[Number(run.current)];
        series.alpha =
          id === null
            ? usual
            : run.id === id
              ? Math.max(usual, KINDS[(index - 1) % KINDS.length] === "raw" ? 0.3 : 1)
              : 0.15;
      }
      chart?.redraw(false, false);
    },
    /** The cursor: a line, and a dot on every curve. @param {boolean} shown */
    point(shown) {
      cross.hidden = !shown;
      const x = view?.cursor ?? 0;
      if (shown) cross.style.transform = `translateX(${Math.round(this.toPixel(x))}px)`;
      const found = shown
        ? this.readings()
            .filter(({ smooth }) => smooth)
            .reverse()
        : [];
      for (const [index, dot] of keepChildren(hits, found.length, () => make("i")).entries()) {
        const { run, smooth: [step, value] = [0, 0] } = found[index];
        const place = [this.toPixel(step / stepsPer(run, view.unit)), chart?.valToPos(onAxis(value), "y") ?? 0];
        dot.style.transform = `translate(${place[0]}px, ${place[1]}px)`;
        dot.style.setProperty("--run", colourOf(run));
      }
    },
    /** What every run has at the cursor. */
    readings: () =>
      view.runs.map((run) => {
        const steps = stepsPer(run, view.unit);
        const [step, reach] = [(view.cursor ?? 0) * steps, ((view.range[1] - view.range[0]) * steps) / 50];
        return {
          run,
          raw: nearestReading(run[name].raw, step, reach),
          smooth: nearestReading(run[name].smooth, step, reach),
          validation: nearestReading(run[name].validation, step, Math.max(reach, run.epoch_steps / 2)),
        };
      }),
    /** Mark a stretch that is about to be zoomed into. @param {number} from @param {number} to in pixels of the area */
    select(from, to) {
      const box = { left: Math.min(from, to), top: 0, width: Math.abs(to - from), height: this.area.clientHeight };
      chart?.setSelect(box, false);
    },
    destroy: () => chart?.destroy(),
  };
}
