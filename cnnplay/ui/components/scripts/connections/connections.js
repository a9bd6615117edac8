// What a dense neuron reads, and what a neuron of a convolution reads. Two sheets stand behind each other in each panel,
// the image and the neurons; both panels show the neuron of the same place. Colours of dense weights are drawn at random
// by the neuron's index: they stand for numbers, and are none.

import { component, make, prefersReducedMotion, watchWidth } from "../shared/dom.js";
import { grouped, plural } from "../shared/format.js";
import { isColour } from "../shared/pixels.js";
import { claim, hasModifier, moveOf } from "../shared/pointer.js";
import { clamp, mix, nearestIndex } from "../shared/scale.js";
import { onThemeChange } from "../shared/theme.js";
import { coloursOf, paint, paintSheets, paintSwatches } from "./paint.js";
import { drawnWeights, LEAN, LETTERED, letter, middleOf, plan } from "./plan.js";

const GLIDE = { moved: 140, playing: 520 }; // ms from neuron to neuron
const PAUSE = 900; // ms between two neurons of a wander
const REACH = 0.42; // of the sheet, to either side of its middle
const ICONS = { play: "M3 1.5v11l9-5.5z", pause: "M2.5 1.5h3v11h-3zM8.5 1.5h3v11h-3z" };

/** @typedef {{ starts: number[], taps: number[] }} Axis the first pixel of each window; a window's pixels from there */

/**
 * What connections() in connections.py sends; the counts are shown as they come.
 * @typedef {object} Data
 * @property {string} alt
 * @property {import("../shared/pixels.js").Plane} image from 0 to 1
 * @property {Axis} rows
 * @property {Axis} columns
 * @property {{ units: number, weights_each: number, weights: number }} dense
 * @property {{ units: number, weights_each: number, weights: number, filters: number, layer: string }} convolution
 */

function move(state, row, column, duration = GLIDE.moved) {
  const { data, root } = state;
  const target = {
    row: clamp(row, 0, data.rows.starts.length - 1),
    column: clamp(column, 0, data.columns.starts.length - 1),
  };
  if (target.row === state.place.row && target.column === state.place.column) return;
  state.place = target;
  Object.assign(root.dataset, target);
  const { shown } = state;
  state.glide = {
    began: performance.now(),
    duration: prefersReducedMotion() ? 0 : duration,
    row: shown.row,
    column: shown.column,
    weights: shown.weights.slice(),
  };
  shown.target = drawnWeights(target.row * data.columns.starts.length + target.column, shown.weights.length);
  state.frame ||= requestAnimationFrame((now) => step(state, now));
  paintSwatches(state);
  tell(state);
}

function step(state, now) {
  state.frame = 0;
  const { glide, shown, place } = state;
  const past = glide.duration ? clamp((now - glide.began) / glide.duration, 0, 1) : 1;
  const share = past * past * (3 - 2 * past);
  shown.row = past === 1 ? place.row : mix(glide.row, place.row, share);
  shown.column = past === 1 ? place.column : mix(glide.column, place.column, share);
  for (let pixel = 0; pixel < shown.weights.length; pixel += 1)
    shown.weights[pixel] = mix(glide.weights[pixel], shown.target[pixel], share);
  paint(state);
  if (past < 1) state.frame = requestAnimationFrame((time) => step(state, time));
}

/** Wander on a slow loop through the whole sheet, from where the neuron is. */
function play(state, on) {
  if (on && !state.playing) {
    const angle = (at, count) => Math.asin(clamp((at / Math.max(1, count - 1) - 0.5) / REACH, -1, 1));
    state.angles = [
      angle(state.place.row, state.data.rows.starts.length),
      angle(state.place.column, state.data.columns.starts.length),
    ];
  }
  state.playing = on;
  state.root.dataset.playing = String(on);
  state.button.lastChild.textContent = on ? "Pause" : "Play";
  state.icon.setAttribute("d", on ? ICONS.pause : ICONS.play);
  clearTimeout(state.timer);
  if (on) state.timer = setTimeout(() => wander(state), PAUSE);
}

function wander(state) {
  state.timer = setTimeout(() => wander(state), PAUSE);
  if (!state.visible || document.hidden) return;
  const counts = [state.data.rows.starts.length, state.data.columns.starts.length];
  state.angles = state.angles.map((angle, axis) => angle + [0.14, 0.19][axis]);
  const [row, column] = state.angles.map((angle, axis) =>
    Math.round((counts[axis] - 1) * (0.5 + REACH * Math.sin(angle))),
  );
  move(state, row, column, GLIDE.playing);
}

function tell(state) {
  const { place, panels, taps } = state;
  const where = `Row ${place.row + 1}, column ${place.column + 1}`;
  const names = taps.length <= LETTERED ? `: ${taps.map((_, index) => letter(index)).join("\u00a0")}` : "";
  panels.dense.caption.textContent = `${where}: reads every pixel, with weights of its own.`;
  panels.convolution.caption.textContent = `${where}: reads ${plural(taps.length, "pixel")} with the kernel that all share${names}.`;
  clearTimeout(state.telling);
  if (state.playing) return; // a wander is not read aloud
  state.telling = setTimeout(() => {
    state.status.textContent = `${where}. The dense neuron reads every pixel with new weights; the neuron of the convolution reads ${plural(taps.length, "pixel")} with the same.`;
  }, 400);
}

function listen(state, { hits }) {
  for (const [index, hit] of hits.entries()) {
    const follow = (event) => {
      if (event.pointerType !== "mouse" && !hit.hasPointerCapture(event.pointerId)) return;
      const { plan: place, data, root } = state;
      const frame = hit.parentElement.getBoundingClientRect();
      const origin = index ? place.image : place.neurons;
      const column = (event.clientX - frame.left - origin.x) / (LEAN.right * place.scale);
      const row = (event.clientY - frame.top - origin.y) / place.scale + LEAN.up * column;
      if (root.dataset.playing === "true") play(state, false);
      move(
        state,
        nearestIndex(data.rows.starts, row - middleOf(data.rows)),
        nearestIndex(data.columns.starts, column - middleOf(data.columns)),
      );
    };
    hit.onpointerdown = (event) => {
      hit.setPointerCapture(event.pointerId);
      follow(event);
    };
    hit.onpointermove = follow;
  }
  hits[0].onkeydown = (event) => {
    const way = moveOf(event.key);
    if (hasModifier(event) || (!way && event.key !== " ")) return;
    claim(event);
    if (!way) return play(state, !state.playing);
    play(state, false);
    move(state, state.place.row + way[0], state.place.column + way[1]);
  };
}

function createPanel(name, title) {
  /** @type {any} */
  const panel = {
    canvas: make("canvas"),
    swatch: make("canvas", { class: "swatch" }),
    caption: make("p", { class: "caption" }),
    counts: [0, 1].map(() => ({ number: make("b"), text: make("span") })),
  };
  const neurons = make("div", { class: "hit" });
  neurons.tabIndex = 0;
  neurons.setAttribute("role", "application");
  neurons.setAttribute("aria-label", `${title}. Arrow keys move it, Space lets it wander.`);
  neurons.dataset.testid = `connections-${name}`;
  panel.hits = name === "convolution" ? [neurons, make("div", { class: "hit" })] : [neurons]; // of a convolution the window can be moved as well
  panel.canvas.setAttribute("aria-hidden", "true");
  panel.swatch.setAttribute("aria-hidden", "true");
  const [one, all] = panel.counts.map(({ number, text }) => make("div", { class: "count" }, number, text));
  panel.node = make(
    "section",
    { class: "panel" },
    make("h4", {}, title),
    make("div", { class: "picture" }, panel.canvas, ...panel.hits),
    panel.caption,
    make("div", { class: "counts" }, panel.swatch, one, all),
  );
  return panel;
}

function create(parentElement) {
  const panels = {
    dense: createPanel("dense", "A dense neuron"),
    convolution: createPanel("convolution", "A neuron of a convolution"),
  };
  const icon = make("path");
  const svg = make("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, icon);
  const button = make("button", {}, svg, make("span", {}, "Play"));
  const status = make("div", { class: "unseen" });
  button.type = "button";
  button.dataset.testid = "connections-play";
  status.setAttribute("role", "status");
  const root = make(
    "div",
    { class: "component connections" },
    make(
      "div",
      { class: "bar" },
      make("span", { class: "hint" }, "Move a neuron, and its twin follows: point, drag, or press an arrow key."),
      button,
    ),
    make("div", { class: "panels" }, panels.dense.node, panels.convolution.node),
    status,
  );
  root.dataset.testid = "connections";
  root.setAttribute("role", "group");
  parentElement.append(root);
  const state = { root, panels, button, icon, status, frame: 0, visible: true };
  button.onclick = () => play(state, !state.playing);
  for (const panel of Object.values(panels)) listen(state, panel);
  onThemeChange(root, () => layout(state));
  state.sight = new IntersectionObserver(([entry]) => (state.visible = entry.isIntersecting));
  return state;
}

function layout(state) {
  const { root, data, panels } = state;
  if (!root.clientWidth) return; // in a hidden tab; the resize observer calls again
  root.classList.toggle("wide", root.clientWidth >= 640);
  state.theme = coloursOf(root);
  state.dots = window.devicePixelRatio || 1;
  const { palette, ink } = state.theme;
  state.taps = data.rows.taps
    .flatMap((down) => data.columns.taps.map((right) => ({ down, right })))
    .map((tap, index) => ({ ...tap, colour: palette[index % palette.length] ?? ink }));
  state.plan = plan(state, panels.dense.canvas.parentElement.clientWidth);
  const { plan: place } = state;
  for (const { canvas, hits } of Object.values(panels)) {
    canvas.parentElement.style.height = `${place.height}px`;
    canvas.width = Math.round(place.width * state.dots);
    canvas.height = Math.round(place.height * state.dots);
    placeHit(hits[0], place.onNeurons, place.edges);
    if (hits[1]) placeHit(hits[1], place.onImage, { top: 0, left: 0, bottom: state.size[0], right: state.size[1] });
  }
  paintSheets(state);
  paintSwatches(state);
  tell(state);
  paint(state);
}

function placeHit(hit, at, { top, left, bottom, right }) {
  const [[x, bottomY], [endX, topY]] = [at(bottom, left), at(top, right)];
  Object.assign(hit.style, {
    left: `${x - 6}px`,
    top: `${topY - 6}px`,
    width: `${endX - x + 12}px`,
    height: `${bottomY - topY + 12}px`,
  });
}

function writeCounts({ dense, convolution }, { dense: all, convolution: shared }) {
  const write = ([one, many], texts) =>
    [one, many].forEach((count, index) => ([count.number.textContent, count.text.textContent] = texts[index]));
  const own = ({ weights_each: each }) => `weight${each === 1 ? "" : "s"} for this one neuron`;
  const same = grouped(shared.weights_each);
  write(dense.counts, [
    [grouped(all.weights_each), `${own(all)}, none shared`],
    [grouped(all.weights), `+ biases for all ${plural(all.units, "neuron")}`],
  ]);
  write(convolution.counts, [
    [same, `${own(shared)}, the same ${same} at all ${plural(shared.units, "place")}`],
    [grouped(shared.weights), `+ biases for ${plural(shared.filters, "filter")} of ${shared.layer}`],
  ]);
}

/** @param {any} state @param {{ data: Data }} call */
function update(state, { data }) {
  const first = !state.data;
  state.data = data;
  const channel = isColour(data.image) ? data.image[0] : data.image;
  state.size = [channel.length, channel[0].length];
  const counts = [data.rows.starts.length, data.columns.starts.length];
  const old = state.place ?? { row: Math.floor(counts[0] * 0.42), column: Math.floor(counts[1] * 0.48) };
  state.place = { row: Math.min(old.row, counts[0] - 1), column: Math.min(old.column, counts[1] - 1) };
  Object.assign(state.root.dataset, state.place);
  cancelAnimationFrame(state.frame);
  state.frame = 0;
  const target = drawnWeights(state.place.row * counts[1] + state.place.column, state.size[0] * state.size[1]);
  state.shown = { ...state.place, weights: target.slice(), target };
  state.root.setAttribute("aria-label", data.alt);
  writeCounts(state.panels, data);
  layout(state);
  if (!first) return;
  state.observer = watchWidth(state.root, () => layout(state));
  state.sight.observe(state.root);
  play(state, !prefersReducedMotion());
}

function destroy(state) {
  state.observer?.disconnect();
  state.sight.disconnect();
  clearTimeout(state.timer);
  clearTimeout(state.telling);
  cancelAnimationFrame(state.frame);
  state.root.remove();
}

export default component(create, update, destroy);
