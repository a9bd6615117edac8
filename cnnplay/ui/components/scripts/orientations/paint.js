// Painting: the kernels, the filter laid on the line, the curves, and everything in words.

import { make, setAttributes } from "../shared/dom.js";
import { degreesText, numberText } from "../shared/format.js";
import { css, inkOf, paintPixels } from "../shared/pixels.js";
import { clamp, linearTicks, niceStep, pathThrough } from "../shared/scale.js";
import { isDark } from "../shared/theme.js";
import { angleOf, answer, indexOf, picture, under, winnerOf } from "./answers.js";

const HALF = 120;

export const REACH = 138; // of the picture's side, and where the grips run, in units of the overlay

const MARGIN = { left: 34, right: 12, top: 26, bottom: 22 };

const MEDIUM = 600;

const WIDE = 940; // pixels of width from which there are two and three columns

/** The kernels, and the colours of the theme. */
export function paint(state) {
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
export function layOver({ data, selected, laid, window: frame, dark }) {
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
export function layOut(state) {
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
export function draw(state) {
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
