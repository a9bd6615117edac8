// What player() in player.py sends, and a few words on its axes.

import { CHANNELS } from "../shared/colour.js";

/** @import { Plane, Scale } from "../shared/pixels.js" */
/** @import { Theme } from "../shared/theme.js" */

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
 * The picture that the window slides over.
 * @template Values
 * @typedef {object} Picture
 * @property {Values} values [channel][row][column]
 * @property {string[]} channels their names
 * @property {Scale} scale
 * @property {number} range
 */

/**
 * A map that the window fills.
 * @template Values
 * @typedef {object} Output
 * @property {string} title
 * @property {Values} values [row][column]
 * @property {Scale} scale
 * @property {number} range
 */

/**
 * What every slide has.
 * @typedef {object} Common
 * @property {string} subject what is shown; another one begins at its own start
 * @property {Axis} rows
 * @property {Axis} columns
 * @property {number} bias
 * @property {number} kernel_range the weight shown at full strength
 * @property {boolean} editable
 * @property {Place} start
 * @property {boolean} chosen whether the user has chosen the start
 */

/** @typedef {{ row: number, column: number }} Place of a window, and of its cell on the maps */
/** @typedef {{ image: Picture<Plane[]>, outputs: Output<Plane>[] }} Numbers one or two outputs */
/** @typedef {Common & Numbers & { kind: "convolution", kernel: Plane[] }} ConvolutionSlide a plane for each channel */
/** @typedef {Common & Numbers & { kind: "pooling", kernel: null, pool: string }} PoolingSlide */
/** @typedef {Common & { kind: "windows", kernel: null, image: Picture<null>, outputs: Output<null>[] }} WindowsSlide */
/** @typedef {ConvolutionSlide | PoolingSlide | WindowsSlide} Slide */

/** @typedef {Theme & { reads: string }} PlayerTheme reads: the colour of pixels that are read */

/** Pixels along an axis, padding included. @param {Axis} axis */
export const length = (axis) => axis.before + axis.size + axis.after;

/** Pixels from a window's first to its last. @param {Axis} axis */
export const span = (axis) => axis.taps[axis.taps.length - 1] - axis.taps[0] + 1;

/** @param {{ channels: string[] }} image */
export const isColourImage = ({ channels }) => channels.join() === CHANNELS.join();
