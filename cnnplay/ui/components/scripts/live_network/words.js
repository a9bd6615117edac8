// A moment of the network in words.

import { plural, probabilityText } from "../shared/format.js";
import { bestOf, nameOf } from "../shared/shares.js";

/**
 * @typedef {object} Moment
 * @property {string} title
 * @property {string} filters all of them, a byte a pixel, in base64
 * @property {string} maps likewise
 * @property {number[]} probabilities none where they are no numbers
 */

/**
 * What it answers, and whether that is correct.
 * @type {(classes: string[], probabilities: number[], truth: number | null) => string}
 */
export function answerText(classes, probabilities, truth) {
  const answer = bestOf(probabilities);
  if (answer < 0) return "It gives no answer: its weights are no numbers any more.";
  const said = `It answers ${nameOf(classes, answer)} (${probabilityText(probabilities[answer])})`;
  if (truth === null) return `${said}.`;
  return answer === truth ? `${said}: correct.` : `${said}; the image shows ${nameOf(classes, truth)}.`;
}

/** What stands above the filters and maps. @type {(layer: string, shown: number, filters: number) => string} */
export const pairsText = (layer, shown, filters) =>
  shown < filters
    ? `The first ${shown} of ${plural(filters, "filter")} of ${layer}, and the feature map that each makes`
    : `${plural(filters, "filter")} of ${layer}, and the feature map that each makes`;
