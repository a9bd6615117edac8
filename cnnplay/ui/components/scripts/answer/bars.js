// The ten probabilities of an answer, as what is drawn and as what is read aloud.

import { probabilityText } from "../shared/format.js";

/** @typedef {{ digit: number, share: number, best: boolean, right: boolean }} Bar */

/**
 * A bar for each class; only the first of the highest is the best.
 * @param {number[]} probabilities
 * @param {number | null} label the class that it is, where it is known
 * @returns {Bar[]}
 */
export function barsOf(probabilities, label) {
  const highest = Math.max(...probabilities);
  const winner = highest > 0 ? probabilities.indexOf(highest) : -1;
  return probabilities.map((share, digit) => ({ digit, share, best: digit === winner, right: digit === label }));
}

/**
 * "7: 99.2 %; 9: 0.6 %; …", the likeliest first.
 * @param {number[]} probabilities
 */
export const spoken = (probabilities) =>
  probabilities
    .map((share, digit) => ({ digit, share }))
    .sort((one, other) => other.share - one.share)
    .map(({ digit, share }) => `${digit}: ${probabilityText(share)}`)
    .join("; ");
