// Numbers as pixels, alike in every component: grey for images; for signed numbers blue below zero, orange above it.

import { penOf } from "./canvas.js";
import { byteOf, isColour, mixed, shapeOf } from "./colour.js";
import { make } from "./dom.js";
import { numberText } from "./format.js";

/** @typedef {"grey" | "signed"} Scale grey: 0 black to `range` white; signed: ±`range` at full strength */
/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */
/** @typedef {number[][]} Plane values [row][column] */
/** @typedef {{ scale?: Scale, range?: number, dark?: boolean }} Style */

/** @type {Record<string, { zero: Colour, above: Colour, below: Colour }>} */
const INKS = {
  light: { zero: [244, 246, 248], above: [196, 84, 10], below: [11, 92, 163] },
  dark: { zero: [22, 30, 39], above: [255, 164, 84], below: [92, 184, 255] },
};

/**
 * The colour of a number.
 * @param {number} value
 * @param {Scale} scale
 * @param {number} range where the scale ends
 * @param {boolean} [dark]
 * @returns {Colour}
 */
export function inkOf(value, scale, range, dark = false) {
  if (scale === "grey") {
    const grey = byteOf(value, range);
    return [grey, grey, grey];
  }
  const { zero, above, below } = INKS[dark ? "dark" : "light"];
  const strength = range ? Math.min(1, Math.abs(value) / range) : 0;
  const end = value < 0 ? below : above;
  const channel = (/** @type {number} */ index) => Math.round(zero[index] + strength * (end[index] - zero[index]));
  return [channel(0), channel(1), channel(2)];
}

/** @param {Colour} colour */
export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/** How bright a colour is, from 0 to 1, after WCAG 2.2. @param {Colour} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * Black or white, whichever has more contrast with a colour: they have equally much at a luminance of 0.198.
 * @param {Colour} colour
 */
export const textOn = (colour) => (luminance(colour) > 0.198 ? "#10181f" : "#ffffff");

/**
 * Paint values, one canvas pixel each; three channels as colour.
 * @param {HTMLCanvasElement} canvas
 * @param {Plane | Plane[]} values
 * @param {Style} style
 */
export function paintPixels(canvas, values, { scale = "grey", range = 1, dark = false } = {}) {
  const channels = isColour(values) ? values : [values];
  const [height, width] = shapeOf(values);
  canvas.width = width;
  canvas.height = height;
  const pen = penOf(canvas);
  const image = pen.createImageData(width, height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const colour =
        channels.length === 3
          ? mixed(
              channels.map((channel) => channel[row][column]),
              range,
            )
          : inkOf(channels[0][row][column], scale, range, dark);
      image.data.set([...colour, 255], 4 * (row * width + column));
    }
  }
  pen.putImageData(image, 0, 0);
}

/** A bar of a scale's colours over the numbers at its ends and its middle. */
export function makeLegend() {
  const bar = make("canvas", { "aria-hidden": "true" });
  const ends = [0, 1, 2].map(() => make("span"));
  const node = make("div", { class: "legend", role: "img" }, bar, make("div", { class: "ends" }, ...ends));
  /** @type {(scale: Scale, range: number, dark: boolean) => void} */
  const paint = (scale, range, dark) => {
    const low = scale === "signed" ? -range : 0;
    const steps = 33;
    const values = Array.from({ length: steps }, (_, step) => low + ((range - low) * step) / (steps - 1));
    paintPixels(bar, [values], { scale, range, dark });
    for (const [index, value] of [low, (low + range) / 2, range].entries()) ends[index].textContent = numberText(value);
    const middle = scale === "signed" ? ", zero in the middle" : ", black to white";
    node.setAttribute("aria-label", `Colours from ${numberText(low)} to ${numberText(range)}${middle}`);
  };
  return { node, paint };
}
