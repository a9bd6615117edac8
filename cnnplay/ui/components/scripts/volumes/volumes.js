// The layers of a network drawn as boxes, at one scale, from left to right.
//
// A box's front face is height x width, undistorted, as one sees the picture itself; its channels recede up and to the
// right, like sheets stacked behind one another. A layer that keeps the shape is a round element on the wire.

import { penOf } from "../shared/canvas.js";
import { component } from "../shared/component.js";
import { find, make, setAttributes, watchWidth } from "../shared/dom.js";
import { targetOf } from "../shared/pointer.js";
import { paletteOf } from "../shared/theme.js";
import { Box, setPath } from "./box.js";
import { Card } from "./card.js";
import { EMPTY, fit, RECEDE, TO_SCALE } from "./layout.js";
import { GROUP, path, SEPARATE } from "./paths.js";
import { Strip } from "./strip.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Data, Plan } from "./layout.js" */

const NARROW = 560; // px: below this width the card stands under the picture
const LABELS = 38; // px below the wire's lower edge
/** Which of the theme's categorical colours a kind takes; the input's grey is in the style sheet. */
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

/** What the scale and its signs stand for. @type {(plan: Plan, units: number) => string} */
function notesOf({ items }, units) {
  const notes = [`Scale: ${units} pixels high, ${units} pixels wide, ${units} channels deep.`];
  if (items.some(({ channels, chip }) => channels > SEPARATE && !chip))
    notes.push(`More than ${SEPARATE} channels: a line every ${GROUP}.`);
  if (items.some(({ longCut, deepCut }) => longCut || deepCut))
    notes.push("A zigzag means the layer is longer than shown.");
  return items.length ? notes.join(" ") : "";
}

/** @implements {Component<Data>} */
export class Volumes {
  /** @type {Map<string, Box>} */
  boxes = new Map();
  listeners = new AbortController();
  /** @type {string | null} */
  active = null; // the layer whose card is shown
  /** @type {string | null} */
  pinned = null; // the one that has the focus
  /** @type {string | null} */
  current = null; // the one that Tab leads to
  plan = EMPTY;
  style = TO_SCALE;

  /** @param {Call<Data>} call */
  constructor({ parentElement, data }) {
    const root = find(parentElement, ".volumes", HTMLElement);
    this.root = root;
    this.data = data;
    this.drawn = false;
    this.strip = new Strip(find(root, ".strip", HTMLElement), root);
    this.svg = find(root, ".figure", SVGSVGElement);
    this.defs = find(root, ".figure defs", SVGDefsElement);
    this.bar = find(root, ".bar", SVGSVGElement);
    this.barPath = find(root, ".bar path", SVGPathElement);
    this.notes = find(root, ".notes", HTMLElement);
    this.card = new Card(find(root, ".card", HTMLElement));
    this.listenToPointer();
    this.listenToKeys();
    this.observer = watchWidth(root, () => this.draw(true));
  }

  get names() {
    return this.data.layers.map(({ name }) => name);
  }

  listenToPointer() {
    const { svg, strip } = this;
    const mouse = (/** @type {(event: PointerEvent) => void} */ act) => (/** @type {PointerEvent} */ event) => {
      if (event.pointerType === "mouse") act(event);
    };
    svg.onpointerover = mouse((event) => this.activate(this.nameAt(event) ?? this.pinned));
    svg.onpointerleave = mouse(() => this.activate(this.pinned));
    svg.onclick = (event) => this.focus(this.nameAt(event)); // a tap; some browsers do not focus a <g> by themselves
    strip.node.onscroll = () => {
      strip.mark();
      this.placeCard();
    };
  }

  listenToKeys() {
    const { svg } = this;
    const { signal } = this.listeners; // focusin and focusout have no on... property
    const focus = (/** @type {FocusEvent} */ event) => {
      this.current = this.pinned = this.nameAt(event);
      this.activate(this.pinned);
      this.reveal();
    };
    svg.addEventListener("focusin", focus, { signal });
    svg.addEventListener("focusout", () => this.release(), { signal });
    svg.onkeydown = (event) => {
      const names = this.names;
      const index = names.indexOf(this.current ?? "");
      const last = names.length - 1;
      /** @type {Record<string, number>} */
      const targets = { ArrowRight: Math.min(last, index + 1), ArrowLeft: Math.max(0, index - 1), Home: 0, End: last };
      if (event.key === "Escape") this.release();
      else if (event.key in targets) this.focus(names[targets[event.key]]);
      else return;
      event.preventDefault();
    };
  }

  /** The layer that an event came from. @param {Event} event */
  nameAt(event) {
    const layer = /** @type {SVGElement | null} */ (targetOf(event).closest(".layer"));
    return layer?.dataset.layer ?? null;
  }

  /** @param {string | null} name */
  boxOf(name) {
    return name === null ? undefined : this.boxes.get(name);
  }

  /** @param {string | null} name */
  focus(name) {
    this.boxOf(name)?.group.focus({ preventScroll: true });
  }

  release() {
    this.pinned = null;
    this.activate(null);
  }

  /** @param {Call<Data>} call */
  update({ data }) {
    this.data = data;
    this.root.setAttribute("aria-label", data.alt);
    const palette = paletteOf(this.root);
    for (const [kind, index] of Object.entries(PALETTE))
      if (palette[index]) this.root.style.setProperty(`--${kind}`, palette[index]);
    this.draw(!this.drawn);
    this.drawn = data.layers.length > 0;
  }

  /** @param {boolean} still whether nothing is animated */
  draw(still) {
    const { layers } = this.data;
    const width = this.root.clientWidth;
    this.root.classList.toggle("still", still);
    this.root.classList.toggle("narrow", width < NARROW);
    const plan = layers.length ? fit(layers, width, this.textWidth(), this.style) : EMPTY;
    this.plan = plan;
    const height = plan.above + plan.below + LABELS;
    setAttributes(this.svg, { viewBox: `0 ${-plan.above} ${plan.width} ${height}`, width: plan.width, height });
    this.drawBoxes(plan);
    const known = (/** @type {string | null} */ name) => (this.boxOf(name) ? name : null);
    this.current = known(this.current) ?? layers[0]?.name ?? null;
    this.pinned = known(this.pinned);
    this.drawScale(plan);
    this.strip.mark();
    this.activate(known(this.active));
  }

  /**
   * @returns {(text: string, size: number, weight?: number) => number} the width of a text in the font that there is
   */
  textWidth() {
    const pen = penOf(make("canvas"));
    const family = getComputedStyle(this.root).fontFamily;
    return (text, size, weight = 400) => {
      pen.font = `${weight} ${size}px ${family}`;
      return pen.measureText(text).width;
    };
  }

  /** @param {Plan} plan */
  drawBoxes(plan) {
    const names = new Set(this.names);
    for (const [name, { group }] of this.boxes) {
      if (names.has(name)) continue;
      group.remove();
      this.boxes.delete(name);
    }
    /** @type {Element} */
    let before = this.defs;
    let source;
    for (const [index, item] of plan.items.entries()) {
      const box = this.boxes.get(item.layer.name) ?? new Box();
      this.boxes.set(item.layer.name, box);
      if (before.nextElementSibling !== box.group) before.after(box.group);
      before = box.group;
      box.draw(item, plan.items[index - 1], source, plan);
      if (!item.chip) source = item;
    }
  }

  /** The scale: three strokes of ten, and in words what else the picture leaves to be guessed. @param {Plan} plan */
  drawScale(plan) {
    const units = plan.scale > 6 ? 5 : 10;
    const straight = units * plan.scale;
    const [right, up] = [straight * RECEDE.x, straight * RECEDE.y];
    const corner = path([2, 2], [2, straight + 2], [straight + 2, straight + 2]);
    setPath(this.barPath, corner + path([2, straight + 2], [2 + right, straight + 2 - up]));
    setAttributes(this.bar, { width: straight + 6, height: straight + 6 });
    this.notes.textContent = notesOf(plan, units);
  }

  /** Emphasise one layer and show its card; null shows the whole network again. @param {string | null} name */
  activate(name) {
    this.active = name;
    const source = this.boxOf(name)?.source;
    this.root.classList.toggle("focusing", Boolean(this.boxOf(name)));
    for (const [other, box] of this.boxes) box.mark(other === name, other === source, other === this.current);
    this.card.show(this.data.layers.find((layer) => layer.name === name));
    this.placeCard();
  }

  placeCard() {
    const box = this.boxOf(this.active);
    if (box) this.card.place(this.root.getBoundingClientRect(), box.bounds);
  }

  /** Bring the layer with the focus into sight. */
  reveal() {
    const box = this.boxOf(this.active);
    if (box) this.strip.reveal(box.bounds, this.boxOf(box.source)?.bounds);
  }

  destroy() {
    this.observer.disconnect();
    this.listeners.abort();
    for (const { group } of this.boxes.values()) group.remove();
  }
}

export default component(Volumes);
