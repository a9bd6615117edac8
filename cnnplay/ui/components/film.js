// Frames that are played or scrubbed through. The stepper owns the place; a frame's pixels come as one byte each and
// are looked up in a palette, so that a film of many pictures plays without effort.

const LASTS = 6; // seconds that a film takes at 1×, unless that were
const PACE = { least: 2, most: 15 }; // less or more frames a second
const QUIET = 400; // ms at one place before it is read aloud
const ROUND = "M9 3.5a5.5 5.5 0 1 0 5.5 5.5M9 1v5l3.4-2.5z";
const films = new WeakMap();

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** The 256 colours of a byte: 0 to 255 from black to white, or 1 to 255 around zero at 128. */
function makePalette({ scale, reach }, dark) {
  const numberOf = (byte) => (scale === "grey" ? byte / 255 : Math.max(-1, (byte - 128) / 127)) * reach;
  return Array.from({ length: 256 }, (_, byte) => inkOf(numberOf(byte), scale, reach, dark));
}

function paintBytes(canvas, bytes, [rows, columns], palette) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const pen = canvas.getContext("2d"), image = pen.createImageData(columns, rows);
  for (let index = 0; index < rows * columns; index += 1) {
    const [red, green, blue] = palette[bytes.charCodeAt(index)];
    image.data.set([red, green, blue, 255], 4 * index);
  }
  pen.putImageData(image, 0, 0);
}

/** The colours and the numbers at their ends, the same in every frame. */
function makeLegend() {
  const bar = make("canvas", { "aria-hidden": "true" }), ends = [0, 1, 2].map(() => make("span"));
  const node = make("div", { class: "legend", role: "img" }, bar, make("div", { class: "ends" }, ...ends));
  const paint = ({ scale, reach }, dark) => {
    const low = scale === "signed" ? -reach : 0, steps = 33;
    paintPixels(bar, [Array.from({ length: steps }, (_, step) => low + ((reach - low) * step) / (steps - 1))], { scale, range: reach, dark });
    [low, (low + reach) / 2, reach].forEach((value, index) => { ends[index].textContent = numberText(value); });
    node.setAttribute("aria-label", `Colours from ${numberText(low)} to ${numberText(reach)}${scale === "signed" ? ", zero in the middle" : ", black to white"}`);
  };
  return { node, paint };
}

/** The value over the frames; to be dragged along, too. `go(share)`: from 0, the first frame, to 1, the last. */
function makeCurve(go) {
  const line = make("path", { class: "line" }), dot = make("i", { class: "dot" }), stem = make("i", { class: "stem" });
  const [high, low, first, last] = [0, 1, 2, 3].map(() => make("span"));
  const plot = make("div", { class: "plot", "data-testid": "film-curve" }, make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" }, line), stem, dot);
  const node = make("div", { class: "curve", "aria-hidden": "true" }, make("div", { class: "heights" }, high, low), plot, make("div", { class: "span" }, first, last));
  let points = [];

  const drag = (event) => {
    const { left, width } = plot.getBoundingClientRect();
    go(clamp((event.clientX - left) / width, 0, 1));
  };
  plot.onpointerdown = (event) => {
    if (event.button !== 0) return;
    plot.setPointerCapture(event.pointerId);
    drag(event);
  };
  plot.onpointermove = (event) => plot.hasPointerCapture(event.pointerId) && drag(event);

  return {
    node,
    build(values, titles) {
      const floor = Math.min(...values), top = Math.max(...values), height = top - floor || 1;
      points = values.map((value, index) => [(100 * index) / Math.max(1, values.length - 1), 100 - (100 * (value - floor)) / height]);
      line.setAttribute("d", `M${points.map((point) => point.map((number) => number.toFixed(2)).join(" ")).join("L")}`);
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

function mount(parentElement) {
  let data = null, palette = [], bytes = new Map(), announcing = 0, repeats = false;
  const root = make("div", { class: "film", "data-testid": "film", role: "group" });
  const listeners = new AbortController();

  const bar = stepper({
    name: "film",
    text: (index) => `${index + 1} of ${data?.frames.length ?? 1}`,
    moved: (index, _, by) => {
      paint();
      if (by !== "play" && by !== "start") announce();
    },
    steady: () => clamp(data.frames.length / LASTS, PACE.least, PACE.most),
    loop: () => repeats,
  });
  const scrub = bar.node.querySelector("input");
  const again = make("button", { type: "button", class: "again", "data-testid": "film-loop", "aria-label": "Repeat", title: "Repeat", "aria-pressed": "false" },
    make("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, make("path", { d: ROUND })));
  bar.node.querySelector(".buttons").append(again);
  const legend = makeLegend(), curve = makeCurve((share) => bar.go(Math.round(share * (data.frames.length - 1)), "scrub"));
  const screens = make("div", { class: "screens", role: "img", "data-testid": "film-pictures" });
  const title = make("h4", { "data-testid": "film-title" }), caption = make("p", { class: "caption", "data-testid": "film-caption" });
  const note = make("p", { class: "note" }), status = make("div", { class: "unseen", role: "status" });
  root.append(
    make("div", { class: "stage" }, make("div", { class: "seen" }, screens, legend.node), make("div", { class: "told" }, title, caption, curve.node)),
    bar.node, note, status,
  );

  const bytesOf = (text) => { // decoded when it is first seen, and then kept
    if (!bytes.has(text)) bytes.set(text, atob(text));
    return bytes.get(text);
  };
  const paint = () => {
    const frame = data.frames[bar.index];
    frame.pictures.forEach((text, index) => paintBytes(screens.children[index], bytesOf(text), data.shapes[index], palette));
    title.textContent = frame.title;
    caption.textContent = frame.caption;
    if (data.curve) curve.place(bar.index);
    root.dataset.frame = bar.index;
    root.dataset.playing = bar.playing;
    scrub.setAttribute("aria-valuetext", `${frame.title}. ${frame.caption}`);
  };
  const announce = () => {
    clearTimeout(announcing);
    announcing = setTimeout(() => { status.textContent = `${title.textContent}. ${caption.textContent}`; }, QUIET);
  };
  const recolour = () => {
    const dark = isDark(root);
    palette = makePalette(data, dark);
    legend.paint(data, dark);
  };
  /** As many canvases as pictures; each cell whole CSS pixels wide where that is near the size asked for. */
  const build = () => {
    while (screens.childElementCount > data.shapes.length) screens.lastChild.remove();
    while (screens.childElementCount < data.shapes.length) screens.append(make("canvas"));
    data.shapes.forEach(([rows, columns], index) => {
      const { style } = screens.children[index];
      style.width = `${Math.max(1, Math.round(data.size / columns)) * columns}px`;
      style.aspectRatio = `${columns} / ${rows}`;
    });
    curve.node.hidden = !data.curve || data.frames.length < 2;
    if (data.curve) curve.build(data.curve, data.frames.map((frame) => frame.title));
    bar.node.hidden = data.frames.length < 2;
    root.style.setProperty("--caption", Math.max(...data.frames.map((frame) => frame.caption.length)) ? "1.4em" : "0");
  };

  again.onclick = () => {
    repeats = !repeats;
    again.setAttribute("aria-pressed", String(repeats));
  };
  screens.onclick = () => bar.toggle();
  root.onkeydown = (event) => {
    if (event.key !== " " || event.target.closest("button")) return;
    event.preventDefault();
    event.stopPropagation();
    bar.toggle();
  };
  root.addEventListener("transitionend", (event) => { // the theme: see the style sheet
    if (event.target !== root) return;
    recolour();
    paint();
  }, { signal: listeners.signal });
  parentElement.append(root);
  const observer = new ResizeObserver(() => root.classList.toggle("narrow", root.clientWidth < 600));
  observer.observe(root);

  return {
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
      listeners.abort();
      bar.destroy();
      clearTimeout(announcing);
      root.remove();
      films.delete(parentElement);
    },
  };
}

export default function ({ data, parentElement }) {
  if (!films.has(parentElement)) films.set(parentElement, mount(parentElement));
  const instance = films.get(parentElement);
  instance.update(data);
  return instance.destroy;
}
