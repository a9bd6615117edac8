// The probabilities of an answer as bars that stand beside each other.

import { bestOf } from "../shared/shares.js";

/** @typedef {{ name: string, share: number, best: boolean, right: boolean }} Bar */

/**
 * A bar for each class; only the first of the highest is the best.
 * @param {string[]} classes their names
 * @param {number[]} probabilities
 * @param {number | null} label the class that it is, where it is known
 * @returns {Bar[]}
 */
export function barsOf(classes, probabilities, label) {
  const winner = bestOf(probabilities);
  return probabilities.map((share, place) => ({
    name: classes[place],
    share,
    best: place === winner,
    right: place === label,
  }));
}
