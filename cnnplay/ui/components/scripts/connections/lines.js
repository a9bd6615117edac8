// The lines that join a neuron to the pixels that it reads, and the neuron.

import { dotsPerPixel, rimmed } from "../shared/canvas.js";
import { shapeOf } from "../shared/colour.js";
import { mix } from "../shared/scale.js";
import { LETTERED, letter, quad } from "./plan.js";
import { outline } from "./sheets.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Point } from "../shared/scale.js" */
/** @import { Colours, Scene } from "./sheets.js" */

const LEVELS = 5; // of strength, so that 784 lines are a few strokes
const LAYERS = 5; // each of all strengths, so that no colour covers the others where the lines meet

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {{ from: Point, bend: Point, inside: boolean, colour: string }} Line from a pixel of the window */

/**
 * A line from every pixel. Lines of one strength are one stroke: quick, and they do not darken each other.
 * @type {(pen: Pen, scene: Scene, neuron: Point, weights: Float32Array) => void}
 */
export function paintDense(pen, { data, plan, colours }, neuron, weights) {
  const columns = shapeOf(data.image)[1];
  const dots = dotsPerPixel();
  const bundles = Array.from({ length: LAYERS * LEVELS * 2 }, () => new Path2D());
  weights.forEach((weight, pixel) => {
    const level = Math.min(LEVELS - 1, Math.floor(Math.abs(weight) * LEVELS));
    const line = bundles[((pixel % LAYERS) * LEVELS + level) * 2 + Number(weight < 0)];
    line.moveTo(...plan.onImage(Math.floor(pixel / columns) + 0.5, (pixel % columns) + 0.5));
    line.lineTo(...neuron);
  });
  pen.lineWidth = 1 / dots; // a device pixel: many times quicker to draw than any wider line
  for (const [index, line] of bundles.entries()) {
    pen.globalAlpha = (0.05 + (0.4 * (Math.floor(index / 2) % LEVELS)) / LEVELS) * Math.min(1.6, dots);
    pen.strokeStyle = index % 2 ? colours.below : colours.above;
    pen.stroke(line);
  }
  pen.globalAlpha = 1;
}

/**
 * A line from each pixel of the window at (top, left), always in its tap's own colour: the weights travel along.
 * @type {(pen: Pen, scene: Scene, neuron: Point, top: number, left: number) => void}
 */
export function paintConvolution(pen, scene, neuron, top, left) {
  const { taps, colours } = scene;
  const many = taps.length > LETTERED;
  paintWindow(pen, scene, top, left);
  const lines = linesOf(scene, neuron, top, left);
  pen.lineWidth = many ? 1.2 : 2;
  for (const { from, bend, colour, inside } of lines) {
    pen.strokeStyle = colour;
    pen.setLineDash(inside ? [] : [4, 4]); // a zero of the padding
    pen.beginPath();
    pen.moveTo(...from);
    pen.quadraticCurveTo(...bend, ...neuron);
    pen.stroke();
  }
  pen.setLineDash([]);
  if (!many) for (const index of lines.keys()) paintLetter(pen, lines, index, neuron, colours);
}

/**
 * The window's outline, and its pixels in their colours.
 * @type {(pen: Pen, scene: Scene, top: number, left: number) => void}
 */
function paintWindow(pen, { data, plan, taps }, top, left) {
  const [rows, columns] = [data.rows.taps, data.columns.taps];
  const box = {
    top: top + rows[0],
    left: left + columns[0],
    bottom: top + rows[rows.length - 1] + 1,
    right: left + columns[columns.length - 1] + 1,
  };
  outline(pen, quad(plan.onImage, box));
  const rims = [
    { colour: "#10181f", width: 5 },
    { colour: "#ffffff", width: 3 },
  ];
  rimmed(pen, rims, () => pen.stroke());
  for (const { down, right, colour } of taps) {
    const [row, column] = [top + down, left + right];
    outline(pen, quad(plan.onImage, { top: row, left: column, bottom: row + 1, right: column + 1 }));
    pen.fillStyle = colour;
    pen.globalAlpha = isInside(data.image, row, column) ? 0.8 : 0.25;
    pen.fill();
    pen.globalAlpha = 1;
  }
}

/**
 * Whether a pixel belongs to the image, not to its padding.
 * @type {(image: Plane | Plane[], row: number, column: number) => boolean}
 */
const isInside = (image, row, column) => {
  const [height, width] = shapeOf(image);
  return row > -0.5 && column > -0.5 && row < height - 0.5 && column < width - 0.5;
};

/**
 * The lines are bent away from each other.
 * @type {(scene: Scene, neuron: Point, top: number, left: number) => Line[]}
 */
function linesOf({ data, plan, taps }, neuron, top, left) {
  const apart = taps.length > LETTERED ? 0 : taps.length > 4 ? 24 : 34;
  return taps.map(({ down, right, colour }, index) => {
    const [row, column] = [top + down, left + right];
    const from = plan.onImage(row + 0.5, column + 0.5);
    const aside = (index - (taps.length - 1) / 2) * apart;
    return {
      from,
      bend: [(from[0] + neuron[0]) / 2, (from[1] + neuron[1]) / 2 + aside],
      inside: isInside(data.image, row, column),
      colour,
    };
  });
}

/**
 * A letter on its line, where the lines are farthest apart.
 * @type {(pen: Pen, lines: Line[], index: number, to: Point, colours: Colours) => void}
 */
function paintLetter(pen, lines, index, to, { paper, font }) {
  const { from, bend, colour } = lines[index];
  const crowded = lines.length > 4;
  const share = crowded ? [0.36, 0.5, 0.64][index % 3] : 0.5;
  const radius = crowded ? 8 : 9;
  const [x, y] = [0, 1].map((axis) => mix(mix(from[axis], bend[axis], share), mix(bend[axis], to[axis], share), share));
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = paper;
  pen.stroke();
  pen.font = `600 ${radius * 1.35}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = paper;
  pen.fillText(letter(index), x, y + 0.5);
}

/** @type {(pen: Pen, neuron: Point, colours: Colours) => void} */
export function paintNeuron(pen, [x, y], { ink, paper }) {
  for (const { radius, colour } of [
    { radius: 9, colour: paper },
    { radius: 7, colour: ink },
  ]) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fillStyle = colour;
    pen.fill();
  }
}
