// The layers as boxes: how large each is, and where it stands.

import { sizeText } from "../shared/format.js";

/** @typedef {{ layers: Layer[], alt: string }} Data what volumes() in volumes.py sends */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind
 * @property {string} title
 * @property {number[]} shape height, width and channels, or a length
 * @property {[number, number] | null} window that it slides over the box before
 * @property {string[]} lines of its card
 * @property {string} [operation] the word on the arrow
 * @property {string | null} [picture] a PNG data URL for the front face
 */

/**
 * A layer as it is drawn, in pixels of the screen.
 * @typedef {object} Item
 * @property {Layer} layer
 * @property {boolean} vector a column one pixel wide and one channel deep
 * @property {boolean} chip a round element on the wire: a layer that keeps the shape
 * @property {number} rows
 * @property {number} columns
 * @property {number} channels
 * @property {number} drawn channels that are drawn
 * @property {string} operation
 * @property {number} operationWidth
 * @property {number} labelWidth
 * @property {number} height of the front face
 * @property {number} width
 * @property {number} right how far the channels recede to the right,
 * @property {number} up and up
 * @property {boolean} deepCut whether a deeper stack is cut
 * @property {boolean} longCut whether a longer column is
 * @property {number} x the middle of the front face
 * @property {number | null} gapMiddle where the operation's name stands; null: over the element itself
 */

/** @typedef {Omit<Item, "x" | "gapMiddle">} Measured an item without a place */
/**
 * @typedef {{ items: Item[], scale: number, width: number, above: number, below: number }} Plan above, below: the wire
 */
/** @typedef {(text: string, size: number, weight?: number) => number} TextWidth in pixels */

/** Where one channel leads, in pixels of the scale: 35 degrees, 0.7 of its length. */
export const RECEDE = { x: 0.58, y: 0.4 };
export const CHIP = 11; // radius of the element on the wire
const ON_THE_WIRE = new Set(["activation", "batchnorm", "dropout"]);
const DEEPEST = 130; // screen pixels to the right that channels may take: a deeper stack is cut, with a break mark
const SCALE = { least: 2.4, most: 12, tallest: 196 }; // screen pixels for one pixel, and for the tallest front face
const MARGIN = 14;

/** @type {Plan} */
export const EMPTY = { items: [], scale: 1, width: 0, above: 0, below: 0 };

/** "conv 2×2": the layer's name without its number, and its window. @param {Layer} layer */
export function operationText({ name, kind, window, operation }) {
  if (kind === "input") return "";
  const verb = operation ?? name.replace(/[\s_-]*\d+$/, "");
  return window ? `${verb} ${window.join("×")}` : verb;
}

/**
 * The size of a layer on the screen.
 * @type {(layer: Layer, scale: number, longest: number, textWidth: TextWidth) => Measured}
 */
function measure(layer, scale, longest, textWidth) {
  const vector = layer.shape.length === 1;
  const [rows, columns, channels] = vector ? [layer.shape[0], 1, 1] : layer.shape;
  const chip = ON_THE_WIRE.has(layer.kind);
  const drawn = Math.min(channels, DEEPEST / (scale * RECEDE.x));
  const operation = operationText(layer);
  const label = Math.max(textWidth(layer.name, 12, 600), textWidth(sizeText(...layer.shape), 12));
  const [height, width] = vector
    ? [Math.max(Math.min(rows * scale, longest), 4), Math.max(scale, 6)]
    : [rows * scale, columns * scale];
  return {
    layer,
    vector,
    chip,
    rows,
    columns,
    channels,
    drawn,
    operation,
    operationWidth: operation ? textWidth(operation, 11.5) : 0,
    labelWidth: chip ? 0 : label,
    height: chip ? 2 * CHIP : height,
    width: chip ? 2 * CHIP : width,
    right: chip ? 0 : drawn * scale * RECEDE.x,
    up: chip ? 0 : drawn * scale * RECEDE.y,
    deepCut: !chip && drawn < channels,
    longCut: vector && !chip && rows * scale > longest,
  };
}

/**
 * From left to right, so that neither boxes nor their labels touch.
 * @type {(measured: Measured[]) => { items: Item[], end: number }}
 */
function standInRow(measured) {
  let cursor = MARGIN;
  let labelsEnd = 0;
  const items = measured.map((item, index) => {
    const half = item.width / 2;
    if (item.chip) {
      const reach = Math.max(half, item.operationWidth / 2);
      const x = cursor + 10 + reach;
      cursor = x + reach;
      return { ...item, x, gapMiddle: null };
    }
    const gap = index ? Math.max(item.operationWidth + 18, 36) : 0;
    const x = Math.max(cursor + gap + half, labelsEnd + item.labelWidth / 2);
    const gapMiddle = (cursor + x - half) / 2;
    cursor = x + half + item.right;
    labelsEnd = x + item.labelWidth / 2 + 14;
    return { ...item, x, gapMiddle };
  });
  return { items, end: Math.max(cursor, labelsEnd - 14) };
}

/**
 * Every layer's place at this scale, and the size of the whole.
 * @type {(layers: Layer[], scale: number, textWidth: TextWidth) => Plan}
 */
function arrange(layers, scale, textWidth) {
  const tallest = Math.max(...layers.map(({ shape }) => (shape.length === 3 ? shape[0] * scale : 0)));
  const longest = Math.max(130, tallest);
  const { items, end } = standInRow(layers.map((layer) => measure(layer, scale, longest, textWidth)));
  return {
    items,
    scale,
    width: end + MARGIN,
    above: Math.max(70, ...items.map((item) => item.height / 2 + item.up)) + 12,
    below: Math.max(62, ...items.map((item) => item.height / 2)) + 20,
  };
}

/**
 * The largest scale at which the whole fits the width; where none is legible, the least one, and the strip scrolls.
 * @type {(layers: Layer[], available: number, textWidth: TextWidth) => Plan}
 */
export function fit(layers, available, textWidth) {
  const boxes = layers.filter(({ shape }) => shape.length === 3);
  const tallest = Math.max(1, ...boxes.map(({ shape }) => Math.max(shape[0], shape[1])));
  const deepest = Math.min(64, Math.max(1, ...boxes.map(({ shape }) => shape[2])));
  let low = SCALE.least;
  let high = Math.max(low, Math.min(SCALE.most, SCALE.tallest / tallest, DEEPEST / (deepest * RECEDE.x)));
  if (arrange(layers, high, textWidth).width <= available) return arrange(layers, high, textWidth);
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    if (arrange(layers, middle, textWidth).width <= available) low = middle;
    else high = middle;
  }
  return arrange(layers, low, textWidth);
}
