// The network's answer: in words, and the probability of each class as a bar.

import { make, setText } from "../shared/dom.js";
import { probabilityText } from "../shared/format.js";
import { areShort, Shares } from "../shared/shares.js";

const TALLEST = 34; // px

/** @typedef {{ text: string, probabilities: number[] }} Answering */

/** "7: 99.2 %", for each class. @type {(classes: string[], probabilities: number[]) => string[]} */
export const titlesOf = (classes, probabilities) =>
  probabilities.map((share, label) => `${classes[label]}: ${probabilityText(share)}`);

export class Answer {
  said = make("strong", { "data-testid": "zoom-answer" });
  bars = make("div", { class: "bars", role: "img" });
  shares = new Shares(); // in place of the bars, where names are longer than a bar is wide

  /** @param {HTMLElement} node */
  constructor(node) {
    node.append(this.said, this.bars);
  }

  /** @type {(answer: Answering | null, classes: string[]) => void} answer: null where there is none; its place stays empty */
  show(answer, classes) {
    const { text, probabilities } = answer ?? { text: "", probabilities: [] };
    const titles = titlesOf(classes, probabilities);
    const best = probabilities.indexOf(Math.max(...probabilities));
    setText(this.said, text);
    this.bars.setAttribute("aria-label", `Probabilities: ${titles.join("; ")}`);
    const short = areShort(classes);
    this.bars.classList.toggle("named", !short && answer !== null);
    if (!short && answer) {
      this.shares.show(classes, probabilities, null);
      this.bars.replaceChildren(this.shares.node);
      return;
    }
    this.bars.replaceChildren(
      ...probabilities.map((share, label) => {
        const bar = make("i", { style: `height: ${Math.max(1, Math.round(TALLEST * share))}px` });
        const name = make("b", {}, classes[label]);
        return make("span", { class: label === best ? "best" : "", title: titles[label] }, bar, name);
      }),
    );
  }
}
