// The network as a picture that one goes into: from any value to the values that it was computed from, and on, layer by
// layer, down to the pixels of the image, and back. Here is the way itself, the list of steps, and all that changes it:
// clicks, keys and new data.

import { penOf, resize } from "../shared/canvas.js";
import { component } from "../shared/component.js";
import { find, make, setText, watchWidth } from "../shared/dom.js";
import { grouped } from "../shared/format.js";
import { oncePerFrame } from "../shared/motion.js";
import { claim, hasModifier, moveOf, positionIn } from "../shared/pointer.js";
import { clamp, mix, smooth } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { onThemeChange, readTheme } from "../shared/theme.js";
import { Answer } from "./answer.js";
import { isColourInput, readLayers, sizesOf, spotOf, strongestIndex } from "./numbers.js";
import { Overview } from "./overview.js";
import { Picture } from "./picture.js";
import { cellOf, hitOf, sceneOf } from "./scene.js";
import { firstGroup, firstTerm, isOpen, stepAt } from "./steps.js";
import { Trail } from "./trail.js";
import { Travel } from "./travel.js";
import { pointedText, sentenceOf, termText, titleOf, valueText } from "./words.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Answering } from "./answer.js" */
/** @import { Layer, LayerData } from "./numbers.js" */
/** @import { Place } from "./overview.js" */
/** @import { Visit } from "./picture.js" */
/** @import { Rect } from "./scene.js" */

/**
 * What zoom() in zoom.py sends.
 * @typedef {object} Data
 * @property {LayerData[]} layers
 * @property {string} alt
 * @property {Answering | null} answer
 * @property {string[]} classes
 */

const NARROW = 560; // px
const HEIGHT = { wide: 430, narrow: 520 }; // px of the stage
const SMALL = { wide: 130, narrow: 112 }; // px of the network while a step is shown
const LEGIBLE = 0.8; // of its full size: a network that is wider than this scrolls
const CRUMBS = 40; // px
const PAD = 8; // px
const HINT =
  "Click any pixel to see what it was computed from. A click on a sheet behind the front brings that map forward.";
const INVITATION = "Tap a pixel of the network, and you see here what it was computed from.";
const NO_NUMBERS = "This network has too many values to send to your browser, so its pixels cannot be opened.";

/** @implements {Component<Data>} */
class Zoom {
  /** @type {Layer[]} */
  layers = [];
  /** @type {Visit[]} */
  path = [];
  /** @type {Place | null} */
  pointed = null; // on the network
  keyed = false; // whether the keys move among the pixels of the network
  about = 0; // the layer whose maps the buttons turn over
  travel = new Travel({
    depth: () => this.path.length,
    products: () => (this.last ? this.last.step.groups[this.last.group].terms.length : 0),
    left: () => this.left(),
    paint: () => this.paint(),
  });
  status = new Status();
  paintSoon = oncePerFrame(() => this.paint());
  canvas = make("canvas", { class: "over", "aria-hidden": "true" });
  trail = new Trail({
    back: () => this.goBack(),
    returnTo: (depth) => this.returnTo(depth),
    turn: (by) => this.turn(by),
  });
  bench = make("div", {
    class: "bench",
    "data-testid": "zoom-bench",
    tabindex: -1,
    role: "application",
    "aria-roledescription": "step of the calculation",
    "aria-description":
      "Arrow keys move among the values that were read, Page Up and Page Down among maps. Enter goes into a value, Escape goes back.",
  });
  sentence = make("p", { class: "sentence", "data-testid": "zoom-sentence" });
  readout = make("p", { class: "readout", "data-testid": "zoom-readout" });

  /** @param {Call<Data>} call */
  constructor(call) {
    this.root = find(call.parentElement, ".zoom", HTMLElement);
    this.stage = find(this.root, ".stage", HTMLElement);
    this.answer = new Answer(find(this.root, ".answer", HTMLElement));
    this.stage.append(make("p", { class: "invitation" }, INVITATION), this.trail.node, this.bench, this.canvas);
    this.root.append(this.sentence, this.readout, this.status.node);
    this.theme = readTheme(this.root);
    this.overview = new Overview({ ...call, data: { layers: [], alt: "" } }, this.stage);
    this.picture = new Picture(this.overview);
    this.data = call.data;
    this.listen();
    this.observer = watchWidth(this.root, () => this.arrange());
    onThemeChange(this.root, () => this.take());
  }

  listen() {
    const { svg } = this.overview;
    svg.onpointermove = (event) => {
      if (event.pointerType === "mouse") this.point(this.overview.placeAt(event));
    };
    svg.onpointerleave = () => this.point(null);
    svg.onmousedown = (event) => event.preventDefault(); // the focus would scroll the network away under the click
    svg.onpointerover = null;
    svg.onclick = (event) => this.open(this.overview.placeAt(event));
    const followFocusKeys = svg.onkeydown;
    svg.onkeydown = (event) => {
      if (!this.keyInNetwork(event)) followFocusKeys?.call(svg, event);
    };
    this.overview.strip.node.onscroll = () => {
      this.overview.strip.mark();
      this.paintSoon();
    };
    this.bench.onpointermove = (event) => this.hover(event);
    this.bench.onclick = (event) => this.press(event);
    this.bench.onkeydown = (event) => this.keyOnBench(event);
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    this.data = data;
    this.take();
  }

  /** New numbers, or another theme: the way stays where the network has the same layers. */
  take() {
    const { layers: sent, alt, answer, classes } = this.data;
    this.theme = readTheme(this.root);
    const before = this.layers.map(({ name, shape }) => `${name} ${shape}`).join();
    this.layers = readLayers(sent, classes);
    const same = before === this.layers.map(({ name, shape }) => `${name} ${shape}`).join();
    if (!same) {
      this.path = [];
      this.overview.front.clear();
      this.about = this.layers.findIndex(({ kind }) => kind === "convolution");
    }
    for (const visit of this.path) visit.step = stepAt(this.layers, visit.at, visit.step.index);
    this.pointed = null;
    this.root.setAttribute("aria-label", alt);
    this.overview.take(sent, this.layers, alt, this.theme.dark);
    this.answer.show(answer, classes);
    this.arrange();
  }

  get narrow() {
    return this.root.clientWidth < NARROW;
  }

  get size() {
    return this.narrow ? "narrow" : "wide";
  }

  /** @returns {Visit | undefined} */
  get last() {
    return this.path[this.path.length - 1];
  }

  /** For another width, other data or another theme. */
  arrange() {
    const { clientWidth: width } = this.root;
    if (!width) return;
    this.root.classList.toggle("narrow", this.narrow);
    this.stage.style.height = `${HEIGHT[this.size]}px`;
    resize(this.canvas, width, HEIGHT[this.size]);
    this.travel.arrive();
    this.describe();
    this.paint();
  }

  /** Where a step's grids may stand. @returns {Rect} */
  get frame() {
    const top = SMALL[this.size] + CRUMBS + 4;
    const { clientWidth: width } = this.root;
    return { x: PAD, y: top, width: width - 2 * PAD, height: HEIGHT[this.size] - top - PAD };
  }

  /** @param {Visit} visit */
  sceneOf({ step, group }) {
    return sceneOf(step, group, this.frame);
  }

  /** From the network, to a value of it. @param {Place | null} place */
  open(place) {
    if (!place || !this.layers.length) return;
    this.about = place.at;
    const layer = this.layers[place.at];
    const { map } = spotOf(layer, place.index);
    if (layer.shape.length === 3 && map !== this.overview.mapOf(layer) && !this.keyed) {
      this.overview.bring(layer, map); // a sheet behind: first it comes to the front
      this.pointed = place;
      this.describe();
      this.paintSoon();
      return;
    }
    if (!isOpen(layer)) {
      setText(
        this.readout,
        `This layer has ${grouped(layer.rule.weights ?? 0)} weights: too many to send to your browser.`,
      );
      return;
    }
    this.path = [];
    this.go(place);
  }

  /** To a value of the step that is shown. @type {(group: number, term: number) => void} */
  enter(group, term) {
    const { last } = this;
    const found = last?.step.groups[group].terms[term];
    if (!last || !found) return;
    [last.group, last.term] = [group, term];
    if (!last.step.source || found.index === null) {
      this.status.say(termText(last.step, last.step.groups[group], found));
      return;
    }
    this.go({ at: last.at - 1, index: found.index });
  }

  /** A step down. @param {Place} place */
  go({ at, index }) {
    if (!isOpen(this.layers[at])) return;
    const step = stepAt(this.layers, at, index);
    const group = firstGroup(step);
    this.path.push({ at, step, group, term: firstTerm(step, group) });
    this.pointed = null;
    this.bringMaps();
    this.travel.setOut();
    this.describe();
    this.bench.focus({ preventScroll: true });
    this.sayStep();
  }

  sayStep() {
    this.status.sayAtRest(() => this.sentence.textContent ?? "");
  }

  /** A step up. */
  goBack() {
    if (this.path.length && !this.travel.leaving) this.travel.goBack();
  }

  /** Up to a step of the way; -1 is the network. @param {number} depth */
  returnTo(depth) {
    if (depth >= this.path.length - 1) return;
    this.path.length = depth + 2;
    this.travel.arrive();
    this.goBack();
  }

  /** The maps that a step shows, in front of their volumes. */
  bringMaps() {
    const { last } = this;
    if (!last) return;
    const { step, group } = last;
    if (!isColourInput(step.layer)) this.overview.bring(step.layer, step.spot.map);
    if (!step.source || step.source.shape.length === 1 || isColourInput(step.source)) return; // a picture stays whole
    const first = step.groups[group].terms.find(({ index }) => index !== null);
    if (first?.index !== undefined && first.index !== null)
      this.overview.bring(step.source, spotOf(step.source, first.index).map);
  }

  /** The step before is back, or the network alone. */
  left() {
    const gone = this.path.pop();
    this.bringMaps();
    this.describe();
    this.sayStep();
    if (this.path.length) this.bench.focus({ preventScroll: true });
    else if (gone) this.overview.focus(gone.step.layer.name);
  }

  /** @param {Place | null} place */
  point(place) {
    this.pointed = place;
    if (place) this.about = place.at;
    this.describe();
    this.paintSoon();
  }

  /** The map before, or the next one. @param {number} by */
  turn(by) {
    const layer = this.layers[this.about];
    if (!layer || layer.shape.length === 1) return;
    const count = sizesOf(layer)[2];
    const { overview } = this;
    const mixed = overview.isMixed(layer);
    const next = mixed ? (by > 0 ? 0 : count - 1) : overview.mapOf(layer) + by;
    if (isColourInput(layer) && !mixed && (next < 0 || next === count)) overview.mix(layer);
    else overview.bring(layer, (next + count) % count);
    this.describe();
  }

  /** @param {PointerEvent | MouseEvent} event */
  found(event) {
    const { last } = this;
    if (!last || this.travel.arrived < 1) return null;
    return hitOf(this.sceneOf(last), ...positionIn(this.stage, event));
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const hit = this.found(event);
    const { last } = this;
    this.bench.style.cursor = hit ? "pointer" : "";
    if (!last || !hit || !("term" in hit)) return;
    this.select(hit.group, hit.term);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const hit = this.found(event);
    if (!hit) return;
    if ("tile" in hit) this.select(hit.tile);
    else this.enter(hit.group, hit.term);
  }

  /** Move the cursor. @type {(group: number, term?: number) => void} */
  select(group, term) {
    const { last } = this;
    if (!last) return;
    const { step } = last;
    const changed = group !== last.group;
    last.group = group;
    last.term = clamp(term ?? firstTerm(step, group), 0, step.groups[group].terms.length - 1);
    if (changed) this.bringMaps();
    this.describe();
    this.paintSoon();
  }

  /** @param {KeyboardEvent} event */
  keyOnBench(event) {
    const { last } = this;
    if (!last || hasModifier(event)) return;
    const { groups } = last.step;
    const { columns, terms } = groups[last.group];
    const move = moveOf(event.key);
    if (event.key === "Escape" || event.key === "Backspace") this.goBack();
    else if (event.key === "Enter" || event.key === " ") this.enter(last.group, last.term);
    else if (event.key === "PageUp" || event.key === "PageDown")
      this.select((last.group + (event.key === "PageUp" ? -1 : 1) + groups.length) % groups.length);
    else if (move) {
      const row = clamp(Math.floor(last.term / columns) + move[0], 0, Math.ceil(terms.length / columns) - 1);
      this.select(last.group, row * columns + clamp((last.term % columns) + move[1], 0, columns - 1));
      this.status.sayAtRest(() => this.readout.textContent ?? "");
    } else return;
    claim(event);
  }

  /** Among the pixels of the network; whether the key was taken. @param {KeyboardEvent} event */
  keyInNetwork(event) {
    const at = this.layers.findIndex(({ name }) => name === this.overview.current);
    const layer = this.layers[at];
    if (!layer || hasModifier(event)) return false;
    const move = moveOf(event.key);
    const place = this.keyed && this.pointed?.at === at ? this.pointed : null;
    if (event.key === "Enter" || event.key === " ") {
      if (place) this.open(place);
      else this.keepPointed({ at, index: strongestIndex(layer, this.overview.mapOf(layer)) });
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      this.about = at;
      this.turn(event.key === "PageUp" ? -1 : 1);
      this.status.sayAtRest(() => this.trail.which.textContent ?? "");
    } else if (place && event.key === "Escape") {
      this.keyed = false;
      this.point(null);
    } else if (place && move) {
      const [rows, columns, channels] = layer.shape.length === 1 ? [layer.shape[0], 1, 1] : layer.shape;
      const pixel = Math.floor(place.index / channels);
      const row = clamp(Math.floor(pixel / columns) + move[0], 0, rows - 1);
      const column = clamp((pixel % columns) + move[1], 0, columns - 1);
      const map = layer.shape.length === 1 ? 0 : this.overview.mapOf(layer);
      this.keepPointed({ at, index: (row * columns + column) * channels + map });
    } else return false;
    claim(event);
    return true;
  }

  /** @param {Place} place by the keys */
  keepPointed(place) {
    this.keyed = true;
    this.point(place);
    this.status.sayAtRest(() => this.readout.textContent ?? "");
  }

  describe() {
    const { last, root, layers } = this;
    const { dataset } = root;
    Object.assign(dataset, {
      depth: this.path.length,
      layer: last?.step.layer.name ?? "",
      index: last?.step.index ?? "",
      cursor: this.cursorText(),
    });
    this.bench.tabIndex = last ? 0 : -1;
    root.classList.toggle("deep", Boolean(last));
    const about = layers[this.about];
    this.trail.show(
      this.path.map(({ step }) => step),
      about,
      about ? this.overview.mapOf(about) : 0,
      about ? this.overview.isMixed(about) : false,
    );
    if (last) {
      const { step, group, term } = last;
      const sentence = sentenceOf(step);
      setText(this.sentence, `${titleOf(step)}. ${sentence}`);
      setText(this.readout, termText(step, step.groups[group], step.groups[group].terms[term]));
      this.bench.setAttribute("aria-label", `${titleOf(step)}. ${sentence}`);
      return;
    }
    setText(this.sentence, layers.length ? HINT : this.data.layers.some(({ picture }) => picture) ? NO_NUMBERS : "");
    setText(this.readout, this.pointed ? this.pointedText(this.pointed) : "");
  }

  /** @param {Place} place */
  pointedText({ at, index }) {
    const layer = this.layers[at];
    return this.overview.isMixed(layer) ? pointedText(layer, index) : valueText(layer, index);
  }

  paint() {
    const { canvas, overview, stage } = this;
    if (!canvas.width || !this.root.clientWidth) return;
    const open = smooth(this.travel.opened);
    const fitting = Math.min(1, (this.root.clientWidth - 4) / (overview.plan.width || 1));
    const large = Math.min(Math.max(fitting, LEGIBLE), (HEIGHT[this.size] - CRUMBS) / overview.height);
    overview.scaleTo(mix(large, Math.min(fitting, SMALL[this.size] / overview.height), open));
    overview.nameSome(this.path.map(({ step }) => step.layer.name).reverse());
    const rest = this.narrow ? 0 : Math.max(0, HEIGHT[this.size] - CRUMBS - overview.height * overview.factor);
    overview.root.style.transform = `translateY(${(rest / 2) * (1 - open)}px)`;
    this.trail.node.style.transform = `translateY(${mix(HEIGHT[this.size] - CRUMBS, SMALL[this.size], open)}px)`;
    stage.classList.toggle("open", this.travel.opened > 0);
    const pen = penOf(canvas);
    pen.clearRect(0, 0, this.root.clientWidth, HEIGHT[this.size]);
    const { picture, path, theme, travel } = this;
    if (this.pointed && !path.length) picture.paintPointed(pen, this.pointed, theme);
    if (path.length) picture.paintWay(pen, path, travel.arrived, travel.revealed, this.frame, theme);
    this.root.dataset.cursor = this.cursorText();
  }

  /** Where on the stage the cursor is, once the step has arrived: "120 260". */
  cursorText() {
    const { last } = this;
    if (!last || this.travel.arrived < 1 || this.travel.leaving) return "";
    const grid = this.sceneOf(last).grids.find(({ group }) => group === last.group);
    if (!grid) return "";
    const { x, y, width, height } = cellOf(grid, last.term);
    return `${Math.round(x + width / 2)} ${Math.round(y + height / 2)}`;
  }

  destroy() {
    this.observer.disconnect();
    this.overview.destroy();
    this.travel.move.cancel();
    this.paintSoon.cancel();
    this.status.hush();
  }
}

export default component(Zoom);
