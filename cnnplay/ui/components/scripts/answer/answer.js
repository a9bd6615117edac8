// What a network answers to an image, in one strip: the image, the answer in words, ten probabilities as bars. All of it
// keeps its place and its size whatever the answer is, so that nothing below it moves.

import { component } from "../shared/component.js";
import { keepChildren, make, setText } from "../shared/dom.js";
import { probabilityText } from "../shared/format.js";
import { paintPixels } from "../shared/pixels.js";
import { Status } from "../shared/status.js";
import { barsOf, spoken } from "./bars.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Plane } from "../shared/pixels.js" */

/**
 * What answer() in answer.py sends.
 * @typedef {object} Data
 * @property {Plane | null} image brightness, 0 to 1
 * @property {string} headline
 * @property {string[]} lines
 * @property {number[] | null} probabilities
 * @property {number | null} label the digit that it is, where it is known
 * @property {string} ask on the button; "" for none
 * @property {boolean} tall
 * @property {number} turn another one than before: a button has opened another tab, which is then brought into sight
 */

const NONE = Array.from({ length: 10 }, () => 0);

/** @implements {Component<Data>} */
class Answer {
  image = make("canvas", { class: "image", "data-testid": "answer-image", role: "img" });
  headline = make("h3", { "data-testid": "answer-headline" });
  lines = make("div", { class: "lines" });
  ask = make("button", { type: "button", class: "ask", "data-testid": "answer-ask" });
  bars = make("div", { class: "bars", role: "img", "data-testid": "answer-bars" });
  status = new Status();
  /** @type {number | undefined} */
  turn;
  root = make(
    "section",
    { class: "component answer", "data-testid": "answer" },
    make(
      "div",
      { class: "strip" },
      this.image,
      make("div", { class: "words" }, this.headline, this.lines, this.ask),
      this.bars,
    ),
    this.status.node,
  );

  /** @param {Call<Data>} call */
  constructor({ parentElement, setTriggerValue }) {
    this.trigger = setTriggerValue;
    this.ask.onclick = () => this.trigger("ask", "why");
    parentElement.append(this.root);
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const { image, headline, lines, probabilities, label, ask, tall } = data;
    this.root.classList.toggle("tall", tall);
    this.image.classList.toggle("empty", !image);
    paintPixels(this.image, image ?? [[0]]);
    this.image.setAttribute("aria-label", image ? "The image that the network receives" : "No image yet");
    if (this.headline.textContent !== headline) this.status.sayAtRest(() => `${headline}. ${lines.join(" ")}`);
    setText(this.headline, headline);
    for (const [index, node] of keepChildren(this.lines, lines.length, () => make("p")).entries())
      setText(node, lines[index]);
    setText(this.ask, ask);
    this.ask.hidden = !ask;
    this.showBars(probabilities, label);
    if (this.turn !== undefined && data.turn !== this.turn) keepTabsInSight();
    this.turn = data.turn;
  }

  /** @type {(probabilities: number[] | null, label: number | null) => void} */
  showBars(probabilities, label) {
    this.bars.classList.toggle("empty", !probabilities);
    this.bars.setAttribute("aria-label", probabilities ? spoken(probabilities) : "No probabilities yet");
    const bars = barsOf(probabilities ?? NONE, label);
    const columns = keepChildren(this.bars, bars.length, () =>
      make("div", { class: "bar" }, make("small"), make("span", { class: "track" }, make("i")), make("b")),
    );
    for (const [index, { digit, share, best, right }] of bars.entries()) {
      const [text, track, name] = columns[index].children;
      columns[index].classList.toggle("best", best);
      columns[index].classList.toggle("faint", share < 0.01);
      setText(text, probabilities ? probabilityText(share) : "");
      /** @type {HTMLElement} */ (track.firstChild).style.height = `${100 * share}%`;
      setText(name, right ? `${digit} ✓` : String(digit));
    }
  }

  destroy() {
    this.status.hush();
    this.root.remove();
  }
}

const COMING = 1500; // ms for which the new tab may still grow

/** Scroll to the tabs, and stay there while the new tab's content comes, unless the visitor does something meanwhile. */
function keepTabsInSight() {
  const until = performance.now() + COMING;
  const stop = new AbortController();
  for (const name of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(name, () => stop.abort(), { signal: stop.signal });
  const step = () => {
    if (performance.now() > until) stop.abort();
    if (stop.signal.aborted) return;
    document.querySelector('[data-testid="stTabs"]')?.scrollIntoView({ block: "start" });
    requestAnimationFrame(step);
  };
  step();
}

export default component(Answer);
