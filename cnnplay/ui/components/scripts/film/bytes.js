// A film's pictures: a byte a pixel, looked up in a palette, so that a film of many pictures plays without effort.

import { penOf } from "../shared/canvas.js";
import { inkOf } from "../shared/pixels.js";

/** @import { Colour, Scale } from "../shared/pixels.js" */

/**
 * The number that a byte stands for: grey from 0 to 255; or signed, from 1 to 255 around zero at 128.
 * @param {number} byte
 * @param {Scale} scale
 * @param {number} reach where the scale ends
 */
export const numberOf = (byte, scale, reach) =>
  (scale === "grey" ? byte / 255 : Math.max(-1, (byte - 128) / 127)) * reach;

/**
 * The colours of all 256 bytes.
 * @type {(scale: Scale, reach: number, dark: boolean) => Colour[]}
 */
export const makePalette = (scale, reach, dark) =>
  Array.from({ length: 256 }, (_, byte) => inkOf(numberOf(byte, scale, reach), scale, reach, dark));

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} bytes a letter a pixel, row by row
 * @param {[number, number]} shape rows and columns
 * @param {Colour[]} palette
 */
export function paintBytes(canvas, bytes, [rows, columns], palette) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const pen = penOf(canvas);
  const image = pen.createImageData(columns, rows);
  for (let index = 0; index < rows * columns; index += 1) {
    const [red, green, blue] = palette[bytes.charCodeAt(index)];
    image.data.set([red, green, blue, 255], 4 * index);
  }
  pen.putImageData(image, 0, 0);
}
