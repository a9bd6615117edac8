// What player() in player.py sends, and a few words on its axes.

/** @typedef {import("../shared/pixels.js").Plane} Plane */
/** @typedef {import("../shared/pixels.js").Scale} Scale */

/**
 * Where the windows stand along rows or columns, and what they read there.
 * @typedef {object} Axis
 * @property {number} size pixels of the picture
 * @property {number} before pixels of padding in front of it
 * @property {number} after
 * @property {number[]} starts the first pixel of each window, from 0 in the picture, negative in the padding
 * @property {number[]} taps a window's pixels, counted from its start
 * @property {number[]} reads how many windows read each pixel, padding included
 */

/**
 * @typedef {object} Picture
 * @property {Plane[]} values [channel][row][column]; windows alone have none
 * @property {string[]} channels their names
 * @property {Scale} scale
 * @property {number} range
 */

/** @typedef {{ title: string, values: Plane, scale: Scale, range: number }} Output windows alone have no values */

/**
 * @typedef {object} Slide
 * @property {"convolution" | "pooling" | "windows"} kind
 * @property {string} subject what is shown; another one begins at its own start
 * @property {Picture} image
 * @property {Axis} rows
 * @property {Axis} columns
 * @property {Plane[] | null} kernel [channel][row][column]
 * @property {number} bias
 * @property {number} kernel_range the weight shown at full strength
 * @property {boolean} editable
 * @property {{ row: number, column: number }} start
 * @property {boolean} chosen whether the user has chosen the start
 * @property {Output[]} outputs one or two
 * @property {string | null} pool the kind of pooling
 */

/** @typedef {import("../shared/theme.js").Theme & { reads: string }} PlayerTheme */

const RGB = ["red", "green", "blue"];

/** Pixels along an axis, padding included. @param {Axis} axis */
export const length = (axis) => axis.before + axis.size + axis.after;

/** Pixels from a window's first to its last. @param {Axis} axis */
export const span = (axis) => axis.taps[axis.taps.length - 1] - axis.taps[0] + 1;

/** @param {Picture} image */
export const isColourImage = (image) =>
  image.channels.length === 3 && image.channels.every((name, index) => name === RGB[index]);
