// Pictures of a byte a pixel, looked up in a palette, so that many of them can change without effort.

import { penOf } from "./canvas.js";
import { inkOf } from "./pixels.js";

/** @import { Colour, Scale } from "./pixels.js" */

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
 * @param {number} [start] the first pixel's place in the bytes
 * @param {number} [gap] a byte that leaves its pixel empty
 */
export function paintBytes(canvas, bytes, [rows, columns], palette, start = 0, gap = -1) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const pen = penOf(canvas);
  const image = pen.createImageData(columns, rows);
  for (let index = 0; index < rows * columns; index += 1) {
    const byte = bytes.charCodeAt(start + index);
    const [red, green, blue] = palette[byte];
    image.data.set([red, green, blue, byte === gap ? 0 : 255], 4 * index);
  }
  pen.putImageData(image, 0, 0);
}

/** @typedef {{ pixels: string, shape: [number, number, number] }} Picture bytes 0 to 255 in base64, channels last */

/**
 * A picture in grey or in colour, a byte for each pixel and channel.
 * @param {HTMLCanvasElement} canvas
 * @param {string} bytes row by row, the channels of a pixel beside each other
 * @param {number[]} shape rows, columns and channels: 1 or 3
 * @param {number} [start] the first pixel's place in the bytes
 */
export function paintPicture(canvas, bytes, [rows, columns, channels], start = 0) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const pen = penOf(canvas);
  const image = pen.createImageData(columns, rows);
  for (let index = 0; index < rows * columns; index += 1) {
    const at = start + channels * index;
    const byte = (/** @type {number} */ channel) => bytes.charCodeAt(at + Math.min(channel, channels - 1));
    image.data.set([byte(0), byte(1), byte(2), 255], 4 * index);
  }
  pen.putImageData(image, 0, 0);
}
