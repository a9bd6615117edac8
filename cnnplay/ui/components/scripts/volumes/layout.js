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
 * @property {string} [problem] why it does not fit: it is drawn as a frame of the size of the one before
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
 * @property {string} operation over the arrow, or over the element on the wire
 * @property {string} under the arrow
 * @property {number} operationWidth
 * @property {number} nameWidth
 * @property {number} labelWidth of the name and of the shape below it
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
const SCALE = { least: 2.4, most: 12 }; // screen pixels for one pixel
const MARGIN = 14;

/** @type {Plan} */
export const EMPTY = { items: [], scale: 1, width: 0, above: 0, below: 0 };

/**
 * How the layers stand: with what they do in full on each arrow, or close together, to be as large as they can be.
 * @typedef {object} Style
 * @property {boolean} close whether an arrow has only what the name under the box does not say, in two lines
 * @property {number} unit least size of a number of a vector that is as long as that allows: one that can be clicked
 * @property {number} tallest front face
 */

/** @type {Style} */
export const TO_SCALE = { close: false, unit: 0, tallest: 196 };

/**
 * What a layer does: its name without its number, and its window: ["conv", "2×2"].
 * @param {Layer} layer
 * @returns {[string, string]}
 */
export function operationOf({ name, kind, window, operation }) {
  if (kind === "input") return ["", ""];
  return [operation ?? name.replace(/[\s_-]*\d+$/, ""), window ? window.join("×") : ""];
}

/** What is written over an arrow and under it. @type {(layer: Layer, chip: boolean, style: Style) => [string, string]} */
function textsOf(layer, chip, { close }) {
  const [verb, window] = operationOf(layer);
  if (!close) return [window ? `${verb} ${window}` : verb, ""];
  return chip || window ? [verb, window] : ["", ""];
}

/**
 * The size of a layer on the screen.
 * @type {(layer: Layer, scale: number, longest: number, textWidth: TextWidth, style: Style) => Measured}
 */
function measure(layer, scale, longest, textWidth, style) {
  const vector = layer.shape.length === 1;
  const [rows, columns, channels] = vector ? [layer.shape[0], 1, 1] : layer.shape;
  const chip = ON_THE_WIRE.has(layer.kind);
  const drawn = Math.min(channels, DEEPEST / (scale * RECEDE.x));
  const [operation, under] = textsOf(layer, chip, style);
  const nameWidth = textWidth(layer.name, 12, 600);
  const label = Math.max(nameWidth, textWidth(sizeText(...layer.shape), 12));
  const unit = rows * style.unit <= longest ? Math.max(scale, style.unit) : scale;
  const [height, width] = vector
    ? [Math.max(Math.min(rows * unit, longest), 4), Math.max(unit, 6)]
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
    under,
    operationWidth: Math.max(0, ...[operation, under].filter(Boolean).map((text) => textWidth(text, 11.5))),
    nameWidth,
    labelWidth: chip ? 0 : label,
    height: chip ? 2 * CHIP : height,
    width: chip ? 2 * CHIP : width,
    right: chip ? 0 : drawn * scale * RECEDE.x,
    up: chip ? 0 : drawn * scale * RECEDE.y,
    deepCut: !chip && drawn < channels,
    longCut: vector && !chip && rows * unit > longest,
  };
}

/**
 * From left to right, so that neither boxes nor their labels touch.
 * @type {(measured: Measured[], style: Style) => { items: Item[], end: number }}
 */
function standInRow(measured, { close }) {
  const [beside, least] = close ? [12, 26] : [18, 36];
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
    const gap = index ? Math.max(item.operationWidth + beside, least) : 0;
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
 * @type {(layers: Layer[], scale: number, textWidth: TextWidth, style: Style) => Plan}
 */
function arrange(layers, scale, textWidth, style) {
  const tallest = Math.max(...layers.map(({ shape }) => (shape.length === 3 ? shape[0] * scale : 0)));
  const longest = Math.max(130, 10 * style.unit, tallest);
  const measured = layers.map((layer) => measure(layer, scale, longest, textWidth, style));
  const { items, end } = standInRow(measured, style);
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
 * @type {(layers: Layer[], available: number, textWidth: TextWidth, style?: Style) => Plan}
 */
export function fit(layers, available, textWidth, style = TO_SCALE) {
  const planAt = (/** @type {number} */ scale) => arrange(layers, scale, textWidth, style);
  const boxes = layers.filter(({ shape }) => shape.length === 3);
  const tallest = Math.max(1, ...boxes.map(({ shape }) => Math.max(shape[0], shape[1])));
  const deepest = Math.min(64, Math.max(1, ...boxes.map(({ shape }) => shape[2])));
  let low = SCALE.least;
  let high = Math.max(low, Math.min(SCALE.most, style.tallest / tallest, DEEPEST / (deepest * RECEDE.x)));
  if (planAt(high).width <= available) return planAt(high);
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    if (planAt(middle).width <= available) low = middle;
    else high = middle;
  }
  return planAt(low);
}
