// A digit to be dragged by whole pixels. Everything shown was received for every shift; only which cells differ from
// the unshifted map is told here, by comparing two received maps.

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const ARROWS = { ArrowUp: ["up", "M7 2.5v9M3 6.5l4-4 4 4"], ArrowLeft: ["left", "M11.5 7h-9M6.5 3l-4 4 4 4"],
  ArrowRight: ["right", "M2.5 7h9M7.5 3l4 4-4 4"], ArrowDown: ["down", "M7 2.5v9M3 7.5l4 4 4-4"] };
const SVG = "http://www.w3.org/2000/svg";
const states = new WeakMap();

const make = (tag, className = "", ...children) => {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
};
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const pixels = (step) => `${Math.abs(step)} pixel${Math.abs(step) === 1 ? "" : "s"}`;
const percent = (share) => `${Math.round(100 * share)}\u202f%`;
const nameOf = ({ down, right }) => `${down},${right}`;

function shiftText({ down, right }) {
  const parts = [down && `${pixels(down)} ${down > 0 ? "down" : "up"}`, right && `${pixels(right)} to the ${right > 0 ? "right" : "left"}`];
  return parts.filter(Boolean).join(", ") || "In the middle";
}

// --- Painting

function paint(state) {
  const { data, place, root, frame, theme } = state, name = nameOf(place);
  if (!theme) return;
  Object.assign(root.dataset, place);
  paintPixels(state.pixels, data.images[name], { scale: "grey", range: 1, dark: theme.dark });
  paintGuide(state);
  state.where.textContent = shiftText(place);
  frame.setAttribute("aria-label", `The digit. ${shiftText(place)}. Arrow keys move it by a pixel, Home brings it back.`);
  state.middle.setAttribute("aria-disabled", String(name === "0,0")); // not `disabled`, which would take the focus away
  for (const { key, button } of state.arrows) {
    const [down, right] = MOVES[key];
    button.setAttribute("aria-disabled", String(Math.max(Math.abs(place.down + down), Math.abs(place.right + right)) > data.reach));
  }
  data.stages.forEach((stage, index) => paintStage(state, stage, state.stages[index], name));
}

/** Where the digit came from: a cross in the middle of the picture and one that moved along, joined by a line. */
function paintGuide({ guide, data, place, theme, dots }) {
  const side = guide.clientWidth, height = guide.clientHeight, image = data.images["0,0"];
  guide.width = Math.round(side * dots);
  guide.height = Math.round(height * dots);
  if (nameOf(place) === "0,0") return;
  const pen = guide.getContext("2d"), cell = side / image[0].length;
  const from = [side / 2, height / 2], to = [from[0] + place.right * cell, from[1] + place.down * cell];
  pen.scale(dots, dots);
  for (const [width, colour] of [[5, "#10181f"], [2.5, theme.accent]]) {
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
  const values = stage.values[name], before = stage.values["0,0"], kept = stage.kept[name];
  const { theme, dots } = state, { scale, range } = stage;
  paintPixels(node.pixels, values, { scale, range, dark: theme.dark });
  const side = node.over.clientWidth, height = node.over.clientHeight, cell = side / values[0].length;
  node.over.width = Math.round(side * dots);
  node.over.height = Math.round(height * dots);
  const pen = node.over.getContext("2d");
  pen.scale(dots, dots);
  let changed = 0;
  values.forEach((line, row) => line.forEach((value, column) => {
    if (Math.abs(value - before[row][column]) <= state.data.tolerance * range) return;
    changed += 1;
    if (!state.marking) return;
    pen.fillStyle = textOn(inkOf(value, scale, range, theme.dark));
    pen.beginPath();
    pen.arc((column + 0.5) * cell, (row + 0.5) * cell, clamp(cell * 0.17, 0.8, 4), 0, 7);
    pen.fill();
  }));
  node.article.dataset.kept = String(kept);
  node.article.dataset.changed = String(changed);
  node.fill.style.width = `${clamp(100 * kept, 0, 100)}%`;
  node.number.textContent = percent(kept);
  node.map.setAttribute("aria-label", `${stage.title}, ${values.length} × ${values[0].length}: ${percent(kept)} of it stayed the same`);
}

// --- Moving

function move(state, down, right) {
  const { reach } = state.data, place = { down: clamp(down, -reach, reach), right: clamp(right, -reach, reach) };
  if (nameOf(place) === nameOf(state.place)) return;
  state.place = place;
  state.frameId ||= requestAnimationFrame(() => {
    state.frameId = 0;
    paint(state);
  });
  clearTimeout(state.telling); // only where it comes to rest is it read aloud
  state.telling = setTimeout(() => {
    const says = state.data.stages.map(({ title, kept }) => `${title}: ${percent(kept[nameOf(place)])} stayed the same`);
    state.status.textContent = [shiftText(place), ...says].join(". ");
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
    const cell = frame.clientWidth / state.data.images["0,0"][0].length, { grip } = state;
    move(state, grip.down + Math.round((event.clientY - grip.y) / cell), grip.right + Math.round((event.clientX - grip.x) / cell));
  };
  frame.onpointerup = frame.onpointercancel = () => {
    state.grip = null;
    frame.classList.remove("held");
  };
  frame.onkeydown = (event) => {
    const way = MOVES[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!way && event.key !== "Home")) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has one-key shortcuts of its own
    if (way) move(state, state.place.down + way[0], state.place.right + way[1]);
    else move(state, 0, 0);
  };
  for (const { key, button } of state.arrows) button.onclick = () => move(state, state.place.down + MOVES[key][0], state.place.right + MOVES[key][1]);
  state.middle.onclick = () => move(state, 0, 0);
  state.mark.onclick = () => {
    state.marking = !state.marking;
    state.mark.setAttribute("aria-pressed", String(state.marking));
    paint(state);
  };
  root.addEventListener("transitionend", (event) => event.target === root && layout(state), { signal: state.listeners.signal }); // the theme: see the style sheet
  let width = 0;
  state.observer = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    layout(state);
  });
  state.observer.observe(root);
}

// --- Building

function createArrow(key) {
  const [word, d] = ARROWS[key], svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", d);
  svg.append(path);
  const button = make("button", `arrow ${word}`, svg);
  button.type = "button";
  button.setAttribute("aria-label", `One pixel ${word}`);
  button.dataset.testid = `shift-${word}`;
  return { key, button };
}

function createStage(index) {
  const node = { title: make("h4"), pixels: make("canvas", "pixels"), over: make("canvas", "over"), fill: make("i"), number: make("b") };
  node.map = make("div", "map", node.pixels, node.over);
  node.map.setAttribute("role", "img");
  node.bar = make("div", "bar", node.fill);
  node.bar.setAttribute("aria-hidden", "true");
  node.article = make("article", "stage", node.title, node.map, node.bar, make("p", "kept", node.number, " of it stayed the same"));
  node.article.dataset.testid = `shift-stage-${index}`;
  return node;
}

function create(parentElement) {
  const state = { pixels: make("canvas", "pixels"), guide: make("canvas", "over"), where: make("p", "where"), status: make("div", "unseen"), stages: [],
    place: { down: 0, right: 0 }, marking: true, grip: null, frameId: 0, listeners: new AbortController() };
  state.frame = make("div", "frame", state.pixels, state.guide);
  state.frame.tabIndex = 0;
  state.frame.setAttribute("role", "application");
  state.frame.setAttribute("aria-roledescription", "picture to be moved");
  state.frame.dataset.testid = "shift-image";
  state.arrows = Object.keys(ARROWS).map(createArrow);
  state.middle = make("button", "", "Back to the middle");
  state.middle.dataset.testid = "shift-middle";
  state.mark = make("button", "toggle", make("i", "tick"), "Mark what changed");
  state.mark.dataset.testid = "shift-mark";
  state.mark.setAttribute("aria-pressed", "true");
  for (const button of [state.middle, state.mark]) button.type = "button";
  state.status.setAttribute("role", "status");
  const pad = make("div", "pad", ...state.arrows.map(({ button }) => button));
  const controls = make("div", "controls", pad, make("div", "buttons", state.middle, state.mark));
  state.results = make("div", "results");
  state.root = make("div", "shift", make("div", "source", make("h4", "", "Drag the digit"), state.frame, state.where, controls), state.results, state.status);
  state.root.dataset.testid = "shift";
  state.root.setAttribute("role", "group");
  parentElement.append(state.root);
  listen(state);
  return state;
}

function build(state) {
  const { data, place, results } = state;
  while (state.stages.length > data.stages.length) state.stages.pop().article.remove();
  while (state.stages.length < data.stages.length) {
    state.stages.push(createStage(state.stages.length));
    results.append(state.stages[state.stages.length - 1].article);
  }
  results.style.setProperty("--stages", data.stages.length);
  data.stages.forEach(({ title, values }, index) => {
    const { title: heading, map } = state.stages[index], [height, width] = [values["0,0"].length, values["0,0"][0].length];
    heading.textContent = title;
    map.style.aspectRatio = `${width} / ${height}`;
  });
  const image = data.images["0,0"];
  state.frame.style.aspectRatio = `${image[0].length} / ${image.length}`;
  state.place = { down: clamp(place.down, -data.reach, data.reach), right: clamp(place.right, -data.reach, data.reach) };
}

function layout(state) {
  const { root } = state;
  if (!root.clientWidth) return; // in a hidden tab; the resize observer calls again
  root.classList.toggle("wide", root.clientWidth >= 680);
  state.dots = window.devicePixelRatio || 1;
  state.theme = { dark: isDark(root), accent: getComputedStyle(root).getPropertyValue("--st-primary-color").trim() };
  paint(state);
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  let state = states.get(parentElement);
  if (!state) states.set(parentElement, (state = create(parentElement)));
  state.data = data;
  state.root.setAttribute("aria-label", data.alt ?? "");
  build(state);
  layout(state);
  return () => {
    state.observer.disconnect();
    state.listeners.abort();
    clearTimeout(state.telling);
    cancelAnimationFrame(state.frameId);
    state.root.remove();
    states.delete(parentElement);
  };
}
