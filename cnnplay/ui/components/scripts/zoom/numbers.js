// The network's numbers as they come from Python, and where each stands in its layer.

/** @import { Layer as Drawn } from "../volumes/layout.js" */

import { CHANNELS } from "../shared/colour.js";
import { DIGITS } from "../shared/shares.js";

/** @typedef {{ numbers: string, step: number }} Packed base64 of int16, to be multiplied by `step` */
/** @typedef {{ starts: number[], taps: number[], size: number }} Line where the windows of an axis stand */

/**
 * How a layer computes its values; what is there depends on the kind (see payloads/zoom.py).
 * @typedef {object} Rule
 * @property {string} kind
 * @property {Line} [rows]
 * @property {Line} [columns]
 * @property {Packed} [kernel] [row][column][channel][filter], or [value][unit]
 * @property {number[]} [bias]
 * @property {string} [pool]
 * @property {string} [formula]
 * @property {number[]} [gamma]
 * @property {number[]} [beta]
 * @property {number[]} [mean]
 * @property {number[]} [deviation]
 * @property {number} [percent]
 * @property {number} [count]
 * @property {number[]} [powers]
 * @property {number} [total]
 * @property {number} [shift]
 * @property {number} [weights] how many there are, where they are too many to be sent
 */

/** @typedef {Drawn & { rule?: Rule, values?: Packed, problem?: string }} LayerData what zoom() in zoom.py sends */

/**
 * A layer with its numbers: channels last, as in Python, so that a place in it is one number.
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind
 * @property {string} title
 * @property {number[]} shape
 * @property {number[] | null} maps the shape of the maps that its values are, flat or not
 * @property {Rule} rule
 * @property {Float64Array} values
 * @property {number} reach the largest magnitude of its values: the end of its colours
 * @property {Float64Array} kernel
 * @property {number} weightReach
 * @property {string[] | null} classes the names of its values, where these are scores or probabilities
 */

/** Layers that leave the values of maps in their order, once these are flat. */
const KEEP_PLACES = new Set(["flatten", "activation", "batchnorm", "dropout"]);

/** @typedef {{ row: number, column: number, map: number }} Spot in a layer of maps; of a vector, the unit is `map` */

/** @param {Packed} packed */
export function unpack({ numbers, step }) {
  const bytes = Uint8Array.from(atob(numbers), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Int16Array(bytes.buffer), (level) => level * step);
}

/** @param {ArrayLike<number>} values */
export const reachOf = (values) => {
  let most = 0;
  for (let index = 0; index < values.length; index += 1) most = Math.max(most, Math.abs(values[index]));
  return most || 1;
};

/** The layers whose numbers were sent, in their order. @type {(layers: LayerData[], classes?: string[]) => Layer[]} */
export function readLayers(layers, classes = DIGITS) {
  /** @type {Layer[]} */
  const read = [];
  /** @type {number[] | null} */
  let maps = null;
  for (const [at, { name, kind, title, shape, rule, values }] of layers.entries()) {
    if (!rule || !values) break;
    maps = shape.length === 3 ? shape : KEEP_PLACES.has(kind) ? maps : null;
    const kernel = rule.kernel ? unpack(rule.kernel) : new Float64Array();
    const numbers = unpack(values);
    const reach = kind === "input" ? 1 : reachOf(numbers);
    const names = kind === "softmax" || layers[at + 1]?.kind === "softmax" ? classes : null;
    const weightReach = reachOf(kernel);
    read.push({ name, kind, title, shape, maps, rule, values: numbers, reach, kernel, weightReach, classes: names });
  }
  return read;
}

/** Height, width and channels; a vector has one pixel. @param {{ shape: number[] }} layer */
export const sizesOf = ({ shape }) => (shape.length === 3 ? shape : [1, 1, shape[0]]);

/** Whether a layer is an image with red, green and blue. @type {(layer: { kind: string, shape: number[] } | null) => boolean} */
export const isColourInput = (layer) => layer?.kind === "input" && sizesOf(layer)[2] === CHANNELS.length;

/** What a map of a layer is called: "map 2", or "red". @type {(layer: { kind: string, shape: number[] }, map: number) => string} */
export const mapName = (layer, map) => (isColourInput(layer) ? CHANNELS[map] : `map ${map + 1}`);

/** All channels of the pixel that a value belongs to. @type {(layer: Layer, index: number) => number[]} */
export function pixelOf(layer, index) {
  const channels = sizesOf(layer)[2];
  const first = index - (index % channels);
  return Array.from(layer.values.subarray(first, first + channels));
}

/** @type {(layer: { shape: number[] }, index: number) => Spot} */
export function spotOf(layer, index) {
  const [, width, channels] = sizesOf(layer);
  const pixel = Math.floor(index / channels);
  return { row: Math.floor(pixel / width), column: pixel % width, map: index % channels };
}

/** @type {(layer: { shape: number[] }, spot: Spot) => number} */
export function indexOf(layer, { row, column, map }) {
  const [, width, channels] = sizesOf(layer);
  return (row * width + column) * channels + map;
}

/** One map of a layer as rows of numbers. @type {(layer: Layer, map: number) => number[][]} */
export function planeOf(layer, map) {
  const [height, width] = sizesOf(layer);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => layer.values[indexOf(layer, { row, column, map })]),
  );
}

/** The map whose values differ most from each other: one that a bias has filled evenly tells little. @param {Layer} layer */
export function tellingMap({ shape, values }) {
  const [height, width, count] = sizesOf({ shape });
  const means = new Float64Array(count);
  for (const [index, value] of values.entries()) means[index % count] += value / (height * width);
  const spreads = new Float64Array(count);
  for (const [index, value] of values.entries()) spreads[index % count] += (value - means[index % count]) ** 2;
  return spreads.indexOf(Math.max(...spreads));
}

/** Where a map has its largest magnitude. @type {(layer: Layer, map: number) => number} */
export function strongestIndex(layer, map) {
  const channels = sizesOf(layer)[2];
  let best = map;
  for (let index = map; index < layer.values.length; index += channels)
    if (Math.abs(layer.values[index]) > Math.abs(layer.values[best])) best = index;
  return best;
}
