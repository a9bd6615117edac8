// The layers as boxes: how large each is, and where it stands.

import { sizeText } from "../shared/format.js";
import { pathThrough } from "../shared/scale.js";

const ON_THE_WIRE = new Set(["activation", "batchnorm", "dropout"]);

export const RECEDE = { x: 0.58, y: 0.4 }; // where one channel leads, in pixels of the scale: 35 degrees, 0.7 of its length

const DEEPEST = 130; // screen pixels to the right that channels may take: a deeper stack is cut, with a break mark

export const SEPARATE = 12; // up to this many channels have a line each, more have a line every GROUP

export const GROUP = 8;

const SCALE = { least: 2.4, most: 12, tallest: 196 }; // screen pixels for one pixel, and for the tallest front face

export const NARROW = 560; // below this width the card stands under the picture

export const CHIP = 11; // radius of the element on the wire

const MARGIN = 14;

export const path = (...points) => pathThrough(points);

export const box = (left, top, right, bottom) => `${path([left, top], [right, top], [right, bottom], [left, bottom])}Z`;

/** "conv 2×2": the layer's name without its number, and its window. */
function operationText({ name, kind, window, operation }) {
  const verb = operation ?? name.replace(/[\s_-]*\d+$/, "");
  return kind === "input" ? "" : window ? `${verb} ${window.join("×")}` : verb;
}

/** The size of a layer on the screen; a vector is a column one pixel wide and one channel deep. */
function measure(layer, scale, longest, textWidth) {
  const vector = layer.shape.length === 1;
  const [rows, columns, channels] = vector ? [layer.shape[0], 1, 1] : layer.shape;
  const chip = ON_THE_WIRE.has(layer.kind);
  const drawn = Math.min(channels, DEEPEST / (scale * RECEDE.x)); // channels that are drawn
  const operation = operationText(layer);
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
    labelWidth: chip ? 0 : Math.max(textWidth(layer.name, 12, 600), textWidth(sizeText(...layer.shape), 12)),
    height: chip ? 2 * CHIP : vector ? Math.max(Math.min(rows * scale, longest), 4) : rows * scale,
    width: chip ? 2 * CHIP : vector ? Math.max(scale, 6) : columns * scale,
    right: chip ? 0 : drawn * scale * RECEDE.x, // how far the channels recede
    up: chip ? 0 : drawn * scale * RECEDE.y,
    deepCut: !chip && drawn < channels,
    longCut: vector && !chip && rows * scale > longest,
  };
}

/** Every layer's place at this scale, and the size of the whole. */
function arrange(layers, scale, textWidth) {
  const tallest = Math.max(...layers.map(({ shape }) => (shape.length === 3 ? shape[0] * scale : 0)));
  const longest = Math.max(130, tallest);
  const items = layers.map((layer) => measure(layer, scale, longest, textWidth));
  let cursor = MARGIN;
  let labelsEnd = 0;
  items.forEach((item, index) => {
    const half = item.width / 2;
    if (item.chip) {
      item.x = cursor + 10 + Math.max(half, item.operationWidth / 2);
      cursor = item.x + Math.max(half, item.operationWidth / 2);
    } else {
      const gap = index ? Math.max(item.operationWidth + 18, 36) : 0;
      item.x = Math.max(cursor + gap + half, labelsEnd + item.labelWidth / 2);
      item.gapMiddle = (cursor + item.x - half) / 2; // where the operation's name stands
      cursor = item.x + half + item.right;
      labelsEnd = item.x + item.labelWidth / 2 + 14;
    }
  });
  return {
    items,
    scale,
    width: Math.max(cursor, labelsEnd - 14) + MARGIN,
    above: Math.max(70, ...items.map((item) => item.height / 2 + item.up)) + 12,
    below: Math.max(62, ...items.map((item) => item.height / 2)) + 20,
  };
}

/** The largest scale at which the whole fits the width; where none is legible, the least one, and the strip scrolls. */
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
