// The speeds of everything that plays: every lab offers the same ones, by the same names.

import { makeChoice } from "./choice.js";

/**
 * @typedef {object} Speed
 * @property {string} id
 * @property {string} text
 * @property {number} places a second, of a walk from cell to cell
 * @property {number} longest seconds that such a walk takes at most: a longer one goes faster
 * @property {number} rest the share of its time that the walk rests at a place before it sets out for the next
 * @property {number} factor how many times as fast as Normal everything else goes
 */

/** @type {Speed[]} */
export const SPEEDS = [
  { id: "slow", text: "Slow", places: 1, longest: Number.POSITIVE_INFINITY, rest: 0.8, factor: 0.3 },
  { id: "normal", text: "Normal", places: 4, longest: 60, rest: 0.4, factor: 1 },
  { id: "fast", text: "Fast", places: 16, longest: 12, rest: 0.4, factor: 3 },
];
export const NORMAL = SPEEDS[1];

/**
 * Buttons for the speeds.
 * @param {string} name what the test ids begin with
 * @param {(speed: Speed) => void} choose
 */
export function makeSpeeds(name, choose) {
  const options = SPEEDS.map(({ id, text }) => ({ value: id, text, testid: `${name}-speed-${id}` }));
  const choice = makeChoice("Speed", options, (id) => choose(SPEEDS.find((speed) => speed.id === id) ?? NORMAL));
  choice.node.classList.add("speeds");
  choice.show(NORMAL.id);
  return choice;
}
