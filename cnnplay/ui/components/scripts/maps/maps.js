// Pictures of numbers in rows. What Python sends is drawn anew at each rerun; nodes are kept by the picture's id, so
// that focus and the cell under the cursor outlive it.

import { component, make, watchWidth } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { isColour, makeLegend, paintPixels } from "../shared/pixels.js";
import { claim, hasModifier, moveOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";
import { isDark, onThemeChange } from "../shared/theme.js";
import { paintOver } from "./paint.js";

const LEAST_SIDE = 5; // px: a picture of one row is still to be seen
const FIRST = 1; // people count rows from 1
const RGB = ["red", "green", "blue"];

/**
 * What maps() in maps.py sends.
 * @typedef {object} Data
 * @property {{ title?: string, caption?: string, joiner?: string, pictures: Picture[] }[]} rows
 * @property {string} alt
 * @property {string} key
 * @property {number} size the longer side of a picture, in pixels
 * @property {boolean} choosable
 */

/**
 * @typedef {object} Picture
 * @property {string} id
 * @property {import("../shared/pixels.js").Plane | import("../shared/pixels.js").Plane[]} values of one channel, or of three
 * @property {import("../shared/pixels.js").Scale} scale
 * @property {number} range
 * @property {string} [title]
 * @property {string} [caption]
 * @property {boolean} [numbers] written into the cells, where these are large enough
 * @property {[number, number][]} [marks] outlined cells
 * @property {[number, number][]} [hatched] cells struck through
 * @property {number} [size] of its own
 * @property {boolean} [chosen]
 */

/** @type {(picture: Picture) => number[]} */
const shapeOf = ({ values }) => {
  const channel = isColour(values) ? values[0] : values;
  return [channel.length, channel[0].length];
};

/** The width and height of a picture: whole device pixels a cell where it has room for them. */
function measure(picture, wanted, available) {
  const [rows, columns] = shapeOf(picture);
  const dots = window.devicePixelRatio || 1;
  const longer = Math.max(rows, columns);
  const side = Math.min(wanted, available);
  const exact = side / longer;
  const whole = Math.floor(exact * dots + 1e-6) / dots;
  const cell = whole || exact;
  return [columns, rows].map((count) => Math.max(LEAST_SIDE, count * cell));
}

function valueText({ values, scale }, row, column) {
  if (Array.isArray(values[0][0]))
    return values.map((channel, index) => `${RGB[index] ?? index} ${numberText(channel[row][column], 2)}`).join(", ");
  const value = values[row][column];
  if (typeof value !== "number") return "nothing";
  return numberText(value, Math.abs(value) < 0.1 && scale === "signed" ? 4 : 3);
}
const cellText = (picture, [row, column]) =>
  `row ${row + FIRST}, column ${column + FIRST}: ${valueText(picture, row, column)}`;

function createPicture() {
  const node = {
    pixels: make("canvas", { class: "pixels" }),
    over: make("canvas", { class: "over" }),
    title: make("strong"),
    caption: make("span"),
    joiner: make("span", { class: "joiner" }),
    cell: null,
  };
  node.frame = make("div", { class: "frame" }, node.pixels, node.over);
  node.frame.tabIndex = 0;
  node.frame.setAttribute("role", "application"); // arrow keys are its own
  node.frame.setAttribute("aria-roledescription", "picture of numbers");
  node.stage = make("div", { class: "stage" }, node.frame);
  node.figure = make("figure", { class: "picture" }, node.stage, make("figcaption", {}, node.title, node.caption));
  node.unit = make("div", { class: "unit" }, node.joiner, node.figure);
  return node;
}

const createRow = () => {
  const row = {
    title: make("h4"),
    caption: make("p"),
    pictures: make("div", { class: "pictures" }),
    legend: makeLegend(),
  };
  row.section = make("section", { class: "row" }, row.title, row.caption, row.pictures, row.legend.node);
  return row;
};

function build(state) {
  const { rows } = state.data;
  const focused = state.root.getRootNode().activeElement;
  while (state.rows.length > rows.length) state.rows.pop().section.remove();
  while (state.rows.length < rows.length) {
    const row = createRow();
    state.rows.push(row);
    state.root.insertBefore(row.section, state.readout);
  }
  const old = state.nodes;
  state.nodes = new Map();
  rows.forEach((row, index) => {
    const part = state.rows[index];
    part.title.textContent = row.title ?? "";
    part.caption.textContent = row.caption ?? "";
    const nodes = row.pictures.map((picture, place) => {
      const node = old.get(picture.id) ?? createPicture();
      state.nodes.set(picture.id, node);
      node.row = index;
      describe(node, picture, place ? (row.joiner ?? "") : "", state.data.choosable);
      return node;
    });
    const units = nodes.map(({ unit }) => unit);
    const present = [...part.pictures.children];
    if (units.length !== present.length || units.some((unit, place) => unit !== present[place]))
      part.pictures.replaceChildren(...units);
  });
  if (focused?.isConnected && state.root.contains(focused)) focused.focus({ preventScroll: true }); // moving a node blurs it
}

function describe(node, picture, joiner, choosable) {
  node.picture = picture;
  node.shape = shapeOf(picture);
  if (node.cell) node.cell = node.cell.map((at, axis) => Math.min(at, node.shape[axis] - 1));
  node.figure.dataset.testid = `map-${picture.id}`;
  node.figure.dataset.id = picture.id;
  node.figure.dataset.chosen = String(Boolean(picture.chosen));
  node.figure.dataset.shape = node.shape.join("x");
  node.title.textContent = picture.title ?? "";
  node.caption.textContent = picture.caption ?? "";
  node.joiner.textContent = joiner;
  const description = [
    picture.title || "picture",
    `${node.shape.join(" × ")} numbers`,
    picture.caption,
    picture.chosen && "chosen",
    choosable && "Enter chooses it",
  ];
  node.frame.setAttribute("aria-label", description.filter(Boolean).join(", "));
}

function layout(state) {
  const available = state.root.clientWidth;
  if (!available) return; // in a hidden tab; the resize observer calls again
  const dark = isDark(state.root);
  state.dark = dark;
  state.style = getComputedStyle(state.root);
  state.data.rows.forEach((row, index) => {
    const nodes = row.pictures.map(({ id }) => state.nodes.get(id));
    for (const node of nodes) {
      const sign = node.joiner.textContent ? 28 : 0;
      const worded = node.picture.title || node.picture.caption;
      node.size = measure(node.picture, node.picture.size ?? state.data.size, available - sign - 4);
      [node.frame.style.width, node.frame.style.height] = node.size.map((side) => `${side}px`);
      node.figure.style.width = `${Math.min(available - sign - 4, Math.max(node.size[0], worded ? 68 : 0))}px`;
      paintPixels(node.pixels, node.picture.values, { scale: node.picture.scale, range: node.picture.range, dark });
      paintOver(state, node);
    }
    drawLegend(state.rows[index].legend, row.pictures, dark);
  });
  align(state);
  showReadout(state);
}

/** The pictures of a line stand on one axis, and so do their titles: every stage is as high as the line's highest frame. */
function align(state) {
  const lines = new Map();
  for (const node of state.nodes.values()) {
    const line = `${node.row} ${node.unit.offsetTop}`; // read for all before the first is written
    lines.set(line, [...(lines.get(line) ?? []), node]);
  }
  for (const nodes of lines.values()) {
    const height = Math.max(...nodes.map(({ size }) => size[1]));
    for (const { unit } of nodes) unit.style.setProperty("--stage", `${height}px`);
  }
}

/** One legend for a row whose pictures all share one scale. */
function drawLegend(legend, pictures, dark) {
  const { scale, range } = pictures[0] ?? {};
  const alike = (picture) => picture.scale === scale && picture.range === range && !isColour(picture.values);
  legend.node.hidden = !pictures.length || !pictures.every(alike);
  if (!legend.node.hidden) legend.paint(scale, range, dark);
}

function point(state, node, cell) {
  const before = state.active;
  if (before === node && node?.cell?.join() === cell?.join()) return;
  state.active = node;
  if (node && cell) node.cell = cell;
  if (before && before !== node && before.size) paintOver(state, before);
  if (node?.size) paintOver(state, node);
  showReadout(state);
}

/** Above its picture, never over the edge of the page, and never under the finger. */
function showReadout({ root, readout, active }) {
  readout.hidden = !active?.cell || !active.frame.isConnected;
  if (readout.hidden) return;
  readout.textContent = cellText(active.picture, active.cell);
  readout.dataset.map = active.picture.id;
  const frame = active.frame.getBoundingClientRect();
  const home = root.getBoundingClientRect();
  const middle = frame.left + frame.width / 2 - home.left;
  const half = readout.offsetWidth / 2;
  readout.style.left = `${clamp(middle - half, 0, Math.max(0, home.width - 2 * half))}px`;
  readout.style.top = `${frame.top - home.top - readout.offsetHeight - 8}px`;
}

function listen(state) {
  const { root } = state;
  const signal = { signal: state.listeners.signal };
  const nodeOf = (event) => state.nodes.get(event.target.closest?.(".picture")?.dataset.id);
  const follow = (event) => {
    const node = nodeOf(event);
    if (!node || !event.target.closest(".frame")) return point(state, null);
    const frame = node.frame.getBoundingClientRect();
    const at = [(event.clientY - frame.top) / frame.height, (event.clientX - frame.left) / frame.width];
    return point(
      state,
      node,
      at.map((share, axis) => clamp(Math.floor(share * node.shape[axis]), 0, node.shape[axis] - 1)),
    );
  };
  root.onpointermove = root.onpointerdown = follow;
  root.onpointerleave = (event) => event.pointerType === "mouse" && point(state, null); // a tapped cell stays
  root.onclick = (event) => {
    const node = nodeOf(event);
    if (node && state.data.choosable) state.choose(node.picture.id);
  };
  root.addEventListener(
    "focusin",
    (event) => {
      const node = nodeOf(event);
      if (node && event.target.matches(":focus-visible"))
        point(state, node, node.cell ?? node.shape.map((size) => Math.floor((size - 1) / 2)));
    },
    signal,
  );
  root.addEventListener("focusout", () => point(state, null), signal);
  root.onkeydown = (event) => {
    const node = nodeOf(event);
    const move = moveOf(event.key);
    if (!node || hasModifier(event)) return;
    if ((event.key === "Enter" || event.key === " ") && state.data.choosable) state.choose(node.picture.id);
    else if (event.key === "Escape") point(state, null);
    else if (move) {
      const from = node.cell ?? [0, 0];
      point(
        state,
        node,
        from.map((at, axis) => clamp(at + move[axis], 0, node.shape[axis] - 1)),
      );
      state.status.textContent = cellText(node.picture, node.cell);
    } else return;
    claim(event);
  };
  onThemeChange(root, () => layout(state));
  state.observer = watchWidth(root, () => layout(state));
}

function create(parentElement) {
  const readout = make("div", { class: "readout" });
  const status = make("div", { class: "unseen" });
  const root = make("div", { class: "component maps" }, readout, status);
  readout.dataset.testid = "map-readout";
  readout.setAttribute("aria-hidden", "true"); // the status says the same
  readout.hidden = true;
  status.setAttribute("role", "status");
  root.dataset.testid = "maps";
  root.setAttribute("role", "group");
  parentElement.append(root);
  const state = {
    root,
    readout,
    status,
    rows: [],
    nodes: new Map(),
    active: null,
    data: { rows: [] },
    listeners: new AbortController(),
  };
  listen(state);
  return state;
}

/** @param {any} state @param {import("../shared/dom.js").Call & { data: Data }} call */
function update(state, { data, setTriggerValue }) {
  state.data = data;
  state.choose = (id) => setTriggerValue("choose", id);
  state.root.dataset.key = data.key;
  state.root.classList.toggle("choosable", data.choosable);
  state.root.setAttribute("aria-label", data.alt);
  build(state);
  if (state.active && !state.nodes.has(state.active.picture.id)) state.active = null;
  layout(state);
}

function destroy(state) {
  state.observer.disconnect();
  state.listeners.abort();
  state.root.remove();
}

export default component(create, update, destroy);
