// Where the sheets of image and neurons stand on the screen, and the weights that a dense neuron is drawn with.
// Colours of dense weights are drawn at random by the neuron's index: they stand for numbers, and are none.

import { shapeOf } from "../shared/colour.js";
import { clamp } from "../shared/scale.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Point } from "../shared/scale.js" */

/** @typedef {{ starts: number[], taps: number[] }} Axis the first pixel of each window; a window's pixels from there */

/**
 * What connections() in connections.py sends; the counts are shown as they come.
 * @typedef {object} Data
 * @property {string} alt
 * @property {Plane | Plane[]} image from 0 to 1, of one channel or of three
 * @property {Axis} rows
 * @property {Axis} columns
 * @property {{ units: number, weights_each: number, weights: number }} dense
 * @property {{ units: number, weights_each: number, weights: number, filters: number, layer: string }} convolution
 */

/** @typedef {(row: number, column: number) => Point} Projection from a sheet to the screen */
/** @typedef {{ top: number, left: number, bottom: number, right: number }} Box on a sheet */

/**
 * @typedef {object} Plan
 * @property {number} width of a panel, in pixels
 * @property {number} height
 * @property {number} scale pixels of the screen for one of the image
 * @property {Point} image the upper left corner of the image's sheet
 * @property {Point} neurons and that of the neurons'
 * @property {Projection} onImage
 * @property {Projection} onNeurons
 * @property {Box} edges of the neurons' sheet
 */

export const LETTERED = 9; // taps that still have room for a letter on each line
const LEAN = { right: 0.62, up: 0.17 }; // a sheet's columns go right and up on the screen, in parts of its rows
const ROOM = 36; // px above the sheets: for the letters of the topmost neurons

/** The name of a tap. @param {number} index */
export const letter = (index) => String.fromCharCode(97 + index);

/**
 * A number from -1 to 1 that looks random and is always the same for a neuron and a pixel.
 * @type {(neuron: number, pixel: number) => number}
 */
function drawnWeight(neuron, pixel) {
  let bits = Math.imul(neuron + 1, 0x9e3779b1) ^ Math.imul(pixel + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** @type {(neuron: number, count: number) => Float32Array} */
export const drawnWeights = (neuron, count) =>
  Float32Array.from({ length: count }, (_, pixel) => drawnWeight(neuron, pixel));

/**
 * The middle of a window, from its start: its neuron stands opposite.
 * @param {Axis} axis
 */
export const middleOf = ({ taps }) => (taps[0] + taps[taps.length - 1] + 1) / 2;

/**
 * The extent of the neurons' sheet: the first and the last with half a pitch around.
 * @param {Axis} axis
 */
function extent(axis) {
  const { starts } = axis;
  const pitch = starts.length > 1 ? starts[1] - starts[0] : 1;
  return [starts[0] + middleOf(axis) - pitch / 2, starts[starts.length - 1] + middleOf(axis) + pitch / 2];
}

/** @type {(corner: Point, scale: number) => Projection} */
const projection =
  ([x, y], scale) =>
  (row, column) => [x + LEAN.right * scale * column, y + scale * (row - LEAN.up * column)];

/**
 * The way back from the screen to a sheet: its row and column.
 * @type {(corner: Point, scale: number, point: Point) => [number, number]}
 */
export function unproject([cornerX, cornerY], scale, [x, y]) {
  const column = (x - cornerX) / (LEAN.right * scale);
  return [(y - cornerY) / scale + LEAN.up * column, column];
}

/**
 * The transform that lays a picture on a sheet, for a canvas's pen.
 * @type {(corner: Point, scale: number, dots: number) => [number, number, number, number, number, number]}
 */
export const leaning = ([x, y], scale, dots) => [
  dots * LEAN.right * scale,
  -dots * LEAN.up * scale,
  0,
  dots * scale,
  dots * x,
  dots * y,
];

/**
 * Both sheets side by side, as large as a panel's width allows.
 * @type {(data: Data, width: number) => Plan}
 */
export function planFor({ image: pixels, rows, columns }, width) {
  const [height, across] = shapeOf(pixels);
  const [[top, bottom], [left, right]] = [extent(rows), extent(columns)];
  const deep = LEAN.right * (across + right - left); // both sheets, without the gap
  const scale = Math.min((width - clamp(width * 0.3, 84, 190) - 16) / deep, 300 / (height + LEAN.up * across));
  const gap = Math.min(width - 16 - scale * deep, 230);
  const start = (width - gap - scale * deep) / 2;
  const y = ROOM + scale * LEAN.up * Math.max(across, right) - Math.min(0, top) * scale;
  /** @type {Point} */
  const image = [start, y];
  /** @type {Point} */
  const neurons = [start + scale * LEAN.right * (across - left) + gap, y];
  return {
    width,
    height: Math.ceil(y + Math.max(height, bottom) * scale + 12),
    scale,
    image,
    neurons,
    onImage: projection(image, scale),
    onNeurons: projection(neurons, scale),
    edges: { top, left, bottom, right },
  };
}

/** The image's sheet. @param {Data} data @returns {Box} */
export function imageBox({ image }) {
  const [bottom, right] = shapeOf(image);
  return { top: 0, left: 0, bottom, right };
}

/** @type {(at: Projection, box: Box) => Point[]} */
export const quad = (at, { top, left, bottom, right }) => [
  at(top, left),
  at(top, right),
  at(bottom, right),
  at(bottom, left),
];
