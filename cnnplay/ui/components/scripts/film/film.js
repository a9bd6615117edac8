// Frames that are played or scrubbed through. The stepper owns the place; a frame's pixels come as one byte each and
// are looked up in a palette, so that a film of many pictures plays without effort.

import { component, find, keepChildren, make, penOf } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { inkOf, makeLegend } from "../shared/pixels.js";
import { claim, positionIn, targetOf } from "../shared/pointer.js";
import { clamp, pathThrough } from "../shared/scale.js";
import { makeStepper } from "../shared/stepper.js";
import { isDark, onThemeChange } from "../shared/theme.js";

const LASTS = 6; // seconds that a film takes at 1×, unless that were
const PACE = { least: 2, most: 15 }; // less or more frames a second
const QUIET = 400; // ms at one place before it is read aloud
const ROUND = "M9 3.5a5.5 5.5 0 1 0 5.5 5.5M9 1v5l3.4-2.5z";
// The 256 colours of a byte: 0 to 255 from black to white, or 1 to 255 around zero at 128.
/** @type {(data: Data, dark: boolean) => import("../shared/pixels.js").Colour[]} */
function makePalette({ scale, reach }, dark) {
  const numberOf = (byte) => (scale === "grey" ? byte / 255 : Math.max(-1, (byte - 128) / 127)) * reach;
  return Array.from({ length: 256 }, (_, byte) => inkOf(numberOf(byte), scale, reach, dark));
}

/** @type {(canvas: HTMLCanvasElement, bytes: string, shape: [number, number], palette: import("../shared/pixels.js").Colour[]) => void} */
function paintBytes(canvas, bytes, [rows, columns], palette) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const pen = penOf(canvas);
  const image = pen.createImageData(columns, rows);
  for (let index = 0; index < rows * columns; index += 1) {
    const [red, green, blue] = palette[bytes.charCodeAt(index)];
    image.data.set([red, green, blue, 255], 4 * index);
  }
  pen.putImageData(image, 0, 0);
}

/** The value over the frames; to be dragged along, too. `go(share)`: from 0, the first frame, to 1, the last. */
function makeCurve(go) {
  const line = make("path", { class: "line" });
  const dot = make("i", { class: "dot" });
  const stem = make("i", { class: "stem" });
  const [high, low, first, last] = [0, 1, 2, 3].map(() => make("span"));
  const plot = make(
    "div",
    { class: "plot", "data-testid": "film-curve" },
    make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" }, line),
    stem,
    dot,
  );
  const node = make(
    "div",
    { class: "curve", "aria-hidden": "true" },
    make("div", { class: "heights" }, high, low),
    plot,
    make("div", { class: "span" }, first, last),
  );
  /** @type {import("../shared/scale.js").Point[]} */
  let points = [];

  const drag = (event) => go(clamp(positionIn(plot, event)[0] / plot.clientWidth, 0, 1));
  plot.onpointerdown = (event) => {
    if (event.button !== 0) return;
    plot.setPointerCapture(event.pointerId);
    drag(event);
  };
  plot.onpointermove = (event) => plot.hasPointerCapture(event.pointerId) && drag(event);

  return {
    node,
    build(values, titles) {
      const floor = Math.min(...values);
      const top = Math.max(...values);
      const height = top - floor || 1;
      points = values.map((value, index) => [
        (100 * index) / Math.max(1, values.length - 1),
        100 - (100 * (value - floor)) / height,
      ]);
      line.setAttribute("d", pathThrough(points));
      const digits = clamp(2 - Math.floor(Math.log10(height)), 0, 4);
      [high.textContent, low.textContent] = [top, floor].map((value) => numberText(value, digits));
      [first.textContent, last.textContent] = [titles[0], titles.at(-1)];
    },
    place(index) {
      const [x, y] = points[index];
      dot.style.left = stem.style.left = `${x}%`;
      dot.style.top = `${y}%`;
    },
  };
}

/**
 * What film() in film.py sends.
 * @typedef {object} Data
 * @property {{ title: string, caption: string, pictures: string[] }[]} frames pictures: a byte a pixel, in base64
 * @property {[number, number][]} shapes rows and columns of each picture
 * @property {number[] | null} curve a value for each frame
 * @property {string} alt
 * @property {import("../shared/pixels.js").Scale} scale
 * @property {number} reach where the scale ends
 * @property {number} size about how wide a picture is, in CSS pixels
 * @property {string} note
 */

/** @param {HTMLElement} parentElement */
function mount(parentElement) {
  /** @type {Data} */
  let data;
  /** @type {import("../shared/pixels.js").Colour[]} */
  let palette = [];
  /** @type {Map<string, string>} */
  let bytes = new Map(); // decoded when they are first seen
  let announcing = 0;
  let repeats = false;
  const root = make("div", { class: "component film", "data-testid": "film", role: "group" });

  const bar = makeStepper({
    name: "film",
    text: (index) => `${index + 1} of ${data?.frames.length ?? 1}`,
    moved: (_index, _ahead, by) => {
      paint();
      if (by !== "play" && by !== "start") announce();
    },
    steady: () => clamp(data.frames.length / LASTS, PACE.least, PACE.most),
    loop: () => repeats,
  });
  const scrub = find(bar.node, "input");
  const again = make(
    "button",
    {
      type: "button",
      class: "again",
      "data-testid": "film-loop",
      "aria-label": "Repeat",
      title: "Repeat",
      "aria-pressed": "false",
    },
    make("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, make("path", { d: ROUND })),
  );
  find(bar.node, ".buttons").append(again);
  const legend = makeLegend();
  const curve = makeCurve((share) => bar.go(Math.round(share * (data.frames.length - 1)), "scrub"));
  const screens = make("div", { class: "screens", role: "img", "data-testid": "film-pictures" });
  const title = make("h4", { "data-testid": "film-title" });
  const caption = make("p", { class: "caption", "data-testid": "film-caption" });
  const note = make("p", { class: "note" });
  const status = make("div", { class: "unseen", role: "status" });
  root.append(
    make(
      "div",
      { class: "stage" },
      make("div", { class: "seen" }, screens, legend.node),
      make("div", { class: "told" }, title, caption, curve.node),
    ),
    bar.node,
    note,
    status,
  );

  /** @param {string} text */
  const bytesOf = (text) => {
    const known = bytes.get(text) ?? atob(text);
    bytes.set(text, known);
    return known;
  };
  const paint = () => {
    const frame = data.frames[bar.index];
    frame.pictures.forEach((text, index) =>
      paintBytes(
        /** @type {HTMLCanvasElement} */ (screens.children[index]),
        bytesOf(text),
        data.shapes[index],
        palette,
      ),
    );
    title.textContent = frame.title;
    caption.textContent = frame.caption;
    if (data.curve) curve.place(bar.index);
    Object.assign(root.dataset, { frame: bar.index, playing: bar.playing });
    scrub.setAttribute("aria-valuetext", `${frame.title}. ${frame.caption}`);
  };
  const announce = () => {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      status.textContent = `${title.textContent}. ${caption.textContent}`;
    }, QUIET);
  };
  const recolour = () => {
    const dark = isDark(root);
    palette = makePalette(data, dark);
    legend.paint(data.scale, data.reach, dark);
  };
  /** As many canvases as pictures; each cell whole CSS pixels wide where that is near the size asked for. */
  const build = () => {
    const canvases = keepChildren(screens, data.shapes.length, () => make("canvas"));
    data.shapes.forEach(([rows, columns], index) => {
      const { style } = canvases[index];
      style.width = `${Math.max(1, Math.round(data.size / columns)) * columns}px`;
      style.aspectRatio = `${columns} / ${rows}`;
    });
    curve.node.hidden = !data.curve || data.frames.length < 2;
    if (data.curve)
      curve.build(
        data.curve,
        data.frames.map((frame) => frame.title),
      );
    bar.node.hidden = data.frames.length < 2;
    root.style.setProperty("--caption", Math.max(...data.frames.map((frame) => frame.caption.length)) ? "1.4em" : "0");
  };

  again.onclick = () => {
    repeats = !repeats;
    again.setAttribute("aria-pressed", String(repeats));
  };
  screens.onclick = () => bar.toggle();
  root.onkeydown = (event) => {
    if (event.key !== " " || targetOf(event).closest("button")) return;
    claim(event);
    bar.toggle();
  };
  onThemeChange(root, () => {
    if (!data) return;
    recolour();
    paint();
  });
  parentElement.append(root);
  const observer = new ResizeObserver(() => root.classList.toggle("narrow", root.clientWidth < 600));
  observer.observe(root);

  return {
    /** @param {Data} next */
    update(next) {
      const atEnd = !data || (bar.index === data.frames.length - 1 && !bar.playing);
      data = next;
      bytes = new Map();
      root.setAttribute("aria-label", data.alt);
      screens.setAttribute("aria-label", data.alt);
      note.textContent = data.note;
      build();
      bar.reset(data.frames.length, atEnd ? data.frames.length - 1 : Math.min(bar.index, data.frames.length - 1));
      recolour();
      paint();
    },
    destroy() {
      observer.disconnect();
      bar.destroy();
      clearTimeout(announcing);
      root.remove();
    },
  };
}

export default component(
  mount,
  (film, { data }) => film.update(data),
  (film) => film.destroy(),
);
