// The data of an experiment as the script receives them, and what is measured on them.

import { numberText, percentText } from "../shared/format.js";

/** @import { Point } from "../shared/scale.js" */

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} words what it is: "kernel size 5×5, seed 3"
 * @property {number | null} value accuracy or loss of the test after its last epoch; null before
 * @property {string | null} problem why it ended early
 * @property {Point[]} curve [epoch, value]
 */

/**
 * The runs that differ in their seed alone.
 * @typedef {object} Group
 * @property {string} letter
 * @property {string} label
 * @property {string} place the value of the setting that varies first, or an empty text
 * @property {Run[]} runs
 * @property {number | null} median of the values
 * @property {{ low: Point[], middle: Point[], high: Point[] }} band of the curves
 */

/**
 * @typedef {object} Data
 * @property {Group[]} groups
 * @property {string} across what the places are values of
 * @property {string} points what the values are: "Test accuracy"
 * @property {boolean} percentPoints whether they are shares
 * @property {string} curves what the curves show: "Training loss"
 * @property {boolean} percent whether the curves' values are shares
 * @property {number} epochs that a run has at most
 * @property {string | null} chosen the id of a run
 */

/**
 * A value as it reads: a share in percent, a loss as a number.
 * @param {number} value
 * @param {boolean} percent
 */
export const valueText = (value, percent) => (percent ? percentText(value, 2) : numberText(value));

/** @param {number} index of a group */
export const styleOf = (index) => `--colour: var(--group-${index % 8})`;

/**
 * The lowest and the highest of some numbers, with a margin; [0, 1] where there are none.
 * @param {number[]} values
 * @param {number} least the span that is shown at least
 * @returns {[number, number]}
 */
export function limitsOf(values, least) {
  if (!values.length) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max((high - low) * 0.08, (least - (high - low)) / 2);
  return [low - margin, high + margin];
}

/**
 * Where each group stands: groups of one place side by side.
 * @param {{ place: string }[]} groups
 * @returns {{ places: string[], at: number[] }} at: from 0 to 1 across the plot
 */
export function arrange(groups) {
  const places = [...new Set(groups.map((group) => group.place))];
  const at = groups.map((group, index) => {
    const together = groups.flatMap((other, number) => (other.place === group.place ? [number] : []));
    const share = (together.indexOf(index) + 0.5) / together.length;
    return (places.indexOf(group.place) + 0.12 + 0.76 * share) / places.length;
  });
  return { places, at };
}

/**
 * A step to the side for each run of a group, so that equal accuracies do not hide each other: -1 to 1.
 * @param {number} index
 * @param {number} count
 */
export const aside = (index, count) => (count > 1 ? (2 * index) / (count - 1) - 1 : 0);
