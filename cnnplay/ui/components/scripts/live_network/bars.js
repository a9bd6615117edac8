// The ten probabilities as bars.

import { make } from "../shared/dom.js";
import { probabilityText } from "../shared/format.js";
import { answerOf } from "./words.js";

/** One digit: its number, its bar, its probability. */
class Bar {
  fill = make("i");
  value = make("span", { class: "value" });

  /** @param {number} digit */
  constructor(digit) {
    this.name = make("span", { class: "digit" }, String(digit));
    this.node = make("li", {}, this.name, make("span", { class: "track" }, this.fill), this.value);
  }

  /** @type {(probability: number, answer: boolean, truth: boolean) => void} */
  show(probability, answer, truth) {
    this.fill.style.width = `${100 * (Number.isFinite(probability) ? probability : 0)}%`;
    this.value.textContent = probabilityText(probability);
    this.node.classList.toggle("answer", answer);
    this.node.classList.toggle("truth", truth);
  }
}

export class Bars {
  bars = Array.from({ length: 10 }, (_, digit) => new Bar(digit));
  node = make("ol", { class: "bars", "data-testid": "live-bars" }, ...this.bars.map(({ node }) => node));

  /** @type {(probabilities: number[], truth: number | null) => void} */
  show(probabilities, truth) {
    const answer = answerOf(probabilities);
    for (const [digit, bar] of this.bars.entries()) bar.show(probabilities[digit], digit === answer, digit === truth);
  }
}
