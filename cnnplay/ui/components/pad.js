// A drawing pad. A drawing is a list of steps (strokes, clearings, loaded pixels), each of them undoable. Strokes are
// kept in paper units, `side` of them across, and what is sent is computed from them alone: no canvas is read back, so
// that the same strokes give the same bytes at every size, on every screen, in every browser.

const BRUSH = { least: 3, most: 16, usual: 8 }; // paper units: about a tenth of the pad, as MNIST's strokes are
const NEAR = 0.4; // paper units: nearer than this to the point before, a point tells nothing
const KEY_STEP = 2, KEY_LEAP = 8; // paper units that an arrow key moves the pen, without and with Shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = "Arrow keys move the pen, with Shift in larger steps. Hold Space and move to draw; "
  + "or press Space once to put the pen down and again to lift it. Control Z takes the last stroke back.";
const ICONS = {
  undo: "M6.5 3.5L3 7l3.5 3.5M3.5 7H11a4 4 0 0 1 0 8H7",
  redo: "M11.5 3.5L15 7l-3.5 3.5M14.5 7H7a4 4 0 0 0 0 8h4",
  clear: "M4.5 4.5l9 9M13.5 4.5l-9 9",
};
const pads = new WeakMap();

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** An element with attributes and children; strings become text nodes, so that data are never read as markup. */
function make(tag, attributes = {}, ...children) {
  const vector = tag === "svg" || tag === "path";
  const node = vector ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Strokes

/** Lead a pen along a stroke: curves from middle to middle of its points, so that it has no corners. */
function trace(points, pen) {
  pen.moveTo(...points[0]);
  for (let index = 1; index < points.length - 1; index += 1) {
    const [x, y] = points[index], [nextX, nextY] = points[index + 1];
    pen.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  const [x, y] = points.at(-1);
  pen.lineTo(points.length > 1 ? x : x + 0.01, y); // a tap is a dot, but a line of no length would not be drawn
}

/** The ink of a stroke, 0 to 255 in `side` rows of `side` pixels: how much of each pixel a round brush covers. */
function inkOfStroke({ points, width }, side) {
  const ink = new Uint8Array(side * side), radius = width / 2;
  let x = 0, y = 0;
  const lineTo = (toX, toY) => {
    const across = toX - x, down = toY - y, squared = across * across + down * down, reach = radius + 1;
    const [left, right] = [Math.min(x, toX) - reach, Math.max(x, toX) + reach].map((edge) => clamp(Math.floor(edge), 0, side));
    const [top, bottom] = [Math.min(y, toY) - reach, Math.max(y, toY) + reach].map((edge) => clamp(Math.floor(edge), 0, side));
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1) {
        const pointX = column + 0.5 - x, pointY = row + 0.5 - y;
        const share = squared ? clamp((pointX * across + pointY * down) / squared, 0, 1) : 0;
        const distance = Math.hypot(pointX - share * across, pointY - share * down);
        const value = Math.round(255 * clamp(radius + 0.5 - distance, 0, 1));
        if (value > ink[row * side + column]) ink[row * side + column] = value;
      }
    }
    [x, y] = [toX, toY];
  };
  trace(points, {
    moveTo: (toX, toY) => { [x, y] = [toX, toY]; },
    lineTo,
    quadraticCurveTo(bendX, bendY, toX, toY) {
      const [fromX, fromY] = [x, y];
      const pieces = Math.ceil(Math.hypot(bendX - fromX, bendY - fromY) + Math.hypot(toX - bendX, toY - bendY));
      for (let piece = 1; piece <= pieces; piece += 1) {
        const t = piece / pieces, [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
        lineTo(a * fromX + b * bendX + c * toX, a * fromY + b * bendY + c * toY);
      }
    },
  });
  return ink;
}

function together(inks, side) {
  const sum = new Uint8Array(side * side);
  for (const ink of inks) for (let index = 0; index < sum.length; index += 1) if (ink[index] > sum[index]) sum[index] = ink[index];
  return sum;
}

const encode = (ink) => (ink.some(Boolean) ? btoa(String.fromCharCode(...ink)) : "");

function decode(text, side) {
  const ink = new Uint8Array(side * side);
  ink.set(Array.from(atob(text), (letter) => letter.charCodeAt(0)).slice(0, ink.length));
  return ink;
}

/** Pixels as a picture that can be drawn at any size. */
function pictureOf(ink, side) {
  const canvas = make("canvas", { width: side, height: side }), pen = canvas.getContext("2d"), image = pen.createImageData(side, side);
  ink.forEach((value, index) => image.data.set([value, value, value, 255], 4 * index));
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** What has been done, and how much of it is not undone. What is on the pad follows the last fresh start. */
function makeHistory() {
  let steps = [], count = 0;
  return {
    add(step) { steps = [...steps.slice(0, count), step]; count += 1; },
    undo: () => count > 0 && (count -= 1, true),
    redo: () => count < steps.length && (count += 1, true),
    get undoable() { return count > 0; },
    get redoable() { return count < steps.length; },
    get shown() {
      const done = steps.slice(0, count), start = done.findLastIndex(({ kind }) => kind !== "stroke");
      return done.slice(Math.max(start, 0)).filter(({ kind }) => kind !== "clear");
    },
  };
}

// The pad

function iconButton(name, label) {
  const icon = make("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, make("path", { d: ICONS[name] }));
  return make("button", { type: "button", "data-testid": `pad-${name}` }, icon, label);
}

function mount(parentElement) {
  const history = makeHistory(), listeners = new AbortController(), held = new Set();
  let side = 84, brush = BRUSH.usual, loaded, trigger = () => {}, sent = 0, frame = 0, telling = 0;
  let stroke = null; // the one being drawn, with the pointer that draws it: { points, width, pointer, by }
  let spot = [side / 2, side / 2]; // where the pen is, in paper units

  const paper = make("canvas", { class: "paper", "data-testid": "pad-paper", tabindex: 0, role: "application", "aria-roledescription": "drawing pad", "aria-description": HELP });
  const done = make("canvas", { width: 0 }); // what is finished, so that a frame draws no more than the stroke at hand
  const ring = make("i", { class: "ring", "aria-hidden": "true" });
  const hint = make("div", { class: "hint", "aria-hidden": "true" }, "Draw a digit here", make("small", {}, "Arrow keys move the pen, Space draws"));
  const [undo, redo, clear] = [iconButton("undo", "Undo"), iconButton("redo", "Redo"), iconButton("clear", "Clear")];
  const slider = make("input", { type: "range", min: BRUSH.least, max: BRUSH.most, step: 0.5, value: brush, "data-testid": "pad-brush", "aria-label": "Brush width" });
  const status = make("div", { class: "unseen", role: "status" });
  const root = make("div", { class: "pad", "data-testid": "pad", role: "group" },
    make("div", { class: "sheet" }, paper, ring, hint),
    make("label", { class: "brush" }, make("span", {}, "Brush"), make("i", { class: "fine" }), slider, make("i", { class: "broad" })),
    make("div", { class: "buttons" }, undo, redo, clear), status);

  // Painting

  const draw = (pen, { points, width }) => {
    pen.lineWidth = width;
    pen.beginPath();
    trace(points, pen);
    pen.stroke();
  };
  const paint = () => {
    frame = 0;
    if (!done.width) return; // in a hidden tab; the observer calls again
    const pen = paper.getContext("2d"), at = spot.map((place) => `${(100 * place) / side}cqw`);
    pen.drawImage(done, 0, 0, side, side);
    if (stroke) draw(pen, stroke);
    ring.style.transform = `translate(${at[0]}, ${at[1]}) translate(-50%, -50%)`;
    ring.classList.toggle("down", stroke?.by === "keys");
    hint.hidden = stroke || history.shown.length > 0;
  };
  const soon = () => { frame ||= requestAnimationFrame(paint); };
  const redraw = () => {
    const pen = done.getContext("2d"), shown = history.shown;
    pen.fillRect(0, 0, side, side); // black, as a new canvas's pen is
    for (const step of shown) step.kind === "stroke" ? draw(pen, step) : pen.drawImage(step.picture, 0, 0, side, side);
    root.dataset.strokes = shown.filter(({ kind }) => kind === "stroke").length;
    for (const [button, able] of [[undo, history.undoable], [redo, history.redoable], [clear, shown.length > 0]]) button.setAttribute("aria-disabled", String(!able));
    paint();
  };
  const measure = () => {
    const size = Math.round(paper.clientWidth * (window.devicePixelRatio || 1));
    if (!size || size === done.width) return;
    for (const canvas of [paper, done]) {
      canvas.width = canvas.height = size;
      const pen = canvas.getContext("2d");
      pen.scale(size / side, size / side);
      Object.assign(pen, { strokeStyle: "#fff", lineCap: "round", lineJoin: "round", imageSmoothingQuality: "high" });
    }
    redraw();
  };
  const thicken = (width) => {
    brush = width;
    slider.value = width;
    slider.setAttribute("aria-valuetext", `${Math.round((100 * width) / side)} percent of the pad`);
    ring.style.setProperty("--width", `${(100 * width) / side}cqw`);
  };

  // What is done and told

  const send = () => {
    root.dataset.sent = sent += 1;
    trigger("drawing", encode(together(history.shown.map(({ ink }) => ink), side)));
  };
  const tell = (text) => {
    clearTimeout(telling);
    telling = setTimeout(() => { status.textContent = text; }, 300);
  };
  const change = (text) => {
    send();
    redraw();
    const count = Number(root.dataset.strokes);
    tell(`${text} ${history.shown.length ? `${plural(count, "stroke")} on the pad.` : "The pad is empty."}`);
  };
  const begin = (at, pointer, by) => {
    stroke = { points: [at], width: brush, pointer, by };
    soon();
  };
  const lead = (at) => {
    spot = at;
    soon();
    if (!stroke) return;
    const [x, y] = stroke.points.at(-1);
    if (Math.hypot(at[0] - x, at[1] - y) >= NEAR) stroke.points.push(at);
  };
  const finish = () => {
    if (!stroke) return;
    const { points, width } = stroke;
    stroke = null;
    history.add({ kind: "stroke", points, width, ink: inkOfStroke({ points, width }, side) });
    change("");
  };
  const takeBack = () => {
    if (stroke) finish();
    if (history.undo()) change("Taken back.");
  };
  const bringBack = () => { if (!stroke && history.redo()) change("Done again."); };
  const wipe = () => {
    if (stroke) finish();
    if (!history.shown.length) return;
    history.add({ kind: "clear" });
    change("Cleared.");
  };
  undo.onclick = takeBack;
  redo.onclick = bringBack;
  clear.onclick = wipe;

  // Pointers

  const placeOf = (event) => {
    const { left, top, width } = paper.getBoundingClientRect();
    return [((event.clientX - left) * side) / width, ((event.clientY - top) * side) / width].map((place) => clamp(place, -side, 2 * side));
  };
  /** Whether the keys are at work; `:focus-visible` would hold for a finger, too. */
  const keyed = (yes) => {
    root.classList.toggle("keyed", yes);
    ring.classList.toggle("near", yes);
  };
  const hover = (event) => ring.classList.toggle("near", event.type === "pointermove" ? event.pointerType !== "touch" : root.classList.contains("keyed"));
  paper.onpointerdown = (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    if (stroke?.by === "touch" && event.pointerType === "pen") stroke = null; // that was the palm of the hand
    if (stroke?.by === "keys") finish();
    if (stroke) return;
    paper.setPointerCapture(event.pointerId);
    paper.focus({ preventScroll: true }); // after a touch nothing else does
    keyed(false);
    lead(placeOf(event));
    begin(spot, event.pointerId, event.pointerType);
  };
  paper.onpointermove = (event) => {
    hover(event);
    if (stroke && stroke.pointer !== event.pointerId) return;
    const events = stroke ? event.getCoalescedEvents?.() ?? [] : [];
    for (const one of events.length ? events : [event]) lead(placeOf(one));
  };
  paper.onpointerup = paper.onpointercancel = paper.onlostpointercapture = (event) => {
    if (stroke?.pointer !== event.pointerId) return;
    if (event.type === "pointerup") lead(placeOf(event));
    finish();
  };
  paper.onpointerleave = hover;
  paper.oncontextmenu = (event) => { if (stroke) event.preventDefault(); };
  // Elsewhere `touch-action` does; Safari on a phone would still magnify, select and zoom.
  paper.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false, signal: listeners.signal });

  // Keys

  const press = (event) => {
    if (event.key === " ") {
      if (event.repeat) return;
      if (stroke?.by === "keys") stroke.lifting = true; // the second press: lifted when the key is
      if (stroke) return;
      begin(spot, null, "keys");
      tell("Pen down.");
      return;
    }
    held.add(event.key);
    const step = event.shiftKey ? KEY_LEAP : KEY_STEP;
    const [x, y] = [0, 1].map((axis) => clamp(spot[axis] + step * [...held].reduce((sum, key) => sum + ARROWS[key][axis], 0), 0, side));
    if (stroke?.by === "keys") stroke.moved ||= !stroke.lifted;
    if (!stroke || stroke.by === "keys") lead([x, y]);
  };
  const release = (event) => {
    held.delete(event.key);
    if (event.key !== " " || stroke?.by !== "keys") return;
    if (stroke.moved || stroke.lifting) finish(); // moved under a held Space, or pressed for the second time
    else stroke.lifted = true; // the pen stays down until Space comes again
  };
  paper.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key === " " || ARROWS[event.key])) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has one-key shortcuts of its own
    keyed(true);
    press(event);
  };
  paper.onkeyup = release;
  paper.onfocus = () => keyed(paper.matches(":focus-visible"));
  paper.onblur = () => {
    held.clear();
    if (stroke?.by === "keys") finish();
    keyed(false);
  };
  root.onkeydown = (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !(key === "z" || key === "y")) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === "z" && !event.shiftKey) takeBack();
    else bringBack();
  };

  slider.oninput = () => {
    thicken(Number(slider.value));
    spot = [side / 2, side / 2];
    ring.classList.add("near"); // shows how broad it is
    soon();
  };
  slider.onchange = slider.onblur = () => ring.classList.remove("near");

  thicken(brush);
  root.dataset.strokes = root.dataset.sent = 0;
  parentElement.append(root);
  const observer = new ResizeObserver(measure);
  observer.observe(paper);
  window.addEventListener("resize", measure, { signal: listeners.signal }); // a window moved to a finer screen

  return {
    update(data, setTriggerValue) {
      trigger = setTriggerValue;
      side = data.side;
      paper.setAttribute("aria-label", data.alt);
      root.style.setProperty("--pad", `${data.width}px`);
      measure();
      if (!data.load || data.load.id === loaded) return;
      loaded = data.load.id;
      stroke = null;
      const ink = decode(data.load.pixels, side);
      history.add(data.load.pixels ? { kind: "pixels", ink, picture: pictureOf(ink, side) } : { kind: "clear" });
      redraw();
    },
    destroy() {
      observer.disconnect();
      listeners.abort();
      cancelAnimationFrame(frame);
      clearTimeout(telling);
      root.remove();
      pads.delete(parentElement);
    },
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!pads.has(parentElement)) pads.set(parentElement, mount(parentElement));
  const instance = pads.get(parentElement);
  instance.update(data, setTriggerValue);
  return instance.destroy;
}
