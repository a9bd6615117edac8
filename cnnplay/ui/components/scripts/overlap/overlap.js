// Two functions make a third: g is moved over f, and the area of their product is the result at that shift.
//
// What is drawn is linear in two numbers: `at`, the place among the received shifts, and `turn`, how far g is flipped.
// So the hatched area and the height of the dot agree in every frame, also in those between two received values.

import { debounce } from "../shared/debounce.js";
import { component, find, findEach, make, prefersReducedMotion, setAttributes, watchWidth } from "../shared/dom.js";
import { exactText, numberText } from "../shared/format.js";
import { between, clamp, linearTicks, mix, nearestIndex, niceStep, pathThrough, total } from "../shared/scale.js";
import { onThemeChange, paletteOf } from "../shared/theme.js";
import { measure, NAMES, outline, place, product, resultAt } from "./functions.js";

const MARGIN = { left: 40, right: 26, top: 12, bottom: 22 };
const PLAY_TIME = 8000;
const FLIP_TIME = 550; // milliseconds: from end to end, and for a flip
const START = 0.4; // of the shifts lie behind at first: a piece of the result is there, and more is to be found
const THUMB = 28; // pixels, as in the style sheet
const FORMULAS = ["area of f(t) · g(t − s), for every shift s", "area of f(t) · g(s − t), for every shift s"];
const NOTES = [
  "Networks compute this one, the cross-correlation, and call it convolution: the weights are learned, so flipping g " +
    "makes no difference to what can be learned.",
  "This is the convolution of mathematics: g is flipped first. Networks leave the flip out, compute the " +
    "cross-correlation, and call it convolution: the weights are learned, so flipping makes no difference to what " +
    "can be learned.",
];
/**
 * What overlap() in overlap.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number[]} x the positions of the samples, evenly spaced
 * @property {number[]} f
 * @property {number[]} g centred on 0
 * @property {number} step between two samples
 * @property {number[]} shifts
 * @property {Record<string, number[]>} results "convolution" and "cross-correlation", a value for each shift
 * @property {string} f_title
 * @property {string} g_title
 */

/** What must be drawn anew only for another width or other data: axes, f, and where the range lies. */
function layOut(state) {
  const { root, data, limits, upper, lower, slider } = state;
  state.width = root.clientWidth;
  if (!state.width) return; // in a hidden tab; the resize observer calls again
  const [low, high] = limits.across;
  const scale = (state.width - MARGIN.left - MARGIN.right) / (high - low || 1);
  state.toPixel = (value) => MARGIN.left + (value - low) * scale;
  state.toValue = (pixel) => low + (pixel - MARGIN.left) / scale;
  for (const [plot, limit, name] of [
    [upper, limits.upper, "t"],
    [lower, limits.lower, "s"],
  ]) {
    const height = plot.svg.clientHeight;
    const room = height - MARGIN.top - MARGIN.bottom;
    plot.toY = (value) => MARGIN.top + (room * (limit[1] - value)) / (limit[1] - limit[0]);
    drawAxes(state, plot, limit, height, name);
  }
  const inside = { x: MARGIN.left, y: 0, width: state.toPixel(high) - MARGIN.left, height: upper.svg.clientHeight };
  setAttributes(upper.inside, inside);
  upper.f.setAttribute(
    "d",
    pathThrough([[low, 0], ...outline(data.x, data.f), [high, 0]].map((point) => place(state, upper, point))),
  );
  const [first, last] = [data.shifts[0], data.shifts.at(-1)].map(state.toPixel);
  slider.style.marginLeft = `${first - THUMB / 2}px`;
  slider.style.width = `${last - first + THUMB}px`;
}

function drawAxes(state, plot, limit, height, name) {
  const { across } = state.limits;
  const right = state.toPixel(across[1]);
  const foot = height - 5;
  const vertical = linearTicks(limit, niceStep(limit[1] - limit[0], 4));
  const horizontal = linearTicks(across, niceStep(across[1] - across[0], Math.max(6, (right - MARGIN.left) / 70)));
  plot.axes.replaceChildren(
    make("path", {
      class: "grid",
      d: vertical
        .map((y) =>
          pathThrough([
            [MARGIN.left, plot.toY(y)],
            [right, plot.toY(y)],
          ]),
        )
        .join(""),
    }),
    make("path", {
      class: "base",
      d: pathThrough([
        [MARGIN.left, plot.toY(0)],
        [right, plot.toY(0)],
      ]),
    }),
    ...vertical.map((y) => make("text", { class: "up", x: MARGIN.left - 8, y: plot.toY(y) + 4 }, numberText(y))),
    ...horizontal.map((x) => make("text", { class: "across", x: state.toPixel(x), y: foot }, numberText(x))),
    make("text", { class: "name", x: right + 17, y: foot }, name),
  );
}

/** The part of the frame that moves; and in data-area and data-value what a test can hold together. */
function draw(state) {
  const { data, at, turn, upper, lower, root } = state;
  if (!state.width) return;
  const shift = between(data.shifts, at);
  const value = resultAt(data, at, turn);
  const line = state.toPixel(shift);
  const [low, high] = state.limits.across;

  const products = product(data, shift, turn);
  upper.product.setAttribute("d", pathThrough(outline(data.x, products).map((point) => place(state, upper, point))));
  const moved = outline(
    data.x.map((x) => shift + Math.cos(Math.PI * turn) * x),
    data.g,
  );
  if (moved[0][0] > moved[moved.length - 1][0]) moved.reverse();
  const seen = [[Math.min(low, moved[0][0]), 0], ...moved, [Math.max(high, moved[moved.length - 1][0]), 0]];
  upper.g.setAttribute("d", pathThrough(seen.map((point) => place(state, upper, point))));

  const curve = data.shifts.map((s, index) => [s, resultAt(data, index, turn), index]);
  const [from, to] = state.visited;
  const end = (index) => [between(data.shifts, index), resultAt(data, index, turn)];
  const drawn = [end(from), ...curve.filter(([, , index]) => index > from && index < to), end(to)];
  lower.ahead.setAttribute("d", pathThrough(curve.map((point) => place(state, lower, point))));
  lower.drawn.setAttribute("d", pathThrough(drawn.map((point) => place(state, lower, point))));
  drawDot(state, line, lower.toY(value));
  state.line.style.transform = `translateX(${line}px)`;

  Object.assign(root.dataset, {
    shift: exactText(shift),
    flipped: String(state.flipped),
    value: exactText(value),
    area: exactText(total(products) * data.step),
  });
  describe(state);
}

function drawDot(state, x, y) {
  const { dot, value, svg } = state.lower;
  const onLeft = x > state.width - 110;
  dot.setAttribute("cx", x);
  dot.setAttribute("cy", y);
  value.setAttribute("x", x + (onLeft ? -12 : 12));
  value.setAttribute("y", clamp(y - 10, 14, svg.clientHeight - MARGIN.bottom - 8));
  value.setAttribute("text-anchor", onLeft ? "end" : "start");
}

/** The words, of the received shift that is nearest. */
function describe(state) {
  const { data, root, flipped, slider } = state;
  const index = Math.round(state.at);
  const name = NAMES[Number(flipped)];
  const shift = numberText(data.shifts[index]);
  const value = numberText(data.results[name][index], 2);
  const set = (node, text) => {
    if (node.textContent !== text) node.textContent = text; // a text that is written anew is read aloud anew
  };
  set(state.lower.value, value);
  set(state.words.moved, ` ${flipped ? "flipped, " : ""}moved by ${shift}`);
  set(state.words.operation, name);
  set(state.words.formula, FORMULAS[Number(flipped)]);
  const signed = state.limits.upper[0] < 0 ? " Below the axis it counts as negative." : "";
  set(state.words.reading, `At shift ${shift} the product’s area is ${value}.${signed}`);
  set(
    state.words.note,
    NOTES[Number(flipped)] + (state.limits.mirrored ? " Here both give one curve: g is its own mirror image." : ""),
  );
  slider.value = String(data.shifts[index]);
  slider.setAttribute("aria-valuetext", `shift ${shift}, ${name} ${value}`);
  state.flip.checked = flipped;
  root.classList.toggle("playing", state.playing);
  set(state.words.play, state.playing ? "Pause" : "Play");
}

/** Put g at a received shift, and remember how much of the result has been seen. */
function moveTo(state, at) {
  state.at = clamp(at, 0, state.data.shifts.length - 1);
  state.visited = [Math.min(state.visited[0], state.at), Math.max(state.visited[1], state.at)];
}

function goTo(state, shift) {
  state.playing = false;
  moveTo(state, nearestIndex(state.data.shifts, shift));
  state.send();
  wake(state);
}

function togglePlay(state) {
  state.playing = !state.playing;
  if (state.playing && state.at >= state.data.shifts.length - 1) {
    state.at = 0;
    state.visited = [0, 0];
  }
  if (!state.playing) moveTo(state, Math.round(state.at));
  if (state.playing) state.send.cancel();
  else state.send();
  announce(state);
  wake(state);
}

function setFlip(state, flipped) {
  state.flipped = flipped;
  if (prefersReducedMotion()) state.turn = Number(flipped);
  state.send();
  announce(state, true);
  wake(state);
}

/** Told aloud where the range, which speaks for itself, has no part. */
function announce(state, flip = false) {
  const { flipped, playing, data, at } = state;
  const name = NAMES[Number(flipped)];
  const index = Math.round(at);
  const reading = `At shift ${numberText(data.shifts[index])} the ${name} is ${numberText(data.results[name][index], 2)}.`;
  state.status.textContent = playing ? "Playing." : flip ? `${reading} ${NOTES[Number(flipped)]}` : reading;
}

const wake = (state) => (state.frame ||= requestAnimationFrame((now) => tick(state, now)));

/** A frame: a little further in playing and in flipping, and once more while there is anything left of either. */
function tick(state, now) {
  state.frame = 0;
  const passed = state.now ? Math.min(now - state.now, 100) : 0;
  const goal = Number(state.flipped);
  const last = state.data.shifts.length - 1;
  if (state.playing) {
    moveTo(state, state.at + (passed / PLAY_TIME) * last);
    if (state.at >= last) {
      state.playing = false;
      state.send();
      announce(state);
    }
  }
  state.turn = clamp(goal, state.turn - passed / FLIP_TIME, state.turn + passed / FLIP_TIME);
  draw(state);
  const more = state.playing || state.turn !== goal;
  state.now = more ? now : 0;
  if (more) wake(state);
}

/** Drag anywhere in the plots. A finger first has to move sideways, or to tap: it may only want to scroll the page. */
function listenToDrag(state) {
  const { root, stage } = state;
  let from = null; // where a press began
  const follow = (event) => goTo(state, state.toValue(event.clientX - stage.getBoundingClientRect().left));
  const release = () => {
    from = null;
    root.classList.remove("dragging");
  };
  stage.onpointerdown = (event) => {
    if (event.button || !state.width) return;
    from = event.clientX;
    stage.setPointerCapture(event.pointerId);
    root.classList.toggle("dragging", event.pointerType !== "touch");
    if (event.pointerType !== "touch") follow(event);
  };
  stage.onpointermove = (event) => {
    if (from === null) return;
    if (Math.abs(event.clientX - from) > 4) root.classList.add("dragging");
    if (root.classList.contains("dragging")) follow(event);
  };
  stage.onpointerup = (event) => {
    if (from !== null) follow(event);
    release();
  };
  stage.onpointercancel = release;
}

function listen(state) {
  const { root, slider } = state;
  listenToDrag(state);
  slider.oninput = () => goTo(state, Number(slider.value));
  slider.onkeydown = (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    togglePlay(state);
  };
  state.play.onclick = () => togglePlay(state);
  state.flip.onchange = () => setFlip(state, state.flip.checked);
  onThemeChange(root, () => readColours(state));
  state.observer = watchWidth(root, () => {
    if (!state.data) return;
    layOut(state);
    draw(state);
  });
}

function readColours({ root }) {
  const palette = paletteOf(root);
  for (const [index, name] of ["f", "g", "product"].entries()) {
    if (palette[index]) root.style.setProperty(`--${name}`, palette[index]);
  }
}

function create(parentElement) {
  const root = find(parentElement, ".overlap");
  const at = (selector) => find(root, selector);
  const plot = (name, parts) =>
    Object.fromEntries([["svg", at(`.${name}`)], ...parts.map((part) => [part, at(`.${name} .${part}`)])]);
  /** @type {any} */
  const state = {
    root,
    ...findEach(root, {
      stage: ".stage",
      line: ".line",
      slider: ".shift",
      play: ".play",
      flip: ".switch input",
      status: ".unseen",
    }),
    upper: plot("upper", ["axes", "inside", "product", "f", "g"]),
    lower: plot("lower", ["axes", "ahead", "drawn", "dot", "value"]),
    words: findEach(root, {
      f: ".f-title",
      g: ".g-title",
      moved: ".g-state",
      operation: ".operation",
      formula: ".formula",
      reading: ".reading",
      note: ".note",
      play: ".play span",
    }),
    data: null,
    text: "",
    at: null,
    visited: null,
    flipped: false,
    turn: 0,
    playing: false,
    frame: 0,
    now: 0,
    width: 0,
    trigger: null,
    send: debounce(() => {
      const { shifts } = state.data;
      state.trigger("place", [Number(exactText(shifts[Math.round(state.at)])), state.flipped]);
    }),
  };
  listen(state);
  return state;
}

/** New data: the shift stays where the user has put it; other functions have a result still to be discovered. */
function receive(state, data) {
  const text = JSON.stringify({ ...data, start: null }); // it only follows what the user has done here
  if (text === state.text) return;
  const another = data.subject !== state.data?.subject; // a button of the page brought it, or it is the first
  const beginning = data.start.shift ?? mix(data.shifts[0], data.shifts.at(-1), START);
  const shift = another ? beginning : between(state.data.shifts, state.at);
  if (another) {
    state.send.cancel();
    Object.assign(state, { playing: false, flipped: data.start.flipped, turn: Number(data.start.flipped) });
  }
  Object.assign(state, { data, text, limits: measure(data), at: nearestIndex(data.shifts, shift) });
  state.visited = [0, state.at];
  const step = data.shifts.length > 1 ? data.shifts[1] - data.shifts[0] : data.step;
  Object.assign(state.slider, {
    min: exactText(data.shifts[0]),
    max: exactText(data.shifts.at(-1)),
    step: exactText(step),
  });
  state.words.f.textContent = data.f_title;
  state.words.g.textContent = data.g_title;
  state.root.setAttribute("aria-label", data.alt);
  state.upper.svg.setAttribute("aria-label", data.alt);
}

/** @param {any} state @param {import("../shared/dom.js").Call & { data: Data }} call */
function update(state, { data, setTriggerValue }) {
  state.trigger = setTriggerValue;
  receive(state, data);
  readColours(state);
  layOut(state);
  draw(state);
}

function destroy(state) {
  state.observer.disconnect();
  state.send.cancel();
  cancelAnimationFrame(state.frame);
}

export default component(create, update, destroy);
