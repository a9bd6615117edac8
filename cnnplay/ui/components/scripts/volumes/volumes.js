// The layers of a network drawn as boxes, at one scale, from left to right.
//
// A box's front face is height x width, undistorted, as one sees the picture itself; its channels recede up and to the
// right, like sheets stacked behind one another. A layer that keeps the shape is a round element on the wire. Every
// layer is one <g> whose origin is the centre of its front face, and every <g> holds the same PARTS, empty where a
// layer has no use for them: so a redraw only changes geometry, and the style sheet can animate it.

import { component, find, make, penOf, setAttributes, watchWidth } from "../shared/dom.js";
import { sizeText } from "../shared/format.js";
import { paletteOf } from "../shared/theme.js";
import { box, CHIP, fit, GROUP, NARROW, path, RECEDE, SEPARATE } from "./layout.js";
import { bodyPaths, windowPaths } from "./paths.js";

// Which of the theme's categorical colours a kind takes; the input's grey is in the style sheet.
const PALETTE = {
  convolution: 0,
  pooling: 1,
  activation: 2,
  dense: 3,
  softmax: 4,
  batchnorm: 5,
  dropout: 6,
  flatten: 7,
};
const PARTS = [
  "target",
  "ring",
  "leader",
  "wire",
  "top",
  "side",
  "front",
  "picture",
  "frame",
  "slices",
  "gap",
  "edges",
  "cone",
  "window",
  "operation",
  "name",
  "shape",
];
const TEXTS = new Set(["operation", "name", "shape"]);
const FADE = 50; // the strip's fading edge is 3rem wide

/** @typedef {{ layers: Layer[], alt: string }} Data what volumes() in volumes.py sends */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind
 * @property {string} title
 * @property {number[]} shape height, width and channels, or a length
 * @property {[number, number] | null} window that it slides over the box before
 * @property {string[]} lines of its card
 * @property {string} [operation] the word on the arrow
 * @property {string | null} [picture] a PNG data URL for the front face
 */

function setPath(node, d) {
  node.setAttribute("d", d); // for browsers that know `d` only as an attribute
  node.style.setProperty("d", d ? `path("${d}")` : "none"); // as a style it can be animated
}

function createLayer(state) {
  const group = make("g");
  const parts = {};
  for (const part of PARTS) {
    parts[part] = make(TEXTS.has(part) ? "text" : part === "picture" ? "image" : "path", { class: part });
  }
  parts.picture.setAttribute("preserveAspectRatio", "none");
  group.append(...Object.values(parts));
  state.svg.append(group);
  return { group, parts };
}

function drawLayer(node, item, previous, source, { scale, below }) {
  const { layer, x, height, width } = item;
  const { group, parts } = node;
  group.setAttribute("class", `layer kind-${layer.kind}`);
  group.setAttribute("role", "img");
  group.setAttribute("aria-label", [layer.title, ...(layer.lines ?? [])].join(". "));
  Object.assign(group.dataset, { layer: layer.name, shape: layer.shape.join(","), source: source?.layer.name ?? "" });
  group.style.transform = `translate(${x}px, 0px)`;

  const [halfWidth, halfHeight] = [width / 2, height / 2];
  const outline = [-halfWidth - 4, -halfHeight - item.up - 4, halfWidth + item.right + 4, halfHeight + 4];
  const label = Math.max(item.labelWidth / 2, halfWidth) + 2;
  /** @type {Record<string, string | undefined>} */
  const geometry = {
    ...bodyPaths(item),
    ...windowPaths(item, source, scale),
    ring: box(...outline),
    target:
      box(...outline) + (item.chip ? box(-CHIP - 6, -30, CHIP + 6, 26) : box(-label, outline[3], label, below + 34)),
    leader: !item.chip && below - halfHeight > 30 ? path([0, halfHeight + 7], [0, below - 4]) : "",
  };
  if (previous) {
    // The wire leaves the box before where its silhouette crosses the axis: deep, low boxes end below their channels.
    const behind = previous.up ? Math.min(1, previous.height / 2 / previous.up) * previous.right : 0;
    const start = previous.x + previous.width / 2 + behind + (previous.chip ? 0 : 5) - x;
    const end = -halfWidth - (item.chip ? 0 : 4);
    geometry.wire = path([start, 0], [end, 0]) + (item.chip ? "" : path([end - 6, -3.5], [end, 0], [end - 6, 3.5]));
  }
  for (const part of PARTS) if (!TEXTS.has(part) && part !== "picture") setPath(parts[part], geometry[part] ?? "");

  const picture = !item.chip && String(layer.picture ?? "").startsWith("data:image/png;base64,") ? layer.picture : "";
  parts.picture.setAttribute("href", picture);
  group.classList.toggle("pictured", picture !== "");
  group.classList.toggle("tiny", Math.min(width, height) < 8);
  setAttributes(parts.picture, { x: -halfWidth, y: -halfHeight, width, height });

  const write = (part, text, left, top) => {
    parts[part].textContent = text;
    parts[part].style.transform = `translate(${left}px, ${top}px)`;
  };
  write("operation", item.operation, item.chip ? 0 : (item.gapMiddle ?? x) - x, item.chip ? -CHIP - 7 : -9);
  write("name", item.chip ? "" : layer.name, 0, below + 12);
  write("shape", item.chip ? "" : sizeText(...layer.shape), 0, below + 28);
}

function draw(state, still) {
  const { layers } = state.data;
  const width = state.root.clientWidth;
  state.root.classList.toggle("still", still);
  state.root.classList.toggle("narrow", width < NARROW);
  const pen = penOf(make("canvas"));
  const family = getComputedStyle(state.root).fontFamily;
  const textWidth = (text, size, weight = 400) => {
    pen.font = `${weight} ${size}px ${family}`;
    return pen.measureText(text).width;
  };
  const plan = layers.length ? fit(layers, width, textWidth) : { items: [], scale: 1, width: 0, above: 0, below: 0 };
  const bottom = plan.below + 38;
  state.svg.setAttribute("viewBox", `0 ${-plan.above} ${plan.width} ${plan.above + bottom}`);
  state.svg.setAttribute("width", plan.width);
  state.svg.setAttribute("height", plan.above + bottom);

  const names = new Set(layers.map(({ name }) => name));
  for (const [name, node] of state.nodes)
    if (!names.has(name)) {
      node.group.remove();
      state.nodes.delete(name);
    }
  let source;
  plan.items.forEach((item, index) => {
    const { name } = item.layer;
    if (!state.nodes.has(name)) state.nodes.set(name, createLayer(state));
    const { group } = state.nodes.get(name);
    if (state.svg.children[index + 1] !== group) state.svg.insertBefore(group, state.svg.children[index + 1]); // 0: <defs>
    drawLayer(state.nodes.get(name), item, plan.items[index - 1], source, plan);
    if (!item.chip) source = item;
  });
  state.names = layers.map(({ name }) => name);
  if (!names.has(state.current)) state.current = state.names[0];
  if (!names.has(state.pinned)) state.pinned = null;
  drawScale(state, plan);
  markScroll(state);
  activate(state, names.has(state.active) ? state.active : null);
}

/** The scale: three strokes of ten, and in words what else the picture leaves to be guessed. */
function drawScale(state, { items, scale }) {
  const units = scale > 6 ? 5 : 10;
  const [straight, right, up] = [units * scale, units * scale * RECEDE.x, units * scale * RECEDE.y];
  setPath(
    state.bar.firstChild,
    path([2, 2], [2, straight + 2], [straight + 2, straight + 2]) +
      path([2, straight + 2], [2 + right, straight + 2 - up]),
  );
  state.bar.setAttribute("width", straight + 6);
  state.bar.setAttribute("height", straight + 6);
  const notes = [`Scale: ${units} pixels high, ${units} pixels wide, ${units} channels deep.`];
  if (items.some(({ channels, chip }) => channels > SEPARATE && !chip))
    notes.push(`More than ${SEPARATE} channels: a line every ${GROUP}.`);
  if (items.some(({ longCut, deepCut }) => longCut || deepCut)) notes.push("Zigzag: longer than drawn.");
  state.notes.textContent = items.length ? notes.join(" ") : "";
}

function markScroll({ root, strip }) {
  const rest = strip.scrollWidth - strip.clientWidth;
  root.classList.toggle("more-left", strip.scrollLeft > 2);
  root.classList.toggle("more-right", strip.scrollLeft < rest - 2);
  root.classList.toggle("scrolls", rest > 2);
}

/** Emphasise one layer and show its card; null shows the whole network again. */
function activate(state, name) {
  state.active = name;
  const group = state.nodes.get(name)?.group;
  state.root.classList.toggle("focusing", Boolean(group));
  for (const [other, node] of state.nodes) {
    node.group.classList.toggle("active", other === name);
    node.group.classList.toggle("source", Boolean(group?.dataset.source) && other === group.dataset.source);
    node.group.setAttribute("tabindex", other === state.current ? "0" : "-1");
  }
  const layer = state.data.layers.find((candidate) => candidate.name === name);
  const [title, lines] = layer ? [layer.title, layer.lines ?? []] : ["", ["Tap a layer to read its numbers."]];
  state.card.className = layer ? `card kind-${layer.kind}` : "card empty";
  state.card.replaceChildren(
    ...[title, ...lines].filter(Boolean).map((text, index) => {
      const line = document.createElement(index === 0 && title ? "strong" : "span");
      line.textContent = text;
      return line;
    }),
  );
  if (layer) placeCard(state);
}

/** Beside the layer, on the side with room, inside the component; on a phone the style sheet puts it underneath. */
function placeCard({ root, card, nodes, active }) {
  const frame = root.getBoundingClientRect();
  const layer = nodes.get(active).parts.ring.getBoundingClientRect();
  const room = frame.width - card.offsetWidth;
  const after = layer.right - frame.left + 10;
  const before = layer.left - frame.left - card.offsetWidth - 10;
  const left = after <= room ? after : before >= 0 ? before : room - after > before ? after : before;
  const top = (layer.top + layer.bottom) / 2 - frame.top - card.offsetHeight / 2;
  card.style.left = `${Math.max(0, Math.min(room, left))}px`;
  card.style.top = `${Math.max(0, Math.min(frame.height - card.offsetHeight, top))}px`;
}

/** Scroll the strip, never the page, until the layer and, where there is room, the box before it are in sight. */
function reveal({ strip, nodes, active }) {
  const frame = strip.getBoundingClientRect();
  const node = nodes.get(active);
  const { left, right } = node.parts.ring.getBoundingClientRect();
  const start = nodes.get(node.group.dataset.source)?.parts.ring.getBoundingClientRect().left ?? left;
  const from = (right - start < frame.width ? start : left) - FADE;
  const to = right + FADE;
  strip.scrollLeft +=
    from < frame.left ? from - frame.left : to > frame.right ? Math.min(to - frame.right, from - frame.left) : 0;
}

function listen(state) {
  const { svg, strip, root } = state;
  const signal = { signal: state.listeners.signal }; // focusin and focusout have no on... property
  const nameAt = (event) => event.target.closest?.(".layer")?.dataset.layer ?? null;
  const focus = (name) => state.nodes.get(name)?.group.focus({ preventScroll: true });
  svg.onpointerover = (event) => event.pointerType === "mouse" && activate(state, nameAt(event) ?? state.pinned);
  svg.onpointerleave = (event) => event.pointerType === "mouse" && activate(state, state.pinned);
  svg.onclick = (event) => focus(nameAt(event)); // a tap; some browsers do not focus a <g> by themselves
  svg.addEventListener(
    "focusin",
    (event) => {
      state.current = state.pinned = nameAt(event);
      activate(state, state.pinned);
      reveal(state);
    },
    signal,
  );
  const release = () => {
    state.pinned = null;
    activate(state, null);
  };
  svg.addEventListener("focusout", release, signal);
  svg.onkeydown = (event) => {
    const index = state.names.indexOf(state.current);
    const last = state.names.length - 1;
    const target = { ArrowRight: Math.min(last, index + 1), ArrowLeft: Math.max(0, index - 1), Home: 0, End: last }[
      event.key
    ];
    if (event.key === "Escape") release();
    else if (target !== undefined) focus(state.names[target]);
    else return;
    event.preventDefault();
  };
  strip.onscroll = () => {
    markScroll(state);
    if (state.active) placeCard(state);
  };
  state.observer = watchWidth(root, () => draw(state, true));
}

function create(parentElement) {
  const root = find(parentElement, ".volumes");
  const state = {
    root,
    strip: find(root, ".strip"),
    svg: find(root, ".figure"),
    card: find(root, ".card"),
    bar: find(root, ".bar"),
    notes: find(root, ".notes"),
    nodes: new Map(),
    listeners: new AbortController(),
    names: [],
    active: null,
    pinned: null,
    current: null,
    data: { layers: [] },
  };
  listen(state);
  return state;
}

/** @param {any} state @param {{ data: Data }} call */
function update(state, { data }) {
  const first = !state.names.length;
  state.data = data;
  state.root.setAttribute("aria-label", data.alt);
  const palette = paletteOf(state.root);
  for (const [kind, index] of Object.entries(PALETTE)) {
    if (palette[index]) state.root.style.setProperty(`--${kind}`, palette[index]);
  }
  draw(state, first);
}

function destroy(state) {
  state.observer.disconnect();
  state.listeners.abort();
  for (const { group } of state.nodes.values()) group.remove();
}

export default component(create, update, destroy);
