// The shown filter times the picture under it, and everything in words.

import { find } from "../shared/dom.js";
import { degreesText, numberText } from "../shared/format.js";
import { paintPixels } from "../shared/pixels.js";
import { products, under } from "./answers.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Data } from "./answers.js" */

/**
 * What is said of a line at a received angle.
 * @param {Data} data
 * @param {number} index of the angle
 * @param {number} winner
 * @param {number | null} chosen
 */
export function wordsAt({ filters, responses, angles }, index, winner, chosen) {
  const answer = (/** @type {number} */ filter) => numberText(responses[filter][index], 2);
  const [title, angle, most] = [filters[winner].title, degreesText(angles[index]), answer(winner)];
  const shown = chosen ?? winner;
  const laid =
    chosen === null
      ? "Choose a filter to lay it on the line."
      : chosen === winner
        ? "You have laid this filter on the line."
        : `The ${filters[chosen].title} filter, laid on the line, responds with ${answer(chosen)}.`;
  return {
    angle,
    reading: `The line lies at ${angle}. The ${title} filter responds most: ${most}.`,
    note: `The sum is largest where filter and picture match: a filter is a template. ${laid}`,
    kernel: `${filters[shown].title} filter`,
    sum: `sum = ${answer(shown)}`,
    range: `${angle}: the ${title} filter responds most, ${most}`,
  };
}

export class Terms {
  /** @param {Element} root */
  constructor(root) {
    const text = (/** @type {string} */ selector) => find(root, selector, HTMLElement);
    const canvas = (/** @type {string} */ selector) => find(root, selector, HTMLCanvasElement);
    this.canvases = { seen: canvas(".seen"), kernel: canvas(".kernel"), products: canvas(".products") };
    this.texts = {
      angle: text(".angle"),
      reading: text(".reading"),
      note: text(".note"),
      kernel: text(".kernel-name"),
      sum: text(".sum"),
    };
  }

  /** @type {(picture: Plane, kernel: Plane, range: number, dark: boolean) => void} */
  draw(picture, kernel, range, dark) {
    const seen = under(picture, kernel).values;
    paintPixels(this.canvases.seen, seen);
    paintPixels(this.canvases.kernel, kernel, { scale: "signed", range, dark });
    paintPixels(this.canvases.products, products(seen, kernel), { scale: "signed", range, dark });
  }

  /** @param {ReturnType<typeof wordsAt>} words */
  write({ angle, reading, note, kernel, sum }) {
    this.texts.angle.textContent = angle;
    this.texts.reading.textContent = reading;
    this.texts.note.textContent = note;
    this.texts.kernel.textContent = kernel;
    this.texts.sum.textContent = sum;
  }
}
