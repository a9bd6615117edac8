// What a dense neuron reads, and what a neuron of a convolution reads. Two sheets stand behind each other in each panel,
// the image and the neurons; both panels show the neuron of the same place. Colours of dense weights are drawn at random
// by the neuron's index: they stand for numbers, and are none.

import { component, make, penOf, prefersReducedMotion, watchWidth } from "./shared/dom.js";
import { grouped, plural } from "./shared/format.js";
import { css, inkOf, isColour, paintPixels } from "./shared/pixels.js";
import { claim, hasModifier, moveOf } from "./shared/pointer.js";
import { between, clamp, mix, nearestIndex } from "./shared/scale.js";
import { onThemeChange, paletteOf, readTheme } from "./shared/theme.js";

const LEAN = { right: 0.62, up: 0.17 }; // a sheet's columns go right and up on the screen, in parts of its rows
const ROOM = 36; // px above the sheets: for the letters of the topmost neurons
const LETTERED = 9; // taps that still have room for a letter on each line
const GLIDE = { moved: 140, playing: 520 }; // ms from neuron to neuron
const PAUSE = 900; // ms between two neurons of a wander
const REACH = 0.42; // of the sheet, to either side of its middle
const LEVELS = 5; // of strength, so that 784 lines are a few strokes
const LAYERS = 5; // each of all strengths, so that no colour covers the others where the lines meet
const ICONS = { play: "M3 1.5v11l9-5.5z", pause: "M2.5 1.5h3v11h-3zM8.5 1.5h3v11h-3z" };
const letter = (index) => String.fromCharCode(97 + index);

/** @typedef {{ starts: number[], taps: number[] }} Axis the first pixel of each window; a window's pixels from there */

/**
 * What connections() in connections.py sends; the counts are shown as they come.
 * @typedef {object} Data
 * @property {string} alt
 * @property {import("./shared/pixels.js").Plane} image from 0 to 1
 * @property {Axis} rows
 * @property {Axis} columns
 * @property {{ units: number, weights_each: number, weights: number }} dense
 * @property {{ units: number, weights_each: number, weights: number, filters: number, layer: string }} convolution
 */

/** A number from -1 to 1 that looks random and is always the same for a neuron and a pixel. */
function drawnWeight(neuron, pixel) {
  let bits = Math.imul(neuron + 1, 0x9e3779b1) ^ Math.imul(pixel + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 31 - 1;
}
const drawnWeights = (neuron, count) => Float32Array.from({ length: count }, (_, pixel) => drawnWeight(neuron, pixel));

const middleOf = ({ taps }) => (taps[0] + taps[taps.length - 1] + 1) / 2; // of a window, from its start: its neuron stands opposite
/** The extent of the neurons' sheet: [first, last] with half a pitch around. */
function extent(axis) {
  const { starts } = axis;
  const pitch = starts.length > 1 ? starts[1] - starts[0] : 1;
  return [starts[0] + middleOf(axis) - pitch / 2, starts[starts.length - 1] + middleOf(axis) + pitch / 2];
}

function plan(state, width) {
  const { rows, columns } = state.data;
  const [height, across] = state.size;
  const [[top, bottom], [left, right]] = [extent(rows), extent(columns)];
  const deep = LEAN.right * (across + right - left); // both sheets side by side, without the gap
  const scale = Math.min((width - clamp(width * 0.3, 84, 190) - 16) / deep, 300 / (height + LEAN.up * across));
  const gap = Math.min(width - 16 - scale * deep, 230);
  const start = (width - gap - scale * deep) / 2;
  const rise = scale * LEAN.up * Math.max(across, right);
  const image = { x: start, y: ROOM + rise - Math.min(0, top) * scale };
  const neurons = { x: start + scale * LEAN.right * (across - left) + gap, y: image.y };
  const total = Math.ceil(image.y + Math.max(height, bottom) * scale + 12);
  /** @type {(origin: { x: number, y: number }) => Projection} */
  const at = (origin) => (row, column) => [
    origin.x + LEAN.right * scale * column,
    origin.y + scale * (row - LEAN.up * column),
  ];
  return {
    width,
    height: total,
    scale,
    image,
    neurons,
    onImage: at(image),
    onNeurons: at(neurons),
    edges: { top, bottom, left, right },
  };
}

/** @type {(pen: CanvasRenderingContext2D, corners: [number, number][]) => void} */
const shape = (pen, corners) => {
  pen.beginPath();
  for (const corner of corners) pen.lineTo(...corner);
  pen.closePath();
};
/** @typedef {(row: number, column: number) => [number, number]} Projection from a sheet to the screen */

/** @type {(at: Projection, top: number, left: number, bottom: number, right: number) => [number, number][]} */
const quad = (at, top, left, bottom, right) => [at(top, left), at(top, right), at(bottom, right), at(bottom, left)];

// The sheets, which rest while the neuron moves: painted once, then copied.
/** @param {any} state */
function paintSheets(state) {
  const { plan: place, theme, dots, data } = state;
  const [height, width] = state.size;
  state.sheets ??= document.createElement("canvas");
  state.sheets.width = Math.round(place.width * dots);
  state.sheets.height = Math.round(place.height * dots);
  const pen = penOf(state.sheets);
  const pixels = document.createElement("canvas");
  paintPixels(pixels, data.image, { scale: "grey", range: 1, dark: theme.dark });
  const { scale, image, edges } = place;
  pen.setTransform(dots * LEAN.right * scale, -dots * LEAN.up * scale, 0, dots * scale, dots * image.x, dots * image.y);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(pixels, 0, 0);
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.lineWidth = 1;
  pen.strokeStyle = theme.edge;
  shape(pen, quad(place.onImage, 0, 0, height, width));
  pen.stroke();
  shape(pen, quad(place.onNeurons, edges.top, edges.left, edges.bottom, edges.right));
  pen.fillStyle = theme.sheet;
  pen.fill();
  pen.stroke();
  const pitch = (edges.bottom - edges.top) / data.rows.starts.length;
  const radius = clamp(pitch * scale * 0.17, 0.6, 3.5);
  pen.fillStyle = theme.dot;
  for (const row of data.rows.starts) {
    for (const column of data.columns.starts) {
      pen.beginPath();
      const [x, y] = place.onNeurons(row + middleOf(data.rows), column + middleOf(data.columns));
      pen.arc(x, y, radius, 0, 7);
      pen.fill();
    }
  }
}

function paint(state) {
  const { shown, plan: place, data, dots } = state;
  if (!place) return;
  const [top, left] = [between(data.rows.starts, shown.row), between(data.columns.starts, shown.column)];
  const neuron = place.onNeurons(top + middleOf(data.rows), left + middleOf(data.columns));
  for (const panel of Object.values(state.panels)) {
    const pen = penOf(panel.canvas);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, panel.canvas.width, panel.canvas.height);
    pen.drawImage(state.sheets, 0, 0);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    if (panel === state.panels.dense) paintDense(state, pen, neuron);
    else paintConvolution(state, pen, neuron, top, left);
    paintNeuron(pen, neuron, state.theme);
  }
}

/** A line from every pixel. Lines of one strength are one stroke: quick, and they do not darken each other. */
function paintDense({ shown, plan: place, size, theme, dots }, pen, neuron) {
  const bundles = Array.from({ length: LAYERS * LEVELS * 2 }, () => new Path2D());
  shown.weights.forEach((weight, pixel) => {
    const level = Math.min(LEVELS - 1, Math.floor(Math.abs(weight) * LEVELS));
    const line = bundles[((pixel % LAYERS) * LEVELS + level) * 2 + Number(weight < 0)];
    const [x, y] = place.onImage(Math.floor(pixel / size[1]) + 0.5, (pixel % size[1]) + 0.5);
    line.moveTo(x, y);
    line.lineTo(neuron[0], neuron[1]);
  });
  pen.lineWidth = 1 / dots; // a device pixel: many times quicker to draw than any wider line
  bundles.forEach((line, index) => {
    pen.globalAlpha = (0.05 + (0.4 * (Math.floor(index / 2) % LEVELS)) / LEVELS) * Math.min(1.6, dots);
    pen.strokeStyle = index % 2 ? theme.below : theme.above;
    pen.stroke(line);
  });
  pen.globalAlpha = 1;
}

/** A line from each pixel of the window, always in its tap's own colour: the weights travel along. */
function paintConvolution({ plan: place, data, size, theme, taps }, pen, neuron, top, left) {
  const many = taps.length > LETTERED;
  const spread = many ? 0 : taps.length > 4 ? 24 : 34;
  const [rows, columns] = [data.rows.taps, data.columns.taps];
  shape(
    pen,
    quad(
      place.onImage,
      top + rows[0],
      left + columns[0],
      top + rows[rows.length - 1] + 1,
      left + columns[columns.length - 1] + 1,
    ),
  );
  for (const { width, colour } of [
    { width: 5, colour: "#10181f" },
    { width: 3, colour: "#ffffff" },
  ]) {
    // seen on black and on white
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
  const ends = taps.map(({ down, right, colour }, index) => {
    const [row, column] = [top + down, left + right];
    shape(pen, quad(place.onImage, row, column, row + 1, column + 1));
    pen.fillStyle = colour;
    const inside = row > -0.5 && column > -0.5 && row < size[0] - 0.5 && column < size[1] - 0.5;
    pen.globalAlpha = inside ? 0.8 : 0.25;
    pen.fill();
    pen.globalAlpha = 1;
    const from = place.onImage(row + 0.5, column + 0.5);
    return {
      from,
      inside,
      colour,
      bend: [(from[0] + neuron[0]) / 2, (from[1] + neuron[1]) / 2 + (index - (taps.length - 1) / 2) * spread],
    };
  });
  pen.lineWidth = many ? 1.2 : 2;
  for (const { from, bend, colour, inside } of ends) {
    pen.strokeStyle = colour;
    pen.setLineDash(inside ? [] : [4, 4]); // a zero of the padding
    pen.beginPath();
    pen.moveTo(...from);
    pen.quadraticCurveTo(...bend, ...neuron);
    pen.stroke();
  }
  pen.setLineDash([]);
  if (!many) ends.forEach((end, index) => paintLetter(pen, end, neuron, index, ends.length, theme));
}

/** A letter on its line, where the lines are farthest apart. */
function paintLetter(pen, { from, bend, colour }, to, index, count, { paper, font: family }) {
  const share = count > 4 ? [0.36, 0.5, 0.64][index % 3] : 0.5;
  const radius = count > 4 ? 8 : 9;
  const [x, y] = [0, 1].map((axis) => mix(mix(from[axis], bend[axis], share), mix(bend[axis], to[axis], share), share));
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = paper;
  pen.stroke();
  pen.font = `600 ${radius * 1.35}px ${family}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = paper;
  pen.fillText(letter(index), x, y + 0.5);
}

function paintNeuron(pen, [x, y], { ink, paper }) {
  for (const [radius, colour] of [
    [9, paper],
    [7, ink],
  ]) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fillStyle = colour;
    pen.fill();
  }
}

/** The weights themselves, small: those of the dense neuron, and the letters of the kernel. */
function paintSwatches({ panels, shown, size, taps, data, theme, dots }) {
  const rows = Array.from({ length: size[0] }, (_, row) => [
    ...shown.target.subarray(row * size[1], (row + 1) * size[1]),
  ]);
  paintPixels(panels.dense.swatch, rows, { scale: "signed", range: 1, dark: theme.dark });
  const { swatch } = panels.convolution;
  const side = 56;
  const [height, width] = [data.rows.taps.length, data.columns.taps.length];
  const cell = side / Math.max(height, width);
  swatch.width = Math.round(cell * width * dots);
  swatch.height = Math.round(cell * height * dots);
  swatch.style.aspectRatio = `${width} / ${height}`;
  const pen = penOf(swatch);
  pen.scale(dots, dots);
  pen.font = `600 ${Math.min(15, cell * 0.7)}px ${theme.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  taps.forEach(({ colour }, index) => {
    const [x, y] = [(index % width) * cell, Math.floor(index / width) * cell];
    pen.fillStyle = colour;
    pen.fillRect(x, y, cell - 1, cell - 1);
    pen.fillStyle = theme.paper;
    if (taps.length <= LETTERED) pen.fillText(letter(index), x + (cell - 1) / 2, y + cell / 2);
  });
}

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

/** The theme, and the colours that this drawing takes from it. */
function coloursOf(root) {
  const theme = readTheme(root);
  return {
    ...theme,
    edge: "rgb(128 136 144 / 0.55)",
    sheet: theme.dark ? "rgb(255 255 255 / 0.03)" : "rgb(20 40 60 / 0.03)",
    dot: "rgb(128 136 144 / 0.75)",
    above: css(inkOf(1, "signed", 1, theme.dark)),
    below: css(inkOf(-1, "signed", 1, theme.dark)),
    palette: paletteOf(root),
  };
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
