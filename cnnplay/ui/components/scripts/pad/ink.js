// A drawing as ink: what each pixel of the paper holds, from 0 to 255, in `side` rows of `side` pixels. It is computed
// from the strokes alone: no canvas is read back, so that the same strokes give the same bytes on every screen.

import { penOf } from "../shared/canvas.js";
import { make } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";

/** @import { Point } from "../shared/scale.js" */

/** @typedef {Uint8Array<ArrayBuffer>} Ink */
/** @typedef {{ points: Point[], width: number }} Line in paper units, `side` of them across the paper */
/** @typedef {Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "quadraticCurveTo">} Lead what is led along a line */

/**
 * Lead a pen along a stroke: curves from middle to middle of its points, so that it has no corners.
 * @type {(points: Point[], pen: Lead) => void}
 */
export function trace(points, pen) {
  pen.moveTo(...points[0]);
  for (let index = 1; index < points.length - 1; index += 1) {
    const [x, y] = points[index];
    const [nextX, nextY] = points[index + 1];
    pen.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  const [x, y] = points[points.length - 1];
  pen.lineTo(points.length > 1 ? x : x + 0.01, y); // a tap is a dot, but a line of no length would not be drawn
}

/**
 * The points of a quadratic curve, about a unit apart, without the first.
 * @type {(from: Point, bend: Point, to: Point) => Point[]}
 */
export function bent(from, bend, to) {
  const length = Math.hypot(bend[0] - from[0], bend[1] - from[1]) + Math.hypot(to[0] - bend[0], to[1] - bend[1]);
  const pieces = Math.ceil(length);
  return Array.from({ length: pieces }, (_, index) => {
    const t = (index + 1) / pieces;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
    return [a * from[0] + b * bend[0] + c * to[0], a * from[1] + b * bend[1] + c * to[1]];
  });
}

/**
 * How much of each pixel a round brush covers that goes straight from one point to another: added to the ink.
 * @type {(ink: Ink, side: number, from: Point, to: Point, radius: number) => void}
 */
function brush(ink, side, [x, y], [toX, toY], radius) {
  const [across, down] = [toX - x, toY - y];
  const squared = across * across + down * down;
  const [left, right] = extent(x, toX, radius, side);
  const [top, bottom] = extent(y, toY, radius, side);
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) {
      const [pointX, pointY] = [column + 0.5 - x, row + 0.5 - y];
      const share = squared ? clamp((pointX * across + pointY * down) / squared, 0, 1) : 0; // of the way, nearest to it
      const distance = Math.hypot(pointX - share * across, pointY - share * down);
      const value = Math.round(255 * clamp(radius + 0.5 - distance, 0, 1));
      ink[row * side + column] = Math.max(ink[row * side + column], value);
    }
  }
}

/**
 * The pixels between which a brush can leave ink.
 * @type {(from: number, to: number, radius: number, side: number) => [number, number]}
 */
const extent = (from, to, radius, side) => [
  clamp(Math.floor(Math.min(from, to) - radius - 1), 0, side),
  clamp(Math.floor(Math.max(from, to) + radius + 1), 0, side),
];

/** @type {(line: Line, side: number) => Ink} */
export function inkOfLine({ points, width }, side) {
  const ink = new Uint8Array(side * side);
  let at = points[0];
  const lineTo = (/** @type {Point} */ to) => {
    brush(ink, side, at, to, width / 2);
    at = to;
  };
  trace(points, {
    moveTo: (x, y) => {
      at = [x, y];
    },
    lineTo: (x, y) => lineTo([x, y]),
    quadraticCurveTo: (bendX, bendY, x, y) => bent(at, [bendX, bendY], [x, y]).forEach(lineTo),
  });
  return ink;
}

/**
 * Several inks on one paper: where they lie over each other, the strongest.
 * @type {(inks: Ink[], side: number) => Ink}
 */
export function together(inks, side) {
  const paper = new Uint8Array(side * side);
  for (const ink of inks) for (const [pixel, value] of ink.entries()) paper[pixel] = Math.max(paper[pixel], value);
  return paper;
}

/** Base64, or nothing for an empty paper. @param {Ink} ink */
export const encode = (ink) => (ink.some(Boolean) ? btoa(String.fromCharCode(...ink)) : "");

/** @type {(text: string, side: number) => Ink} */
export function decode(text, side) {
  const ink = new Uint8Array(side * side);
  ink.set(Array.from(atob(text), (letter) => letter.charCodeAt(0)).slice(0, ink.length));
  return ink;
}

/** Ink as a picture that can be drawn at any size. @type {(ink: Ink, side: number) => HTMLCanvasElement} */
export function pictureOf(ink, side) {
  const canvas = make("canvas", { width: side, height: side });
  const pen = penOf(canvas);
  const image = pen.createImageData(side, side);
  ink.forEach((value, index) => image.data.set([value, value, value, 255], 4 * index));
  pen.putImageData(image, 0, 0);
  return canvas;
}
