// A digit to be dragged by whole pixels. Everything shown was received for every shift; only which cells differ from
// the unshifted map is told here, by comparing two received maps.

import { debounce } from "../shared/debounce.js";
import { component, make, penOf, watchWidth } from "../shared/dom.js";
import { percentText, plural } from "../shared/format.js";
import { inkOf, paintPixels, textOn } from "../shared/pixels.js";
import { claim, hasModifier, moveOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";
import { onThemeChange, readTheme } from "../shared/theme.js";

const ARROWS = {
  ArrowUp: ["up", "M7 2.5v9M3 6.5l4-4 4 4"],
  ArrowLeft: ["left", "M11.5 7h-9M6.5 3l-4 4 4 4"],
  ArrowRight: ["right", "M2.5 7h9M7.5 3l4 4-4 4"],
  ArrowDown: ["down", "M7 2.5v9M3 7.5l4 4 4-4"],
};
/**
 * What shift() in shift.py sends. A place is named "down,right", in pixels from the middle.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number} reach the farthest that the digit is moved, in pixels
 * @property {number} tolerance the share of a stage's range by which a cell may differ and still count as unchanged
 * @property {Record<string, import("../shared/pixels.js").Plane>} images from 0 to 1, by place
 * @property {Stage[]} stages
 * @property {string} subject another one begins at its own start
 * @property {[number, number]} start down and right, in pixels
 */

/**
 * @typedef {object} Stage
 * @property {string} title
 * @property {Record<string, import("../shared/pixels.js").Plane>} values by place
 * @property {import("../shared/pixels.js").Scale} scale
 * @property {number} range
 * @property {Record<string, number>} unchanged the share of the stage that stayed the same, by place
 */

/** @type {(place: { down: number, right: number }) => string} */
const nameOf = ({ down, right }) => `${down},${right}`;

function shiftText({ down, right }) {
  const parts = [
    down && `${plural(Math.abs(down), "pixel")} ${down > 0 ? "down" : "up"}`,
    right && `${plural(Math.abs(right), "pixel")} to the ${right > 0 ? "right" : "left"}`,
  ];
  return parts.filter(Boolean).join(", ") || "In the middle";
}

function paint(state) {
  const { data, place, root, frame, theme } = state;
  const name = nameOf(place);
  if (!theme) return;
  Object.assign(root.dataset, place);
  paintPixels(state.pixels, data.images[name], { scale: "grey", range: 1, dark: theme.dark });
  paintGuide(state);
  state.where.textContent = shiftText(place);
  frame.setAttribute(
    "aria-label",
    `The digit. ${shiftText(place)}. Arrow keys move it by a pixel, Home brings it back.`,
  );
  state.middle.setAttribute("aria-disabled", String(name === "0,0")); // not `disabled`, which would take the focus away
  for (const { key, button } of state.arrows) {
    const [down, right] = moveOf(key);
    button.setAttribute(
      "aria-disabled",
      String(Math.max(Math.abs(place.down + down), Math.abs(place.right + right)) > data.reach),
    );
  }
  data.stages.forEach((stage, index) => paintStage(state, stage, state.stages[index], name));
}

/** Where the digit came from: a cross in the middle of the picture and one that moved along, joined by a line. */
function paintGuide({ guide, data, place, theme, dots }) {
  const side = guide.clientWidth;
  const height = guide.clientHeight;
  const image = data.images["0,0"];
  guide.width = Math.round(side * dots);
  guide.height = Math.round(height * dots);
  if (nameOf(place) === "0,0") return;
  const pen = penOf(guide);
  const cell = side / image[0].length;
  /** @type {import("../shared/scale.js").Point} */
  const from = [side / 2, height / 2];
  /** @type {import("../shared/scale.js").Point} */
  const to = [from[0] + place.right * cell, from[1] + place.down * cell];
  pen.scale(dots, dots);
  for (const { width, colour } of [
    { width: 5, colour: "#10181f" },
    { width: 2.5, colour: theme.accent },
  ]) {
    pen.lineWidth = width;
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
    pen.beginPath();
    pen.arc(...to, width + 1, 0, 7);
    pen.fill();
  }
}

function paintStage(state, stage, node, name) {
  const values = stage.values[name];
  const before = stage.values["0,0"];
  const share = stage.unchanged[name];
  const { theme, dots } = state;
  const { scale, range } = stage;
  paintPixels(node.pixels, values, { scale, range, dark: theme.dark });
  const side = node.over.clientWidth;
  const height = node.over.clientHeight;
  const cell = side / values[0].length;
  node.over.width = Math.round(side * dots);
  node.over.height = Math.round(height * dots);
  const pen = penOf(node.over);
  pen.scale(dots, dots);
  let changed = 0;
  values.forEach((line, row) =>
    line.forEach((value, column) => {
      if (Math.abs(value - before[row][column]) <= state.data.tolerance * range) return;
      changed += 1;
      if (!state.marking) return;
      pen.fillStyle = textOn(inkOf(value, scale, range, theme.dark));
      pen.beginPath();
      pen.arc((column + 0.5) * cell, (row + 0.5) * cell, clamp(cell * 0.17, 0.8, 4), 0, 7);
      pen.fill();
    }),
  );
  node.article.dataset.unchanged = String(share);
  node.article.dataset.changed = String(changed);
  node.fill.style.width = `${clamp(100 * share, 0, 100)}%`;
  node.number.textContent = percentText(share);
  node.map.setAttribute(
    "aria-label",
    `${stage.title}, ${values.length} × ${values[0].length}: ${percentText(share)} of it stayed the same`,
  );
}

function move(state, down, right) {
  const { reach } = state.data;
  const place = { down: clamp(down, -reach, reach), right: clamp(right, -reach, reach) };
  if (nameOf(place) === nameOf(state.place)) return;
  state.place = place;
  state.send();
  state.frameId ||= requestAnimationFrame(() => {
    state.frameId = 0;
    paint(state);
  });
  clearTimeout(state.telling); // only where it comes to rest is it read aloud
  state.telling = setTimeout(() => {
    const shares = state.data.stages.map(
      ({ title, unchanged }) => `${title}: ${percentText(unchanged[nameOf(place)])} stayed the same`,
    );
    state.status.textContent = [shiftText(place), ...shares].join(". ");
  }, 400);
}

function listen(state) {
  const { frame, root } = state;
  frame.onpointerdown = (event) => {
    frame.setPointerCapture(event.pointerId);
    state.grip = { x: event.clientX, y: event.clientY, ...state.place };
    frame.classList.add("held");
  };
  frame.onpointermove = (event) => {
    if (!state.grip) return;
    const cell = frame.clientWidth / state.data.images["0,0"][0].length;
    const { grip } = state;
    move(
      state,
      grip.down + Math.round((event.clientY - grip.y) / cell),
      grip.right + Math.round((event.clientX - grip.x) / cell),
    );
  };
  frame.onpointerup = frame.onpointercancel = () => {
    state.grip = null;
    frame.classList.remove("held");
  };
  frame.onkeydown = (event) => {
    const way = event.key.startsWith("Arrow") ? moveOf(event.key) : undefined;
    if (hasModifier(event) || (!way && event.key !== "Home")) return;
    claim(event);
    if (way) move(state, state.place.down + way[0], state.place.right + way[1]);
    else move(state, 0, 0);
  };
  for (const { key, button } of state.arrows)
    button.onclick = () => move(state, state.place.down + moveOf(key)[0], state.place.right + moveOf(key)[1]);
  state.middle.onclick = () => move(state, 0, 0);
  state.mark.onclick = () => {
    state.marking = !state.marking;
    state.mark.setAttribute("aria-pressed", String(state.marking));
    paint(state);
  };
  onThemeChange(root, () => layout(state));
  state.observer = watchWidth(root, () => state.data && layout(state));
}

function createArrow(key) {
  const [word, d] = ARROWS[key];
  const svg = make("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, make("path", { d }));
  const button = make("button", { type: "button", class: `arrow ${word}`, "aria-label": `One pixel ${word}` }, svg);
  button.dataset.testid = `shift-${word}`;
  return { key, button };
}

function createStage(index) {
  const node = {
    title: make("h4"),
    pixels: make("canvas", { class: "pixels" }),
    over: make("canvas", { class: "over" }),
    fill: make("i"),
    number: make("b"),
  };
  node.map = make("div", { class: "map" }, node.pixels, node.over);
  node.map.setAttribute("role", "img");
  node.bar = make("div", { class: "bar" }, node.fill);
  node.bar.setAttribute("aria-hidden", "true");
  node.article = make(
    "article",
    { class: "stage" },
    node.title,
    node.map,
    node.bar,
    make("p", { class: "unchanged" }, node.number, " of it stayed the same"),
  );
  node.article.dataset.testid = `shift-stage-${index}`;
  return node;
}

function create(parentElement) {
  /** @type {any} */
  const state = {
    pixels: make("canvas", { class: "pixels" }),
    guide: make("canvas", { class: "over" }),
    where: make("p", { class: "where" }),
    status: make("div", { class: "unseen" }),
    stages: [],
    place: { down: 0, right: 0 },
    marking: true,
    grip: null,
    frameId: 0,
    trigger: null,
    send: debounce(() => state.trigger("place", [state.place.down, state.place.right])),
  };
  state.frame = make("div", { class: "frame" }, state.pixels, state.guide);
  state.frame.tabIndex = 0;
  state.frame.setAttribute("role", "application");
  state.frame.setAttribute("aria-roledescription", "picture to be moved");
  state.frame.dataset.testid = "shift-image";
  state.arrows = Object.keys(ARROWS).map(createArrow);
  state.middle = make("button", {}, "Back to the middle");
  state.middle.dataset.testid = "shift-middle";
  state.mark = make("button", { class: "toggle" }, make("i", { class: "tick" }), "Mark what changed");
  state.mark.dataset.testid = "shift-mark";
  state.mark.setAttribute("aria-pressed", "true");
  for (const button of [state.middle, state.mark]) button.type = "button";
  state.status.setAttribute("role", "status");
  const pad = make("div", { class: "pad" }, ...state.arrows.map(({ button }) => button));
  const controls = make("div", { class: "controls" }, pad, make("div", { class: "buttons" }, state.middle, state.mark));
  state.results = make("div", { class: "results" });
  state.root = make(
    "div",
    { class: "component shift" },
    make("div", { class: "source" }, make("h4", {}, "Drag the digit"), state.frame, state.where, controls),
    state.results,
    state.status,
  );
  state.root.dataset.testid = "shift";
  state.root.setAttribute("role", "group");
  parentElement.append(state.root);
  listen(state);
  return state;
}

function build(state) {
  const { data, results } = state;
  while (state.stages.length > data.stages.length) state.stages.pop().article.remove();
  while (state.stages.length < data.stages.length) {
    state.stages.push(createStage(state.stages.length));
    results.append(state.stages[state.stages.length - 1].article);
  }
  results.style.setProperty("--stages", data.stages.length);
  data.stages.forEach(({ title, values }, index) => {
    const { title: heading, map } = state.stages[index];
    const [height, width] = [values["0,0"].length, values["0,0"][0].length];
    heading.textContent = title;
    map.style.aspectRatio = `${width} / ${height}`;
  });
  const image = data.images["0,0"];
  state.frame.style.aspectRatio = `${image[0].length} / ${image.length}`;
}

function layout(state) {
  const { root } = state;
  if (!root.clientWidth) return; // in a hidden tab; the resize observer calls again
  root.classList.toggle("wide", root.clientWidth >= 680);
  state.dots = window.devicePixelRatio || 1;
  state.theme = readTheme(root);
  paint(state);
}

/** @param {any} state @param {import("../shared/dom.js").Call & { data: Data }} call */
function update(state, { data, setTriggerValue }) {
  const another = data.subject !== state.data?.subject;
  const { down, right } = another ? { down: data.start[0], right: data.start[1] } : state.place;
  const { reach } = data;
  state.place = { down: clamp(down, -reach, reach), right: clamp(right, -reach, reach) };
  if (another) state.send.cancel();
  state.trigger = setTriggerValue;
  state.data = data;
  state.root.setAttribute("aria-label", data.alt);
  build(state);
  layout(state);
}

function destroy(state) {
  state.observer.disconnect();
  clearTimeout(state.telling);
  state.send.cancel();
  cancelAnimationFrame(state.frameId);
  state.root.remove();
}

export default component(create, update, destroy);
