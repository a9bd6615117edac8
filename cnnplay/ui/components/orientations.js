// How a filter finds lines. `at` is a place among the received angles; between two of them, while it plays, pictures
// and sums are mixed from both - a sum of products is linear in the picture, so the mix is true. Words, the winner and
// data-angle are always those of the nearest received angle.

import { debounce } from "./shared/debounce.js";
import { component, find, make, setAttributes, watchWidth } from "./shared/dom.js";
import { degreesText, numberText } from "./shared/format.js";
import { css, inkOf, paintPixels } from "./shared/pixels.js";
import { positionIn } from "./shared/pointer.js";
import { clamp, linearTicks, mix, nearestIndex, niceStep, pathThrough } from "./shared/scale.js";
import { isDark, onThemeChange } from "./shared/theme.js";

const HALF = 120;
const REACH = 138; // of the picture's side, and where the grips run, in units of the overlay
const MARGIN = { left: 34, right: 12, top: 26, bottom: 22 };
const PLAY_TIME = 9000; // milliseconds for half a turn
const NEAR = 14; // pixels: a click that close to a curve means the curve
const MEDIUM = 600;
const WIDE = 940; // pixels of width from which there are two and three columns
/**
 * What orientations() in orientations.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number[]} angles of the line, in degrees anticlockwise from horizontal, rising and evenly spaced
 * @property {import("./shared/pixels.js").Plane[]} lines a picture from 0 to 1 for each angle
 * @property {{ angle: number, title: string, kernel: import("./shared/pixels.js").Plane }[]} filters
 * @property {number} kernel_range the weight shown at full strength
 * @property {number[][]} responses [filter][angle]
 * @property {string} subject another one begins at its own start
 * @property {{ angle: number, filter: number | null }} start where the line lies, and the filter that lies on it
 */

/** Half a turn or a whole one, if the angles go round; 0 where they end before. */
function period(angles) {
  const span = (angles.at(-1) - angles[0]) * (1 + 1 / Math.max(1, angles.length - 1));
  return [180, 360].find((turn) => Math.abs(turn - span) < 1e-6) ?? 0;
}

/** The two received angles around a place, and how far it is from the one to the other. */
function around(state) {
  const count = state.data.angles.length;
  const low = Math.floor(state.at);
  return [low % count, (low + 1) % count, state.at - low];
}

function answer(state, filter) {
  const [low, high, share] = around(state);
  const row = state.data.responses[filter];
  return share ? mix(row[low], row[high], share) : row[low];
}

function picture(state) {
  const [low, high, share] = around(state);
  const { lines } = state.data;
  if (!share) return lines[low];
  return lines[low].map((row, y) => row.map((value, x) => mix(value, lines[high][y][x], share)));
}

/** The part of a picture that a kernel lies on: its middle. */
function under(values, kernel) {
  const top = Math.floor((values.length - kernel.length) / 2);
  const left = Math.floor((values[0].length - kernel[0].length) / 2);
  return {
    top,
    left,
    values: values.slice(top, top + kernel.length).map((row) => row.slice(left, left + kernel[0].length)),
  };
}

const indexOf = (state) => Math.round(state.at) % state.data.angles.length;
const angleOf = (state) => {
  const [low, , share] = around(state);
  const { angles } = state.data;
  return angles[low] + share * (angles[1] - angles[0] || 0);
};
const winnerOf = ({ data }, index) =>
  data.filters.reduce(
    (best, _, filter) => (data.responses[filter][index] > data.responses[best][index] ? filter : best),
    0,
  );

/** The place of the received angle that is nearest to one on the screen. A line at 179° lies beside one at 0°. */
function nearestAngle(state, angle) {
  const { angles } = state.data;
  const turn = state.period || (angles.at(-1) > 180 ? 360 : 180);
  const apart = (one) => {
    const distance = (((one - angle) % turn) + turn) % turn;
    return Math.min(distance, turn - distance);
  };
  return nearestIndex(angles, angle, apart);
}

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

/** The kernels, and the colours of the theme. */
function paint(state) {
  const { root, data, views } = state;
  state.dark = isDark(root);
  root.style.setProperty("--above", css(inkOf(1, "signed", 1, state.dark)));
  root.style.setProperty("--below", css(inkOf(-1, "signed", 1, state.dark)));
  data.filters.forEach((filter, index) => paintSigned(state, views[index].kernel, filter.kernel));
  layOver(state);
}

const paintSigned = ({ dark, data }, canvas, values) =>
  paintPixels(canvas, values, { scale: "signed", range: data.kernel_range, dark });

/** The chosen kernel over the picture: a square a weight, its area the weight's size, so that the picture is still seen. */
function layOver({ data, selected, laid, window: frame, dark }) {
  laid.replaceChildren();
  frame.style.display = selected === null ? "none" : "";
  if (selected === null) return;
  const { kernel } = data.filters[selected];
  const { top, left } = under(data.lines[0], kernel);
  const height = (2 * HALF) / data.lines[0].length;
  const width = (2 * HALF) / data.lines[0][0].length;
  const [x0, y0] = [-HALF + left * width, -HALF + top * height];
  kernel.forEach((row, y) =>
    row.forEach((weight, x) => {
      if (Math.abs(weight) < 0.02 * data.kernel_range) return;
      const side = 0.78 * Math.sqrt(Math.min(1, Math.abs(weight) / data.kernel_range));
      const fill = css(inkOf(Math.sign(weight), "signed", 1, dark));
      const corner = { x: x0 + (x + 0.5 - side / 2) * width, y: y0 + (y + 0.5 - side / 2) * height };
      laid.append(make("rect", { fill, ...corner, width: side * width, height: side * height, rx: 1.5 }));
    }),
  );
  setAttributes(frame, {
    x: x0,
    y: y0,
    width: kernel[0].length * width,
    height: kernel.length * height,
    rx: 4,
  });
}

/** The plot's axes and curves: anew for another width or other data. */
function layOut(state) {
  const { root, data, chart, views } = state;
  root.classList.toggle("wide", root.clientWidth >= WIDE);
  root.classList.toggle("medium", root.clientWidth >= MEDIUM && root.clientWidth < WIDE);
  const width = chart.clientWidth;
  const height = chart.clientHeight;
  state.width = root.clientWidth;
  if (!width) return; // in a hidden tab; the resize observer calls again
  const [first, last] = [data.angles[0], state.period ? data.angles[0] + state.period : data.angles.at(-1)];
  const [least, most] = state.limits;
  const [right, foot] = [width - MARGIN.right, height - MARGIN.bottom];
  state.toX = (angle) => MARGIN.left + ((right - MARGIN.left) * (angle - first)) / (last - first || 1);
  state.toAngle = (x) => clamp(first + ((x - MARGIN.left) / (right - MARGIN.left)) * (last - first), first, last);
  state.toY = (value) => MARGIN.top + ((foot - MARGIN.top) * (most - value)) / (most - least || 1);
  state.foot = foot;
  root.classList.toggle("tight", (right - MARGIN.left) / views.length < 42);

  views.forEach(({ curve, label }, index) => {
    const row = data.responses[index];
    const points = row.map((value, k) => [state.toX(data.angles[k]), state.toY(value)]);
    if (state.period) points.push([state.toX(last), state.toY(row[0])]);
    curve.setAttribute("d", pathThrough(points));
    const [x, y] = points[row.indexOf(Math.max(...row))];
    label.setAttribute("x", clamp(x, MARGIN.left + 10, right - 14));
    label.setAttribute("y", y - 9);
  });
  drawAxes(state, first, last, right);
}

function drawAxes({ axes, toX, toY, limits, foot }, first, last, right) {
  const angles = linearTicks([first, last], last - first > 200 ? 90 : 45);
  const values = linearTicks(limits, niceStep(limits[1] - limits[0], 4));
  const across = (value) =>
    pathThrough([
      [MARGIN.left, toY(value)],
      [right, toY(value)],
    ]);
  axes.replaceChildren(
    make("path", { class: "grid", d: values.map(across).join("") }),
    make("path", { class: "base", d: across(0) }),
    ...values.map((value) => make("text", { class: "up", x: MARGIN.left - 8, y: toY(value) + 4 }, numberText(value))),
    ...angles.map((angle) => make("text", { class: "across", x: toX(angle), y: foot + 17 }, degreesText(angle))),
  );
}

/** The part of the frame that moves. */
function draw(state) {
  const { data, views, root, selected } = state;
  if (!state.width) return;
  const index = indexOf(state);
  const winner = winnerOf(state, index);
  const shown = selected ?? winner;
  const { kernel } = data.filters[shown];
  const pixels = picture(state);
  const seen = under(pixels, kernel).values;
  paintPixels(state.picture, pixels);
  paintPixels(state.seen, seen);
  paintSigned(state, state.kernel, kernel);
  paintSigned(
    state,
    state.products,
    seen.map((row, y) => row.map((value, x) => value * kernel[y][x])),
  );

  const angle = (angleOf(state) * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const reach = REACH / (c ** 6 + s ** 6) ** (1 / 6); // the grips run along a square with round corners
  state.grips.forEach((grip, end) =>
    grip.setAttribute("transform", `translate(${(end ? -c : c) * reach} ${(end ? s : -s) * reach})`),
  );

  const [least, most] = state.limits;
  const zero = -least / (most - least);
  views.forEach(({ fill, zero: mark }, filter) => {
    const value = answer(state, filter);
    fill.style.transform = `translateX(${100 * (zero + Math.min(0, value / (most - least)))}%) scaleX(${Math.abs(value) / (most - least)})`;
    fill.classList.toggle("negative", value < 0);
    mark.style.left = `${100 * zero}%`;
  });
  const x = state.toX(angleOf(state));
  state.now.setAttribute(
    "d",
    pathThrough([
      [x, MARGIN.top - 6],
      [x, state.foot],
    ]),
  );
  state.dots.forEach((dot, second) => {
    const filter = second ? selected : winner;
    dot.style.display = filter === null || (second && selected === winner) ? "none" : "";
    if (filter !== null) dot.setAttribute("transform", `translate(${x} ${state.toY(answer(state, filter))})`);
  });
  mark(state, index, winner);
  Object.assign(root.dataset, { angle: data.angles[index], winner, selected: selected ?? "", playing: state.playing });
}

/** Who wins, who is chosen, and everything in words. */
function mark(state, index, winner) {
  const { data, views, selected, words, slider } = state;
  const now = [index, winner, selected, state.playing].join();
  if (now === state.marked) return;
  state.marked = now;
  const answers = data.filters.map((_, filter) => numberText(data.responses[filter][index], 2));
  views.forEach((view, filter) => {
    const [wins, chosen] = [filter === winner, filter === selected];
    for (const node of [view.tile, view.curve, view.label]) {
      node.classList.toggle("winner", wins);
      node.classList.toggle("selected", chosen);
    }
    view.curve.classList.add("curve");
    view.tile.setAttribute("aria-pressed", String(chosen));
    view.tile.setAttribute(
      "aria-label",
      `${data.filters[filter].title} filter, sum ${answers[filter]}${wins ? ", wins" : ""}`,
    );
    view.number.textContent = answers[filter];
  });
  const shown = selected ?? winner;
  const [title, angle] = [data.filters[winner].title, degreesText(data.angles[index])];
  for (const filter of [selected, winner]) if (filter !== null) state.paths.append(views[filter].curve); // on top, the winner last
  if (selected !== null && selected === winner) state.paths.append(views[selected].curve);
  words.reading.textContent = `The line lies at ${angle}. The ${title} filter answers most: ${answers[winner]}.`;
  words.note.textContent =
    "The sum is largest where filter and picture agree: a filter is a template. " +
    (selected === null
      ? "Choose a filter to lay it on the line."
      : selected === winner
        ? "It is the one that you have laid on the line."
        : `The ${data.filters[selected].title} filter, laid on the line, answers ${answers[selected]}.`);
  words.angle.textContent = angle;
  words.kernel.textContent = `${data.filters[shown].title} filter`;
  words.sum.textContent = `sum = ${answers[shown]}`;
  words.play.textContent = state.playing ? "Pause" : "Play";
  state.root.classList.toggle("playing", state.playing);
  state.picture.setAttribute("aria-label", `A line at ${angle}`);
  slider.value = String(data.angles[index]);
  slider.setAttribute("aria-valuetext", `${angle}: the ${title} filter answers most, ${answers[winner]}`);
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
  const found = (table) =>
    Object.fromEntries(Object.entries(table).map(([name, selector]) => [name, find(root, selector)]));
  /** @type {any} */
  const state = {
    root,
    ...found(parts),
    words: found(words),
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
    return /** @type {import("./shared/scale.js").Point} */ ([c * reach, s * reach]);
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

/** @param {any} state @param {import("./shared/dom.js").Call & { data: Data }} call */
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
