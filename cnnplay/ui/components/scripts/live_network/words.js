// A moment of the network in words.

import { plural, probabilityText } from "../shared/format.js";

/**
 * @typedef {object} Moment
 * @property {string} title
 * @property {string} filters all of them, a byte a pixel, in base64
 * @property {string} maps likewise
 * @property {number[]} probabilities none where they are no numbers
 */

/** The digit with the highest probability; −1 where these are no numbers. @param {number[]} probabilities */
export const answerOf = (probabilities) =>
  probabilities.every(Number.isFinite) ? probabilities.indexOf(Math.max(...probabilities)) : -1;

/**
 * What it answers, and whether that is correct.
 * @type {(probabilities: number[], truth: number | null) => string}
 */
export function answerText(probabilities, truth) {
  const answer = answerOf(probabilities);
  if (answer < 0) return "It gives no answer: its weights are no numbers any more.";
  const said = `It answers ${answer} (${probabilityText(probabilities[answer])})`;
  if (truth === null) return `${said}.`;
  return answer === truth ? `${said}: correct.` : `${said}; the image shows ${truth}.`;
}

/** What stands above the filters and maps. @type {(layer: string, shown: number, filters: number) => string} */
export const pairsText = (layer, shown, filters) =>
  shown < filters
    ? `The first ${shown} of ${plural(filters, "filter")} of ${layer}, and the feature map that each makes`
    : `${plural(filters, "filter")} of ${layer}, and the feature map that each makes`;
