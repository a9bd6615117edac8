// Where the sheets of image and neurons stand on the screen, and the weights that a dense neuron is drawn with.
// Colours of dense weights are drawn at random by the neuron's index: they stand for numbers, and are none.

import { clamp } from "../shared/scale.js";

export const LEAN = { right: 0.62, up: 0.17 }; // a sheet's columns go right and up on the screen, in parts of its rows

const ROOM = 36; // px above the sheets: for the letters of the topmost neurons

export const LETTERED = 9; // taps that still have room for a letter on each line

export const letter = (index) => String.fromCharCode(97 + index);

/** A number from -1 to 1 that looks random and is always the same for a neuron and a pixel. */
function drawnWeight(neuron, pixel) {
  let bits = Math.imul(neuron + 1, 0x9e3779b1) ^ Math.imul(pixel + 1, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 31 - 1;
}

export const drawnWeights = (neuron, count) =>
  Float32Array.from({ length: count }, (_, pixel) => drawnWeight(neuron, pixel));

export const middleOf = ({ taps }) => (taps[0] + taps[taps.length - 1] + 1) / 2; // of a window, from its start: its neuron stands opposite

/** The extent of the neurons' sheet: [first, last] with half a pitch around. */
function extent(axis) {
  const { starts } = axis;
  const pitch = starts.length > 1 ? starts[1] - starts[0] : 1;
  return [starts[0] + middleOf(axis) - pitch / 2, starts[starts.length - 1] + middleOf(axis) + pitch / 2];
}

export function plan(state, width) {
  const { rows, columns } = state.data;
  const [height, across] = state.size;
  const [[top, bottom], [left, right]] = [extent(rows), extent(columns)];
  const deep = LEAN.right * (across + right - left); // both sheets side by side, without the gap
  const scale = Math.min((width - clamp(width * 0.3, 84, 190) - 16) / deep, 300 / (height + LEAN.up * across));
  const gap = Math.min(width - 16 - scale * deep, 230);
  const start = (width - gap - scale * deep) / 2;
  const rise = scale * LEAN.up * Math.max(across, right);
  const image = { x: start, y: ROOM + rise - Math.min(0, top) * scale };
  const neurons = { x: start + scale * LEAN.right * (across - left) + gap, y: image.y };
  const total = Math.ceil(image.y + Math.max(height, bottom) * scale + 12);
  /** @type {(origin: { x: number, y: number }) => Projection} */
  const at = (origin) => (row, column) => [
    origin.x + LEAN.right * scale * column,
    origin.y + scale * (row - LEAN.up * column),
  ];
  return {
    width,
    height: total,
    scale,
    image,
    neurons,
    onImage: at(image),
    onNeurons: at(neurons),
    edges: { top, bottom, left, right },
  };
}

/** @typedef {(row: number, column: number) => [number, number]} Projection from a sheet to the screen */

/** @type {(at: Projection, top: number, left: number, bottom: number, right: number) => [number, number][]} */
export const quad = (at, top, left, bottom, right) => [
  at(top, left),
  at(top, right),
  at(bottom, right),
  at(bottom, left),
];
