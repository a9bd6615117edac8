// How a filter finds lines. `at` is a place among the received angles; between two of them, while it plays, pictures
// and sums are mixed from both - a sum of products is linear in the picture, so the mix is true. Words, the winner and
// data-angle are always those of the nearest received angle.

import { debounce } from "../shared/debounce.js";
import { component, find, findEach, make, watchWidth } from "../shared/dom.js";
import { positionIn } from "../shared/pointer.js";
import { clamp, pathThrough } from "../shared/scale.js";
import { onThemeChange } from "../shared/theme.js";
import { angleOf, indexOf, nearestAngle, period } from "./answers.js";
import { draw, layOut, layOver, paint, REACH } from "./paint.js";

const PLAY_TIME = 9000; // milliseconds for half a turn
const NEAR = 14; // pixels: a click that close to a curve means the curve
/**
 * What orientations() in orientations.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number[]} angles of the line, in degrees anticlockwise from horizontal, rising and evenly spaced
 * @property {import("../shared/pixels.js").Plane[]} lines a picture from 0 to 1 for each angle
 * @property {{ angle: number, title: string, kernel: import("../shared/pixels.js").Plane }[]} filters
 * @property {number} kernel_range the weight shown at full strength
 * @property {number[][]} responses [filter][angle]
 * @property {string} subject another one begins at its own start
 * @property {{ angle: number, filter: number | null }} start where the line lies, and the filter that lies on it
 */

/** What a new bank of filters needs once: a tile, a curve and a label each. */
function build(state) {
  const { data, tiles, paths, labels } = state;
  state.views = data.filters.map((filter, index) => {
    const view = {
      tile: make("button", { class: "tile" }),
      kernel: make("canvas"),
      fill: make("i", { class: "fill" }),
      zero: make("i", { class: "zero" }),
      number: make("span", { class: "number" }),
      curve: make("path"),
      label: make("text", {}, filter.title),
    };
    const bar = make("span", { class: "bar" });
    bar.append(view.fill, view.zero);
    view.tile.type = "button";
    view.tile.dataset.testid = `orientation-filter-${index}`;
    view.tile.append(
      make("b", {}, filter.title),
      view.kernel,
      bar,
      view.number,
      make("span", { class: "badge wins" }, "wins"),
      make("span", { class: "badge chosen" }, "laid on"),
    );
    view.tile.onclick = () => select(state, index);
    return view;
  });
  const order = data.filters.map((_, index) => index).sort((a, b) => data.filters[a].angle - data.filters[b].angle);
  tiles.replaceChildren(...order.map((index) => state.views[index].tile));
  paths.replaceChildren(...state.views.map((view) => view.curve));
  labels.replaceChildren(...state.views.map((view) => view.label));
}

function goTo(state, at) {
  Object.assign(state, { at, playing: false });
  state.send();
  wake(state);
}

function select(state, filter) {
  state.selected = state.selected === filter ? null : filter;
  state.send();
  layOver(state);
  draw(state);
  state.status.textContent = `${state.words.reading.textContent} ${state.words.note.textContent}`;
}

function togglePlay(state) {
  state.playing = !state.playing;
  state.time = undefined;
  if (!state.playing) state.at = indexOf(state);
  if (state.playing) state.send.cancel();
  else state.send();
  draw(state);
  state.status.textContent = state.playing ? "Playing." : state.words.reading.textContent;
  wake(state);
}

const wake = (state) => (state.frame ||= requestAnimationFrame((time) => tick(state, time)));

function tick(state, time) {
  state.frame = 0;
  const { angles } = state.data;
  const last = angles.length - 1;
  if (state.playing) {
    const step =
      (last && (180 * Math.min(time - (state.time ?? time), 100)) / PLAY_TIME / (angles[1] - angles[0])) || 0;
    state.at += state.direction * step;
    if (state.period) state.at %= angles.length;
    else if (state.at >= last || state.at <= 0) state.direction = state.at <= 0 ? 1 : -1; // no way round: there and back
    if (!state.period) state.at = clamp(state.at, 0, last);
  }
  state.time = state.playing ? time : undefined;
  draw(state);
  if (state.playing) wake(state);
}

/** Turn the picture like a knob: the line follows the pointer. */
function listenToDial(state) {
  const { dial, root } = state;
  const follow = (event) => {
    const [left, top] = positionIn(dial, event);
    const [x, y] = [left - dial.clientWidth / 2, top - dial.clientHeight / 2];
    if (Math.hypot(x, y) > 12) goTo(state, nearestAngle(state, (-Math.atan2(y, x) * 180) / Math.PI));
  };
  dial.onpointerdown = (event) => {
    if (event.button) return;
    dial.setPointerCapture(event.pointerId);
    root.classList.add("dragging");
    follow(event);
  };
  dial.onpointermove = (event) => {
    if (root.classList.contains("dragging")) follow(event);
  };
  dial.onpointerup = dial.onpointercancel = () => root.classList.remove("dragging");
}

/** In the plot a click chooses the curve under it, a drag moves the angle. */
function listenToChart(state) {
  const { chart } = state;
  let from = null;
  let moved = false;
  const position = (event) => positionIn(chart, event);
  const follow = (event) => goTo(state, nearestAngle(state, state.toAngle(position(event)[0])));
  const curveAt = (event) => {
    const [x, y] = position(event);
    const index = nearestAngle(state, state.toAngle(x));
    const apart = state.data.responses.map((row) => Math.abs(state.toY(row[index]) - y));
    const best = apart.indexOf(Math.min(...apart));
    return apart[best] <= NEAR ? best : null;
  };
  const hover = (filter) => {
    chart.classList.toggle("over-curve", filter !== null);
    state.views.forEach(({ curve }, index) => curve.classList.toggle("hovered", index === filter));
  };
  chart.onpointerdown = (event) => {
    if (event.button || !state.width) return;
    [from, moved] = [event.clientX, false];
    chart.setPointerCapture(event.pointerId);
  };
  chart.onpointermove = (event) => {
    if (from === null) return event.pointerType === "mouse" && state.width ? hover(curveAt(event)) : undefined;
    moved ||= Math.abs(event.clientX - from) > 4;
    if (moved) follow(event);
  };
  chart.onpointerup = (event) => {
    const filter = from === null || moved ? null : curveAt(event);
    if (filter !== null) select(state, filter);
    else if (from !== null) follow(event);
    from = null;
  };
  chart.onpointercancel = () => {
    from = null;
  };
  chart.onpointerleave = () => hover(null);
}

function listen(state) {
  const { root, slider } = state;
  listenToDial(state);
  listenToChart(state);
  slider.oninput = () => goTo(state, nearestAngle(state, Number(slider.value)));
  slider.onkeydown = (event) => {
    const last = state.data.angles.length - 1;
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (event.key === " ") togglePlay(state);
    else if (state.period && by && indexOf(state) === (by > 0 ? last : 0))
      goTo(state, by > 0 ? 0 : last); // round and round
    else return;
    event.preventDefault();
  };
  root.onkeydown = (event) => {
    if (event.key === "Escape" && state.selected !== null) select(state, state.selected);
  };
  state.play.onclick = () => togglePlay(state);
  onThemeChange(root, () => {
    paint(state);
    draw(state);
  });
  state.observer = watchWidth(root, () => {
    if (!state.data) return;
    layOut(state);
    draw(state);
  });
}

function create(parentElement) {
  const root = find(parentElement, ".orientations");
  const parts = {
    dial: ".dial",
    picture: ".picture",
    laid: ".laid",
    window: ".window",
    play: ".play",
    slider: ".turn",
    tiles: ".tiles",
    chart: ".curves",
    axes: ".axes",
    paths: ".paths",
    labels: ".labels",
    now: ".now",
    seen: ".seen",
    kernel: ".kernel",
    products: ".products",
    status: ".unseen",
  };
  const words = {
    angle: ".angle",
    play: ".play span",
    kernel: ".kernel-name",
    sum: ".sum",
    reading: ".reading",
    note: ".note",
  };
  /** @type {any} */
  const state = {
    root,
    ...findEach(root, parts),
    words: findEach(root, words),
    grips: [...root.querySelectorAll(".grip")],
    dots: [find(root, ".dot.first"), find(root, ".dot.second")],
    data: null,
    text: "",
    views: [],
    at: 0,
    selected: null,
    playing: false,
    direction: 1,
    frame: 0,
    marked: "",
    width: 0,
    trigger: null,
    send: debounce(() => state.trigger("place", [state.data.angles[indexOf(state)], state.selected])),
  };
  const ring = Array.from({ length: 121 }, (_, k) => {
    const [c, s] = [Math.cos((k * Math.PI) / 60), Math.sin((k * Math.PI) / 60)];
    const reach = REACH / (c ** 6 + s ** 6) ** (1 / 6);
    return /** @type {import("../shared/scale.js").Point} */ ([c * reach, s * reach]);
  });
  find(root, ".track").setAttribute("d", pathThrough(ring));
  listen(state);
  return state;
}

/** New data: the angle and the chosen filter stay where the user has put them. */
function receive(state, data) {
  const text = JSON.stringify({ ...data, start: null }); // it only follows what the user has done here
  if (text === state.text) return;
  const another = data.subject !== state.data?.subject; // a button of the page brought it, or it is the first
  const angle = another ? data.start.angle : angleOf(state);
  if (another) {
    state.send.cancel();
    Object.assign(state, { playing: false, selected: data.start.filter });
  }
  Object.assign(state, { data, text, marked: "", period: period(data.angles) });
  if (state.selected >= data.filters.length) state.selected = null;
  state.at = nearestAngle(state, angle);
  const values = [0, ...data.responses.flat()];
  state.limits = [Math.min(...values), Math.max(...values)];
  Object.assign(state.slider, {
    min: data.angles[0],
    max: data.angles.at(-1),
    step: data.angles.length > 1 ? Number((data.angles[1] - data.angles[0]).toFixed(9)) : 1,
  });
  for (const node of [state.root, state.chart]) node.setAttribute("aria-label", data.alt);
  build(state);
}

/** @param {any} state @param {import("../shared/dom.js").Call & { data: Data }} call */
function update(state, { data, setTriggerValue }) {
  state.trigger = setTriggerValue;
  receive(state, data);
  paint(state);
  layOut(state);
  draw(state);
}

function destroy(state) {
  state.observer.disconnect();
  state.send.cancel();
  cancelAnimationFrame(state.frame);
}

export default component(create, update, destroy);
