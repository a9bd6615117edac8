// What is said of a shift: beside the plots, in them, and aloud.

import { find, setText } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { operationOf } from "./functions.js";

/** @import { Data } from "./functions.js" */

const FORMULAS = ["area of f(t) · g(t − s), for every shift s", "area of f(t) · g(s − t), for every shift s"];
const NOTES = [
  "Networks compute this one, the cross-correlation, and call it convolution. They learn their weights, so flipping g " +
    "makes no difference.",
  "This is the convolution of mathematics: g is flipped first. Networks do not flip: they compute the " +
    "cross-correlation and call it convolution. They learn their weights, so flipping makes no difference.",
];

/**
 * @param {Data} data
 * @param {number} index of the shift
 * @param {boolean} flipped
 * @param {{ signed: boolean, mirrored: boolean }} functions whether one is below 0, and whether g is symmetric
 */
export function wordsAt(data, index, flipped, { signed, mirrored }) {
  const operation = operationOf(flipped);
  const shift = numberText(data.shifts[index]);
  const value = numberText(data.results[operation][index], 2);
  const note = NOTES[Number(flipped)];
  const below = signed ? " Area below the axis counts as negative." : "";
  return {
    value,
    operation,
    note,
    moved: ` ${flipped ? "flipped, " : ""}moved by ${shift}`,
    formula: FORMULAS[Number(flipped)],
    reading: `At shift ${shift} the product’s area is ${value}.${below}`,
    remark: note + (mirrored ? " Here both give the same curve: g is its own mirror image." : ""),
    range: `shift ${shift}, ${operation} ${value}`,
    spoken: `At shift ${shift} the ${operation} is ${value}.`,
  };
}

/** @typedef {ReturnType<typeof wordsAt>} Words */

/** The words that stand beside the plots. */
export class Labels {
  /** @param {Element} root */
  constructor(root) {
    const at = (/** @type {string} */ selector) => find(root, selector, HTMLElement);
    this.titles = { f: at(".f-title"), g: at(".g-title") };
    this.texts = {
      moved: at(".g-state"),
      operation: at(".operation"),
      formula: at(".formula"),
      reading: at(".reading"),
      remark: at(".note"),
    };
  }

  /** @param {Data} data */
  name({ f_title, g_title }) {
    this.titles.f.textContent = f_title;
    this.titles.g.textContent = g_title;
  }

  /** @param {Words} words */
  write(words) {
    const { moved, operation, formula, reading, remark } = this.texts;
    setText(moved, words.moved);
    setText(operation, words.operation);
    setText(formula, words.formula);
    setText(reading, words.reading);
    setText(remark, words.remark);
  }
}
