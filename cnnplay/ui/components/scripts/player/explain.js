// What the player writes out under its window: products and their sum, a pool's numbers, or which pixels are read.

import { numberText, plural, sizeText } from "../shared/format.js";
import { inkOf } from "../shared/pixels.js";
import { total } from "../shared/scale.js";
import { readWindow } from "./windows.js";

/** @import { Colour, Plane } from "../shared/pixels.js" */
/** @import { Axis, ConvolutionSlide, Output, Place, PoolingSlide, Slide, WindowsSlide } from "./data.js" */
/** @import { Read } from "./windows.js" */

const LARGEST = 5; // rows and columns of cells that hold more than a number

/**
 * A cell of the sum: a product, or a number that is pooled.
 * @typedef {object} Cell
 * @property {string} small above
 * @property {string} large
 * @property {Colour | null} colour
 * @property {"" | "padding" | "winner" | "pending"} kind
 * @property {number} [number] what it adds to the sum
 * @property {string} [hint]
 */

/** @typedef {{ number: string, label: string, kind?: string }} Term a number over what it is */

/**
 * A part of the line under the cells.
 * @typedef {Term | { sign: string } | { list: string } | { sentence: string }} Part
 */

/**
 * @typedef {object} Explanation
 * @property {string} title
 * @property {string} detail beside the title
 * @property {Cell[]} cells
 * @property {number} columns of cells
 * @property {boolean} compact whether there are so many that a cell holds one number
 * @property {Part[]} parts
 * @property {string} remark
 * @property {number} [sum] of the cells, with the bias
 * @property {number} [value] in the map
 */

const REVEALED = 0.6; // of the time at a place: then the result stands there, before the window moves on

/**
 * How many of the cells are written down while the window rests; null: all, and the result.
 * @type {(share: number, count: number) => number | null}
 */
export function appearedOf(share, count) {
  const appeared = Math.floor((count * share) / REVEALED) + 1;
  return appeared > count ? null : appeared;
}

/**
 * An explanation of which only the first cells are written down yet, with the sum so far.
 * @param {Explanation} explanation
 * @param {number} appeared
 * @returns {Explanation}
 */
export function unfinished(explanation, appeared) {
  const { cells, parts } = explanation;
  const written = cells.slice(0, appeared);
  const running = Math.max(
    0,
    parts.findIndex((part) => "number" in part && part.kind === "shown"),
  ); // its channel
  const sum = numberText(total(written.map(({ number = 0 }) => number)));
  return {
    ...explanation,
    cells: cells.map((cell, index) =>
      index < appeared
        ? cell.kind === "winner" // nobody knows yet
          ? { ...cell, kind: "", small: "", large: cell.large.replace("✓", "") }
          : cell
        : { small: "", large: "", colour: null, kind: "pending" },
    ),
    parts: parts.map((part, index) => {
      if ("list" in part) return { list: "…" };
      if (!("number" in part)) return part;
      return index === running
        ? { ...part, number: sum, label: `sum of ${appeared} so far` }
        : { ...part, number: "…" };
    }),
    sum: undefined,
    value: undefined,
  };
}

/**
 * @param {Slide} slide
 * @param {Place} place
 * @param {number} channel
 * @param {boolean} dark
 * @returns {Explanation}
 */
export function explain(slide, place, channel, dark) {
  if (slide.kind === "convolution") return explainConvolution(slide, place, channel, dark);
  if (slide.kind === "pooling") return explainPooling(slide, place, dark);
  return explainWindows(slide, place);
}

/** @type {(slide: ConvolutionSlide, place: Place, channel: number, dark: boolean) => Explanation} */
function explainConvolution(slide, place, channel, dark) {
  const { kernel, bias, image, outputs } = slide;
  const windows = kernel.map((_, index) => readWindow(slide, place, index));
  const sums = kernel.map((map, index) => total(map.flat().map((weight, tap) => weight * windows[index][tap].value)));
  const value = outputs[0].values[place.row][place.column];
  const count = plural(windows[0].length, "product");
  const padding = windows[0].filter(({ inside }) => !inside).length;
  const several = kernel.length > 1;
  const remark = [
    several ? "The products of all channels add up to one number." : "",
    padding ? `${padding} of the ${plural(windows[0].length, "pixel")} ${isOrAre(padding)} padding, which is 0.` : "",
  ];
  return {
    title: "Pixel × weight",
    detail: several ? `${image.channels[channel]}, ${count}` : count,
    cells: products(slide, windows[channel], channel, dark),
    columns: kernel[0][0].length,
    compact: isCompact(slide),
    parts: [
      ...(several
        ? channelSums(sums, image.channels, channel)
        : [{ number: numberText(sums[0]), label: `sum of ${count}` }]),
      { sign: "+" },
      { number: numberText(bias), label: "bias" },
      { sign: "=" },
      { number: numberText(value), label: outputs[0].title.toLowerCase(), kind: "value" },
      ...afterwards(outputs[1], place),
    ],
    remark: remark.filter(Boolean).join(" "),
    sum: total(sums) + bias,
    value,
  };
}

/** @type {(slide: ConvolutionSlide, pixels: Read[], channel: number, dark: boolean) => Cell[]} */
function products(slide, pixels, channel, dark) {
  const { kernel, kernel_range, image } = slide;
  const map = kernel[channel];
  const compact = isCompact(slide);
  const digits = compact || map[0].length > 3 ? 2 : 3;
  return map.flat().map((weight, tap) => {
    const { inside, value } = pixels[tap];
    const small = `${inside ? numberText(value, digits) : "padding 0"} × ${numberText(weight, digits)}`;
    return {
      small,
      large: numberText(value * weight, digits),
      number: value * weight,
      hint: compact ? `${small} = ${numberText(value * weight)}` : "",
      colour: inside ? inkOf(value * weight, "signed", kernel_range * image.range, dark) : null,
      kind: inside ? "" : "padding",
    };
  });
}

/** @param {Slide} slide */
const isCompact = ({ rows, columns }) => Math.max(rows.taps.length, columns.taps.length) > LARGEST;

/**
 * The sums of several channels: all of few, of many the shown one and the rest.
 * @type {(sums: number[], names: string[], shown: number) => Part[]}
 */
function channelSums(sums, names, shown) {
  const term = (/** @type {number} */ index) => ({
    number: numberText(sums[index]),
    label: names[index],
    kind: index === shown ? "shown" : "",
  });
  const rest = { number: numberText(total(sums) - sums[shown]), label: `the other ${sums.length - 1} channels` };
  const terms = sums.length <= 3 ? sums.map((_, index) => term(index)) : [term(shown), rest];
  return terms.flatMap((one, index) => (index ? [{ sign: "+" }, one] : [one]));
}

/** What the second map makes of the number. @type {(output: Output<Plane> | undefined, place: Place) => Part[]} */
const afterwards = (output, { row, column }) =>
  output
    ? [{ sign: "→" }, { number: numberText(output.values[row][column]), label: wordOf(output.title), kind: "value" }]
    : [];

/** "After ReLU" in the middle of a line is "after ReLU". @param {string} title */
const wordOf = (title) => title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

/** Which of the numbers is taken, of the kinds that take one. @type {Record<string, string>} */
const TAKEN = { max: "largest", min: "smallest" };
/** @type {Record<string, (numbers: number[]) => number>} */
const POOLS = {
  max: (numbers) => Math.max(...numbers),
  min: (numbers) => Math.min(...numbers),
  mean: (numbers) => total(numbers) / numbers.length,
};

/** @type {(slide: PoolingSlide, place: Place, dark: boolean) => Explanation} */
function explainPooling(slide, place, dark) {
  const { pool, image, outputs, columns } = slide;
  const pixels = readWindow(slide, place, 0);
  const numbers = pixels.filter(({ inside }) => inside).map(({ value }) => value);
  const value = outputs[0].values[place.row][place.column];
  const found = POOLS[pool]?.(numbers) ?? value; // of another kind, what the map has
  const compact = isCompact(slide);
  const outside = pixels.length - numbers.length;
  const counts = `${numbers.length} of the ${pixels.length} cells ${numbers.length === 1 ? "counts" : "count"}`;
  return {
    title: "The window’s numbers",
    detail: plural(numbers.length, "value"),
    cells: pixels.map(({ inside, value: number }) => {
      if (!inside) return { small: "padding", large: "", colour: null, kind: "padding" };
      const wins = pool in TAKEN && number === found;
      return {
        small: wins ? `✓ ${TAKEN[pool]}` : "",
        large: (wins && compact ? "✓" : "") + numberText(number, compact ? 2 : 3),
        colour: inkOf(number, image.scale, image.range, dark),
        kind: wins ? "winner" : "",
      };
    }),
    columns: columns.taps.length,
    compact,
    parts: [
      { list: poolText(pool, numbers) },
      { sign: "=" },
      { number: numberText(value), label: wordOf(outputs[0].title), kind: "value" },
      ...afterwards(outputs[1], place),
    ],
    remark: outside ? `Padding does not count: ${counts}.` : "",
    sum: found,
    value,
  };
}

/**
 * "max(1, 2)", "(1 + 2) ÷ 2", or for many numbers how many they are.
 * @type {(pool: string, numbers: number[]) => string}
 */
function poolText(pool, numbers) {
  const texts = numbers.map((number) => numberText(number));
  if (!texts.length || texts.length > 16) return `${pool} of ${texts.length} numbers`;
  return pool === "mean" ? `(${texts.join(" + ")}) ÷ ${texts.length}` : `${pool}(${texts.join(", ")})`;
}

/** @type {(slide: WindowsSlide, place: Place) => Explanation} */
function explainWindows(slide, place) {
  const { rows, columns } = slide;
  const taps = readWindow(slide, place, 0);
  const padding = taps.filter(({ inside }) => !inside).length;
  return {
    title: "This window",
    detail: sizeText(rows.taps.length, columns.taps.length),
    cells: [],
    columns: 1,
    compact: false,
    parts: [{ sentence: axisText(rows, place.row, "row") }, { sentence: axisText(columns, place.column, "column") }],
    remark: padding
      ? `${padding} of its ${plural(taps.length, "pixel")} ${isOrAre(padding)} padding.`
      : `None of its ${plural(taps.length, "pixel")} is padding.`,
  };
}

/** @param {number} count */
const isOrAre = (count) => (count === 1 ? "is" : "are");

/**
 * Where a window starts and what it reads along one axis.
 * @type {(axis: Axis, window: number, noun: string) => string}
 */
function axisText({ starts, taps, size }, window, noun) {
  const start = starts[window];
  const pixels = taps.map((tap) => start + tap).filter((pixel) => pixel >= 0 && pixel < size);
  const outside = taps.length - pixels.length;
  const begins =
    start < 0
      ? `starts in the padding, ${plural(-start, noun)} before ${noun} 1,`
      : start >= size
        ? "starts in the padding behind the last pixel"
        : `starts at ${noun} ${start + 1}`;
  const reads = [
    outside ? `${plural(outside, noun)} of padding` : "",
    pixels.length ? `${noun}${pixels.length > 1 ? "s" : ""} ${pixels.map((pixel) => pixel + 1).join(", ")}` : "",
  ];
  const name = `Window ${window + 1} of ${starts.length} along the ${noun}s`;
  return `${name} ${begins} and reads ${reads.filter(Boolean).join(" and ")}.`;
}
