// Live learning curves. What the visitor chose (unit, scale, zoom, cursor) is kept apart from what Python sent, and
// draw() joins the two: so new data can never undo a choice.

import { component, make } from "../shared/dom.js";
import { grouped } from "../shared/format.js";
import { clamp, lowerBound, nearestIndex } from "../shared/scale.js";
import { onThemeChange, paletteOf, readTheme } from "../shared/theme.js";
import { cleanRuns, lastStep, lastValue, stepsPer, trained, valueText } from "./data.js";
import { makeLineKeys, makeRunList } from "./legend.js";
import { makePlot } from "./plot.js";
import { listenToPlot } from "./pointer.js";
import { cursorText, makeTooltip } from "./tooltip.js";

/** @typedef {import("./data.js").Run} Run */
/** @typedef {ReturnType<typeof makePlot>} Plot */

const WIDE = 760; // px: from here on the panels stand side by side
const ANNOUNCE_EVERY = 10_000; // ms: a screen reader is told the news no more often than this
const LEAST_ZOOM = 1 / 1000; // of the whole

/**
 * Buttons of which one is pressed.
 * @template {string} Value
 * @param {string} label
 * @param {[Value, string][]} options
 * @param {(value: Value) => void} choose
 */
function makeChoice(label, options, choose) {
  const buttons = options.map(([value, text]) => {
    const button = make("button", { type: "button", "data-value": value }, text);
    button.onclick = () => choose(value);
    return button;
  });
  /** @param {Value} value */
  const show = (value) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
  };
  const node = make(
    "div",
    { class: "choice", role: "group", "aria-label": label },
    make("span", {}, label),
    ...buttons,
  );
  return { node, show };
}

/** @param {HTMLElement} parentElement */
function mount(parentElement) {
  /** @type {import("./plot.js").View} */
  const view = {
    runs: [],
    unit: "epoch",
    log: false,
    range: [0, 1],
    zoomed: false,
    waiting: true,
    cursor: null,
    theme: { dark: false, paper: "", ink: "", accent: "", font: "", palette: [], quiet: "", hairline: "" },
  };
  /** @type {[number, number] | null} */
  let zoom = null;
  /** @type {Plot | null} */
  let pointed = null; // the panel that the cursor is in
  /** @type {number | null} */
  let pointerY = null;
  let byKeyboard = false;
  let totalSteps = 1;
  let live = false;
  let fresh = true; // whether runs, unit or scale have changed since they were drawn
  let frame = 0;
  let announced = 0;
  /** @type {(id: string) => void} */
  let remove = () => {};

  const plots = [makePlot("loss", "Loss", "(cross-entropy)"), makePlot("accuracy", "Accuracy", "")];
  const unit = makeChoice(
    "x axis",
    [
      ["epoch", "Epochs"],
      ["step", "Steps"],
    ],
    (value) => {
      const [run] = view.runs;
      const factor = run ? stepsPer(run, view.unit) / stepsPer(run, value) : 1;
      if (zoom) zoom = [zoom[0] * factor, zoom[1] * factor];
      Object.assign(view, { unit: value, cursor: null });
      schedule(true);
    },
  );
  const scale = makeChoice(
    "loss axis",
    [
      ["linear", "Linear"],
      ["log", "Log"],
    ],
    (value) => {
      view.log = value === "log";
      schedule(true);
    },
  );
  const reset = make("button", { type: "button", class: "reset" }, "Reset zoom");
  reset.onclick = () => zoomTo(null);
  const list = makeRunList({
    remove: (id) => remove(id),
    lift: (id) => {
      for (const plot of plots) plot.lift(id);
    },
    refuge: () => plots[0].host.focus({ preventScroll: true }),
  });
  const message = make("p", { class: "message" });
  const tooltip = makeTooltip();
  const status = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const panels = make("div", { class: "panels" }, ...plots.map(({ node }) => node), message, tooltip.node);
  const choices = make("div", { class: "choices" }, reset, unit.node, scale.node);
  const bar = make("div", { class: "bar" }, makeLineKeys(), choices);
  const root = make("div", { class: "component curves", "data-testid": "curves" }, bar, list.node, panels, status);

  /** @param {Run} run */
  const endOf = (run) => lastStep(run) / stepsPer(run, view.unit);
  /** @returns {[number, number]} */
  const fullRange = () => {
    const [run] = view.runs;
    return [0, Math.max(1e-6, totalSteps / (run ? stepsPer(run, view.unit) : 1), ...view.runs.map(endOf))];
  };

  /** @param {boolean} [changed] */
  const schedule = (changed = false) => {
    fresh ||= changed;
    frame ||= requestAnimationFrame(draw);
  };
  const draw = () => {
    frame = 0;
    Object.assign(view, { range: zoom ?? fullRange(), zoomed: Boolean(zoom) });
    unit.show(view.unit);
    scale.show(view.log ? "log" : "linear");
    reset.hidden = !zoom;
    root.dataset.zoomed = String(view.zoomed);
    for (const plot of plots) plot.draw(view, fresh);
    fresh = !plots[0].host.clientWidth;
    drawCursor();
  };
  const drawCursor = () => {
    const [low, high] = view.range;
    const shown = view.cursor !== null && view.cursor >= low - 1e-9 && view.cursor <= high + 1e-9;
    for (const plot of plots) plot.point(shown);
    const wide = root.classList.contains("wide");
    if (shown) tooltip.show(pointed ?? plots[0], view, { frame: panels, pointerY, wide });
    else tooltip.hide();
  };

  /** @param {[number, number] | null} target */
  const zoomTo = (target) => {
    const [, end] = fullRange();
    const span = target ? Math.max(target[1] - target[0], end * LEAST_ZOOM) : end;
    const low = target ? clamp(target[0], 0, Math.max(0, end - span)) : 0;
    zoom = span >= end * 0.999 ? null : [low, low + span];
    schedule();
  };
  /** @type {(factor: number, centre?: number) => void} */
  const zoomBy = (factor, centre = view.cursor ?? (view.range[0] + view.range[1]) / 2) =>
    zoomTo([centre + (view.range[0] - centre) * factor, centre + (view.range[1] - centre) * factor]);

  /** Where the cursor may rest: every reading of the current run, then those of the longest beyond its end. */
  const stops = () => {
    const [run] = view.runs;
    if (!run) return [];
    /** @param {Run} one */
    const places = (one) => trained(one.loss).map(([step]) => step / stepsPer(one, view.unit));
    const longest = view.runs.reduce((best, one) => (endOf(one) > endOf(best) ? one : best));
    const own = places(run);
    const last = own.at(-1) ?? -1;
    return longest === run ? own : [...own, ...places(longest).filter((x) => x > last)];
  };
  /** @type {import("./pointer.js").Actions["point"]} */
  const point = (x, plot, y = null) => {
    const places = x === null ? [] : stops();
    view.cursor = x === null || !places.length ? null : places[nearestIndex(places, x)];
    [pointed, pointerY, byKeyboard] = [plot, y, false];
    if (!frame) drawCursor();
  };
  /** @type {(by: number, plot: Plot) => void} */
  const step = (by, plot) => {
    const places = stops();
    if (!places.length) return;
    const { cursor } = view;
    const here = cursor === null ? places.length : lowerBound(places.length, (index) => places[index], cursor - 1e-9);
    const x = places[clamp(here + by, 0, places.length - 1)];
    const [low, high] = view.range;
    if (zoom && (x < low || x > high)) zoomTo([x - (high - low) / 2, x + (high - low) / 2]); // the window follows
    point(x, plot);
    byKeyboard = true;
    status.textContent = `${cursorText(view)}. ${plot.readings().map(readAloud(plot)).join(". ")}`;
  };
  /** @param {Plot} plot */
  const readAloud =
    ({ name, title }) =>
    (/** @type {ReturnType<Plot["readings"]>[number]} */ { run, smooth, validation }) =>
      `${run.label}: ${title} ${valueText(name, smooth?.[1])}, validation ${valueText(name, validation?.[1])}`;

  /** The text alternative of each panel, and now and then, while it trains, the news. */
  const summarise = () => {
    const [run] = view.runs;
    const news = plots.map(({ name, title, host }) => {
      const values = run && [lastValue(trained(run[name])), lastValue(run[name].validation)];
      const text =
        values && lastStep(run)
          ? `${title} at step ${grouped(lastStep(run))}: training ${valueText(name, values[0])}, validation ${valueText(name, values[1])}`
          : `${title}: ${message.textContent}`;
      const help = values && lastStep(run) ? ". Arrow keys move the cursor, plus and minus zoom, 0 resets." : "";
      host.setAttribute("aria-label", text + help);
      return text;
    });
    if (!live || !run || !lastStep(run) || (byKeyboard && view.cursor !== null)) return;
    if (performance.now() - announced < ANNOUNCE_EVERY) return;
    announced = performance.now();
    status.textContent = news.join(". ");
  };
  const recolour = () => {
    const palette = paletteOf(root);
    for (const [index, colour] of palette.entries()) root.style.setProperty(`--run-${index}`, colour);
    const style = getComputedStyle(plots[0].host); // its colours are mixed in the style sheet
    view.theme = { ...readTheme(root), palette, quiet: style.color, hairline: style.borderTopColor };
  };

  for (const plot of plots) {
    listenToPlot(plot, { zoomTo, zoomBy, point, step });
    plot.host.onblur = () => pointed === plot && point(null, null); // a tap on the other panel has already moved it there
  }
  onThemeChange(root, () => {
    recolour();
    schedule(true);
  });
  parentElement.append(root);
  const observer = new ResizeObserver(() => {
    root.classList.toggle("wide", root.clientWidth >= WIDE);
    schedule();
  });
  observer.observe(root);

  return {
    /** @type {(data: import("./data.js").Data, trigger: (name: string, value: unknown) => void) => void} */
    update(data, trigger) {
      view.runs = cleanRuns(data.runs);
      [totalSteps, live] = [data.total_steps, data.live];
      if (zoom && zoom[0] >= fullRange()[1]) zoom = null; // a shorter run has replaced the one that was zoomed
      remove = (id) => trigger("remove", id);
      recolour();
      view.waiting = !view.runs.some(({ loss }) => trained(loss).length || loss.validation.length);
      message.textContent = live
        ? "Waiting for the first step"
        : `Press ${view.runs.length ? "Resume" : "Start"}: the curves appear here`;
      message.hidden = !view.waiting;
      const [newest] = view.runs;
      root.dataset.lastStep = String(newest ? lastStep(newest) : 0);
      root.dataset.points = String(newest?.loss.raw.length ?? 0);
      root.dataset.zoomed = String(Boolean(zoom));
      list.update(view.runs, data.removable);
      summarise();
      schedule(true);
    },
    destroy() {
      observer.disconnect();
      cancelAnimationFrame(frame);
      for (const plot of plots) plot.destroy();
      root.remove();
    },
  };
}

export default component(
  mount,
  (curves, { data, setTriggerValue }) => curves.update(data, setTriggerValue),
  (curves) => curves.destroy(),
);
