// The network as volumes, in which every pixel can be pointed at: which one it is, and where it is on the screen.

import { make } from "../shared/dom.js";
import { paintPixels } from "../shared/pixels.js";
import { positionIn } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";
import { Volumes } from "../volumes/volumes.js";
import { namesThatFit } from "./names.js";
import { indexOf, isColourInput, planeOf, sizesOf, spotOf, strongestIndex, tellingMap } from "./numbers.js";

/** @import { Call } from "../shared/component.js" */
/** @import { Data as VolumesData, Item } from "../volumes/layout.js" */
/** @import { Layer, LayerData } from "./numbers.js" */
/** @import { Rect } from "./scene.js" */

const LABELS = 38; // px below the wire's lower edge, as volumes has them
const CLOSE = { close: true, unit: 18, tallest: 250 };

/** @typedef {{ at: number, index: number }} Place a value: the layer, counted from the input, and its place there */

/** A column of numbers, or a map. @type {(layer: Layer, map: number) => number[][]} */
const pictureOf = (layer, map) =>
  layer.shape.length === 1 ? Array.from(layer.values, (value) => [value]) : planeOf(layer, map);

export class Overview extends Volumes {
  /** @type {Layer[]} */
  numbers = [];
  /** @type {LayerData[]} */
  sent = [];
  /** @type {Map<string, number>} */
  front = new Map(); // the map of each layer that is in front, where the visitor has chosen one
  dark = false;
  factor = 1;
  style = CLOSE;

  /**
   * @param {Call<VolumesData>} call
   * @param {HTMLElement} stage what places are counted from
   */
  constructor(call, stage) {
    super(call);
    this.stage = stage;
  }

  /** @type {(sent: LayerData[], numbers: Layer[], alt: string, dark: boolean) => void} */
  take(sent, numbers, alt, dark) {
    [this.sent, this.numbers, this.dark] = [sent, numbers, dark];
    const drawn = this.pictured();
    this.update(/** @type {any} */ ({ data: { layers: drawn, alt } }));
  }

  /** The layers with what is on their front. */
  pictured() {
    return this.sent.map((layer, at) => {
      const numbers = this.numbers[at];
      return numbers ? { ...layer, picture: this.pictureUrl(numbers) } : layer;
    });
  }

  /** @param {Layer} layer */
  pictureUrl(layer) {
    const canvas = make("canvas");
    if (isColourInput(layer)) {
      paintPixels(canvas, this.colourOf(layer));
      return canvas.toDataURL();
    }
    const scale = layer.kind === "input" ? "grey" : "signed";
    paintPixels(canvas, pictureOf(layer, this.mapOf(layer)), { scale, range: layer.reach, dark: this.dark });
    return canvas.toDataURL();
  }

  /** Whether all channels of a colour picture are in front, as one sees it. @param {Layer} layer */
  isMixed(layer) {
    return isColourInput(layer) && !this.front.has(layer.name);
  }

  /** A colour picture, or the one of its channels that is in front. @param {Layer} layer */
  colourOf(layer) {
    const planes = [0, 1, 2].map((channel) => planeOf(layer, channel));
    const [front, mixed] = [this.mapOf(layer), this.isMixed(layer)];
    const empty = planes[0].map((row) => row.map(() => 0));
    return planes.map((plane, channel) => (mixed || channel === front ? plane : empty));
  }

  /** All channels of a colour picture together again. @param {Layer} layer */
  mix(layer) {
    this.front.delete(layer.name);
    this.redrawFront(layer);
  }

  /** The map that is in front. @param {Layer} layer */
  mapOf(layer) {
    if (layer.shape.length === 1) return 0;
    const count = sizesOf(layer)[2];
    return Math.min(this.front.get(layer.name) ?? tellingMap(layer), count - 1);
  }

  /** Bring a map to the front. @type {(layer: Layer, map: number) => void} */
  bring(layer, map) {
    if (layer.shape.length === 1 || (this.mapOf(layer) === map && !this.isMixed(layer))) return;
    this.front.set(layer.name, map);
    this.redrawFront(layer);
  }

  /** @param {Layer} layer */
  redrawFront(layer) {
    const item = this.itemOf(layer);
    const picture = this.pictureUrl(layer);
    const drawn = this.data.layers.find(({ name }) => name === layer.name);
    if (drawn) drawn.picture = picture;
    if (item) this.boxOf(layer.name)?.drawPicture({ ...item, layer: { ...item.layer, picture } });
  }

  /** @param {Layer} layer */
  itemOf(layer) {
    return this.plan.items.find((item) => item.layer.name === layer.name);
  }

  /** Height that the picture has at its full size. */
  get height() {
    return this.plan.above + this.plan.below + LABELS;
  }

  /** @param {number} factor of the full size */
  scaleTo(factor) {
    this.factor = factor;
    this.svg.setAttribute("width", String(this.plan.width * factor));
    this.svg.setAttribute("height", String(this.height * factor));
    this.root.style.setProperty("--factor", String(factor));
    this.strip.mark();
  }

  /** While the network is small, leave out the names that would overlap. @param {string[]} way the layers named first */
  nameSome(way) {
    const named = namesThatFit(this.plan.items, this.factor, way);
    for (const [name, { group }] of this.boxes) group.classList.toggle("unnamed", !named.has(name));
  }

  /** The front of a layer on the stage. @param {Layer} layer @returns {Rect} */
  faceOf(layer) {
    const { left, top } = this.stage.getBoundingClientRect();
    const face = this.boxOf(layer.name)?.face;
    return face
      ? { x: face.left - left, y: face.top - top, width: face.width, height: face.height }
      : { x: 0, y: 0, width: 0, height: 0 };
  }

  /** The layer on whose face a layer's pixels are seen: its own, or, of a round one, that of the box before. @param {number} at */
  seenAt(at) {
    const { shape } = this.numbers[at];
    let from = at;
    while (from > 0 && this.itemOf(this.numbers[from])?.chip) from -= 1;
    return this.numbers[from].shape.length === shape.length ? this.numbers[from] : this.numbers[at];
  }

  /**
   * Some rows and columns of a layer on the stage; they may reach over its edge.
   * @type {(at: number, rows: [number, number], columns: [number, number]) => Rect}
   */
  areaOf(at, [top, height], [left, width]) {
    const layer = this.seenAt(at);
    const face = this.faceOf(layer);
    const [rows, columns] = layer.shape.length === 1 ? [layer.shape[0], 1] : layer.shape;
    return {
      x: face.x + (left / columns) * face.width,
      y: face.y + (top / rows) * face.height,
      width: (width / columns) * face.width,
      height: (height / rows) * face.height,
    };
  }

  /** A value on the stage. @param {Place} place @returns {Rect} */
  pixelOf({ at, index }) {
    const layer = this.numbers[at];
    if (layer.shape.length === 1) return this.areaOf(at, [index, 1], [0, 1]);
    const { row, column } = spotOf(layer, index);
    return this.areaOf(at, [row, 1], [column, 1]);
  }

  /** The value under a pointer. @param {PointerEvent | MouseEvent} event @returns {Place | null} */
  placeAt(event) {
    const at = this.numbers.findIndex(({ name }) => name === this.nameAt(event));
    const layer = this.numbers[at];
    const item = layer && this.itemOf(layer);
    if (!layer || !item) return null;
    const [x, y] = positionIn(this.stage, event);
    const face = this.faceOf(layer);
    const [across, down] = [(x - face.x) / face.width, (y - face.y) / face.height];
    if (item.chip) return { at, index: strongestIndex(layer, this.mapOf(layer)) };
    const step = (/** @type {number} */ share, /** @type {number} */ count) =>
      clamp(Math.floor(share * count), 0, count - 1);
    if (layer.shape.length === 1) return { at, index: step(down, layer.shape[0]) };
    const map = this.sheetAt(item, layer, across, down) ?? this.mapOf(layer);
    const [rows, columns] = layer.shape;
    return { at, index: indexOf(layer, { row: step(down, rows), column: step(across, columns), map }) };
  }

  /** The sheet behind the front one that is pointed at. @type {(item: Item, layer: Layer, across: number, down: number) => number | null} */
  sheetAt(item, layer, across, down) {
    const count = sizesOf(layer)[2];
    const behind = Math.max(
      item.up ? (-down * item.height) / item.up : 0,
      item.right ? ((across - 1) * item.width) / item.right : 0,
    );
    if (behind <= 0 || behind > 1 || down > 1 || count === 1) return null;
    return clamp(Math.floor(behind * count), 0, count - 1);
  }
}
