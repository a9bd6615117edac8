// What is written under the panels, and said aloud.

import { grouped, plural } from "../shared/format.js";
import { LETTERED, letter } from "./plan.js";

/** @import { Data } from "./plan.js" */

/**
 * The counts of weights, of one neuron and of all: a number and its text.
 * @type {(data: Data) => Record<"dense" | "convolution", [string, string][]>}
 */
export function countsOf({ dense, convolution }) {
  const own = (/** @type {number} */ count) => `weight${count === 1 ? "" : "s"} for this one neuron`;
  const each = grouped(convolution.weights_each);
  const places = plural(convolution.units, "place");
  const filters = plural(convolution.filters, "filter");
  return {
    dense: [
      [grouped(dense.weights_each), `${own(dense.weights_each)}, none shared`],
      [grouped(dense.weights), `+ biases for all ${plural(dense.units, "neuron")}`],
    ],
    convolution: [
      [each, `${own(convolution.weights_each)}, the same ${each} at all ${places}`],
      [grouped(convolution.weights), `+ biases for ${filters} of ${convolution.layer}`],
    ],
  };
}

/**
 * @param {{ row: number, column: number }} place of the neuron
 * @param {number} taps pixels under the kernel
 * @param {boolean} [colour] whether each has red, green and blue
 */
export function wordsAt({ row, column }, taps, colour = false) {
  const where = `Row ${row + 1}, column ${column + 1}`;
  const letters = Array.from({ length: taps }, (_, index) => letter(index));
  const names = taps <= LETTERED ? `: ${letters.join("\u00a0")}` : "";
  const channels = colour ? " in red, green and blue" : "";
  const pixels = `${plural(taps, "pixel")}${channels}`;
  return {
    dense: `${where}: reads every pixel${channels}, with weights of its own.`,
    convolution: `${where}: reads ${pixels} with the kernel that all share${names}.`,
    spoken:
      `${where}. The dense neuron reads every pixel${channels} with new weights; the neuron of the convolution reads ${pixels} ` +
      "with the same.",
  };
}
