// The classes of a network and its probabilities: names, and rows of a name, a bar and a number. Names may be long: what
// does not fit is in the title, and read aloud.

import { keepChildren, make, setText } from "./dom.js";
import { probabilityText } from "./format.js";

export const DIGITS = Array.from("0123456789");

const SHORT = 2; // letters that fit under a bar
const LONGEST = 30; // letters of a name
const FEW = 5; // classes that have a row each, with room for their names

/** Whether all names fit under bars that stand beside each other. @param {string[]} classes */
export const areShort = (classes) => classes.every((name) => Array.from(name).length <= SHORT);

/** A class within a sentence: 7, or “circle”. @type {(classes: string[], label: number) => string} */
export const nameOf = (classes, label) => {
  const name = classes[label] ?? String(label);
  return areShort([name]) ? name : `“${name}”`;
};

/** The class with the highest probability; −1 where these are no numbers, or all are 0. @param {number[]} probabilities */
export function bestOf(probabilities) {
  const highest = Math.max(...probabilities);
  return probabilities.every(Number.isFinite) && highest > 0 ? probabilities.indexOf(highest) : -1;
}

/**
 * "7: 99.2 %; 9: 0.6 %; …", the likeliest first.
 * @type {(classes: string[], probabilities: number[]) => string}
 */
export const spoken = (classes, probabilities) =>
  probabilities
    .map((share, label) => ({ name: classes[label] ?? String(label), share }))
    .sort((one, other) => other.share - one.share)
    .map(({ name, share }) => `${name}: ${probabilityText(share)}`)
    .join("; ");

const makeRow = () =>
  make(
    "li",
    {},
    make("span", { class: "name" }),
    make("span", { class: "track" }, make("i")),
    make("span", { class: "value" }),
  );

export class Shares {
  node = make("ol", { class: "shares" });

  /**
   * @param {string[]} classes
   * @param {number[] | null} probabilities null: there are none yet
   * @param {number | null} truth the class that it is, where it is known
   */
  show(classes, probabilities, truth) {
    const longest = Math.min(LONGEST, Math.max(...classes.map((name) => Array.from(name).length)) + 1);
    const best = bestOf(probabilities ?? []);
    this.node.style.setProperty("--name", `${longest}ch`);
    this.node.classList.toggle("empty", !probabilities);
    this.node.classList.toggle("few", classes.length <= FEW);
    for (const [label, row] of keepChildren(this.node, classes.length, makeRow).entries()) {
      const [name, track, value] = row.children;
      const share = probabilities?.[label];
      const text = probabilities ? probabilityText(share ?? Number.NaN) : "";
      row.title = `${classes[label]}${text && `: ${text}`}${label === truth ? ", which is correct" : ""}`;
      row.classList.toggle("best", label === best);
      row.classList.toggle("truth", label === truth);
      setText(name, classes[label]);
      /** @type {HTMLElement} */ (track.firstChild).style.width =
        `${100 * (Number.isFinite(share) ? Number(share) : 0)}%`;
      setText(value, text);
    }
  }
}
