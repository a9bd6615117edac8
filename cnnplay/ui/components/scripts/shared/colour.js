// Colour pictures: three channels of brightness from 0 to 1, alike in every component.

import { numberText } from "./format.js";
import { clamp } from "./scale.js";

/** @import { Colour, Plane } from "./pixels.js" */

export const CHANNELS = ["red", "green", "blue"];

/**
 * Whether values are those of a colour picture: [channel][row][column].
 * @param {Plane | Plane[]} values
 * @returns {values is Plane[]}
 */
export const isColour = (values) => Array.isArray(values[0]?.[0]);

/** Rows and columns of a picture. @param {Plane | Plane[]} values @returns {[number, number]} */
export function shapeOf(values) {
  const plane = isColour(values) ? values[0] : values;
  return [plane.length, plane[0]?.length ?? 0];
}

/** A brightness as a byte. @type {(value: number, range?: number) => number} */
export const byteOf = (value, range = 1) => Math.round(255 * clamp(value / (range || 1), 0, 1));

/** The colour of a pixel with three channels. @type {(numbers: number[], range?: number) => Colour} */
export const mixed = ([red, green, blue], range = 1) => [byteOf(red, range), byteOf(green, range), byteOf(blue, range)];

/** One channel alone, in its own colour. @type {(value: number, channel: number, range?: number) => Colour} */
export const tinted = (value, channel, range = 1) =>
  mixed(
    [0, 1, 2].map((one) => (one === channel ? value : 0)),
    range,
  );

/** "red 0.5, green 0, blue 1" @type {(numbers: number[], digits?: number) => string} */
export const channelsText = (numbers, digits = 2) =>
  numbers.map((number, channel) => `${CHANNELS[channel] ?? channel} ${numberText(number, digits)}`).join(", ");
