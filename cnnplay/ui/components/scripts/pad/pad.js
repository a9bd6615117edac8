// A drawing pad. A drawing is a list of steps (strokes, clearings, loaded pixels), each of them undoable. Strokes are
// kept in paper units, `side` of them across, and what is sent is computed from them alone: no canvas is read back, so
// that the same strokes give the same bytes at every size, on every screen, in every browser.

import { component, make, penOf } from "../shared/dom.js";
import { plural } from "../shared/format.js";
import { claim, hasModifier, positionIn } from "../shared/pointer.js";
import { clamp, total } from "../shared/scale.js";
import { decode, encode, inkOfStroke, makeHistory, pictureOf, together, trace } from "./ink.js";

const BRUSH = { least: 3, most: 16, usual: 8 }; // paper units: about a tenth of the pad, as MNIST's strokes are
const NEAR = 0.4; // paper units: nearer than this to the point before, a point tells nothing
const KEY_STEP = 2;
const KEY_LEAP = 8; // paper units that an arrow key moves the pen, without and with Shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP =
  "Arrow keys move the pen, with Shift in larger steps. Hold Space and move to draw; " +
  "or press Space once to put the pen down and again to lift it. Control Z takes the last stroke back.";
const ICONS = {
  undo: "M6.5 3.5L3 7l3.5 3.5M3.5 7H11a4 4 0 0 1 0 8H7",
  redo: "M11.5 3.5L15 7l-3.5 3.5M14.5 7H7a4 4 0 0 0 0 8h4",
  clear: "M4.5 4.5l9 9M13.5 4.5l-9 9",
};

function iconButton(name, label) {
  const icon = make("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, make("path", { d: ICONS[name] }));
  return make("button", { type: "button", "data-testid": `pad-${name}` }, icon, label);
}

/** @typedef {import("../shared/scale.js").Point} Point */

/**
 * What pad() in pad.py sends.
 * @typedef {object} Data
 * @property {string} alt
 * @property {number} side rows and columns of the drawing
 * @property {number} width of the pad in CSS pixels
 * @property {{ id: number | string, pixels: string } | null} load pixels to put onto the pad when the id is another
 */

/** @param {HTMLElement} parentElement */
function mount(parentElement) {
  const history = makeHistory();
  const listeners = new AbortController();
  const held = new Set();
  let side = 84;
  let brush = BRUSH.usual;
  /** @type {number | string | undefined} */
  let loaded;
  /** @type {(name: string, value: unknown) => void} */
  let trigger = () => {};
  let sent = 0;
  let frame = 0;
  let telling = 0;
  /** @type {{ points: Point[], width: number, pointer: number | null, by: string, moved?: boolean, lifting?: boolean, lifted?: boolean } | null} */
  let stroke = null; // the one being drawn, with the pointer that draws it: { points, width, pointer, by }
  /** @type {Point} */
  let spot = [side / 2, side / 2]; // where the pen is, in paper units

  const paper = make("canvas", {
    class: "paper",
    "data-testid": "pad-paper",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "drawing pad",
    "aria-description": HELP,
  });
  const done = make("canvas", { width: 0 }); // what is finished, so that a frame draws no more than the stroke at hand
  const ring = make("i", { class: "ring", "aria-hidden": "true" });
  const hint = make(
    "div",
    { class: "hint", "aria-hidden": "true" },
    "Draw a digit here",
    make("small", {}, "Arrow keys move the pen, Space draws"),
  );
  const [undo, redo, clear] = [iconButton("undo", "Undo"), iconButton("redo", "Redo"), iconButton("clear", "Clear")];
  const slider = make("input", {
    type: "range",
    min: BRUSH.least,
    max: BRUSH.most,
    step: 0.5,
    value: brush,
    "data-testid": "pad-brush",
    "aria-label": "Brush width",
  });
  const status = make("div", { class: "unseen", role: "status" });
  const root = make(
    "div",
    { class: "component pad", "data-testid": "pad", role: "group" },
    make("div", { class: "sheet" }, paper, ring, hint),
    make(
      "label",
      { class: "brush" },
      make("span", {}, "Brush"),
      make("i", { class: "fine" }),
      slider,
      make("i", { class: "broad" }),
    ),
    make("div", { class: "buttons" }, undo, redo, clear),
    status,
  );

  const draw = (pen, { points, width }) => {
    pen.lineWidth = width;
    pen.beginPath();
    trace(points, pen);
    pen.stroke();
  };
  const paint = () => {
    frame = 0;
    if (!done.width) return; // in a hidden tab; the observer calls again
    const pen = penOf(paper);
    const at = spot.map((place) => `${(100 * place) / side}cqw`);
    pen.drawImage(done, 0, 0, side, side);
    if (stroke) draw(pen, stroke);
    ring.style.transform = `translate(${at[0]}, ${at[1]}) translate(-50%, -50%)`;
    ring.classList.toggle("down", stroke?.by === "keys");
    hint.hidden = Boolean(stroke) || history.shown.length > 0;
  };
  const soon = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const redraw = () => {
    const pen = penOf(done);
    const shown = history.shown;
    pen.fillRect(0, 0, side, side); // black, as a new canvas's pen is
    for (const step of shown) step.kind === "stroke" ? draw(pen, step) : pen.drawImage(step.picture, 0, 0, side, side);
    root.dataset.strokes = String(shown.filter(({ kind }) => kind === "stroke").length);
    undo.setAttribute("aria-disabled", String(!history.undoable));
    redo.setAttribute("aria-disabled", String(!history.redoable));
    clear.setAttribute("aria-disabled", String(!shown.length));
    paint();
  };
  const measure = () => {
    const size = Math.round(paper.clientWidth * (window.devicePixelRatio || 1));
    if (!size || size === done.width) return;
    for (const canvas of [paper, done]) {
      canvas.width = canvas.height = size;
      const pen = penOf(canvas);
      pen.scale(size / side, size / side);
      Object.assign(pen, { strokeStyle: "#fff", lineCap: "round", lineJoin: "round", imageSmoothingQuality: "high" });
    }
    redraw();
  };
  const thicken = (width) => {
    brush = width;
    slider.value = String(width);
    slider.setAttribute("aria-valuetext", `${Math.round((100 * width) / side)} percent of the pad`);
    ring.style.setProperty("--width", `${(100 * width) / side}cqw`);
  };

  const send = () => {
    sent += 1;
    root.dataset.sent = String(sent);
    const inks = history.shown.map(({ ink }) => ink);
    trigger("drawing", encode(together(inks, side)));
  };
  const tell = (text) => {
    clearTimeout(telling);
    telling = setTimeout(() => {
      status.textContent = text;
    }, 300);
  };
  const change = (text) => {
    send();
    redraw();
    const count = Number(root.dataset.strokes);
    tell(`${text} ${history.shown.length ? `${plural(count, "stroke")} on the pad.` : "The pad is empty."}`);
  };
  /** @type {(at: Point, pointer: number | null, by: string) => void} */
  const begin = (at, pointer, by) => {
    stroke = { points: [at], width: brush, pointer, by };
    soon();
  };
  /** @param {Point} at */
  const lead = (at) => {
    spot = at;
    soon();
    if (!stroke) return;
    const [x, y] = stroke.points[stroke.points.length - 1];
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
  const bringBack = () => {
    if (!stroke && history.redo()) change("Done again.");
  };
  const wipe = () => {
    if (stroke) finish();
    if (!history.shown.length) return;
    history.add({ kind: "clear" });
    change("Cleared.");
  };
  undo.onclick = takeBack;
  redo.onclick = bringBack;
  clear.onclick = wipe;

  /** A pointer's place in paper units. @type {(event: PointerEvent) => Point} */
  const placeOf = (event) => {
    const [x, y] = positionIn(paper, event);
    const unit = side / paper.getBoundingClientRect().width;
    return [clamp(x * unit, -side, 2 * side), clamp(y * unit, -side, 2 * side)];
  };
  /** Whether the keys are at work; `:focus-visible` would hold for a finger, too. */
  const keyed = (yes) => {
    root.classList.toggle("keyed", yes);
    ring.classList.toggle("near", yes);
  };
  const hover = (event) =>
    ring.classList.toggle(
      "near",
      event.type === "pointermove" ? event.pointerType !== "touch" : root.classList.contains("keyed"),
    );
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
    const events = stroke ? (event.getCoalescedEvents?.() ?? []) : [];
    for (const one of events.length ? events : [event]) lead(placeOf(one));
  };
  paper.onpointerup =
    paper.onpointercancel =
    paper.onlostpointercapture =
      (event) => {
        if (stroke?.pointer !== event.pointerId) return;
        if (event.type === "pointerup") lead(placeOf(event));
        finish();
      };
  paper.onpointerleave = hover;
  paper.oncontextmenu = (event) => {
    if (stroke) event.preventDefault();
  };
  // Elsewhere `touch-action` does; Safari on a phone would still magnify, select and zoom.
  paper.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false, signal: listeners.signal });

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
    /** @param {0 | 1} axis */
    const moved = (axis) => {
      const steps = [...held].map((key) => ARROWS[key][axis]);
      return clamp(spot[axis] + step * total(steps), 0, side);
    };
    const place = /** @type {Point} */ ([moved(0), moved(1)]);
    if (stroke?.by === "keys") stroke.moved ||= !stroke.lifted;
    if (!stroke || stroke.by === "keys") lead(place);
  };
  const release = (event) => {
    held.delete(event.key);
    if (event.key !== " " || stroke?.by !== "keys") return;
    if (stroke.moved || stroke.lifting)
      finish(); // moved under a held Space, or pressed for the second time
    else stroke.lifted = true; // the pen stays down until Space comes again
  };
  paper.onkeydown = (event) => {
    if (hasModifier(event) || !(event.key === " " || ARROWS[event.key])) return;
    claim(event);
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
    claim(event);
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
  root.dataset.strokes = root.dataset.sent = "0";
  parentElement.append(root);
  const observer = new ResizeObserver(measure);
  observer.observe(paper);
  window.addEventListener("resize", measure, { signal: listeners.signal }); // a window moved to a finer screen

  return {
    /** @type {(data: Data, setTriggerValue: (name: string, value: unknown) => void) => void} */
    update(data, setTriggerValue) {
      trigger = setTriggerValue;
      side = data.side;
      paper.setAttribute("aria-label", data.alt);
      root.style.setProperty("--pad", `${data.width}px`);
      measure();
      const asItWas = loaded === undefined ? !data.load?.pixels : data.load?.id === loaded;
      loaded = data.load?.id;
      if (!data.load || asItWas) return;
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
    },
  };
}

export default component(
  mount,
  (pad, { data, setTriggerValue }) => pad.update(data, setTriggerValue),
  (pad) => pad.destroy(),
);
