// The network's answer: in words, and the probability of each class as a bar.

import { make, setText } from "../shared/dom.js";
import { probabilityText } from "../shared/format.js";

const TALLEST = 34; // px

/** @typedef {{ text: string, probabilities: number[] }} Answering */

/** "7: 99.2 %", for each digit. @param {number[]} probabilities */
export const titlesOf = (probabilities) => probabilities.map((share, digit) => `${digit}: ${probabilityText(share)}`);

export class Answer {
  said = make("strong", { "data-testid": "zoom-answer" });
  bars = make("div", { class: "bars", role: "img" });

  /** @param {HTMLElement} node */
  constructor(node) {
    node.append(this.said, this.bars);
  }

  /** @param {Answering | null} answer null: there is none, and its place stays empty */
  show(answer) {
    const { text, probabilities } = answer ?? { text: "", probabilities: [] };
    const titles = titlesOf(probabilities);
    const best = probabilities.indexOf(Math.max(...probabilities));
    setText(this.said, text);
    this.bars.setAttribute("aria-label", `Probabilities: ${titles.join("; ")}`);
    this.bars.replaceChildren(
      ...probabilities.map((share, digit) => {
        const bar = make("i", { style: `height: ${Math.max(1, Math.round(TALLEST * share))}px` });
        const name = make("b", {}, String(digit));
        return make("span", { class: digit === best ? "best" : "", title: titles[digit] }, bar, name);
      }),
    );
  }
}
