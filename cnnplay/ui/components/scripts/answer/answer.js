// What a network answers to an image, in one strip: the image, the answer in words, its probabilities as bars. All of it
// keeps its place and its size whatever the answer is, so that nothing below it moves.

import { isColour } from "../shared/colour.js";
import { component } from "../shared/component.js";
import { keepChildren, make, setText } from "../shared/dom.js";
import { probabilityText } from "../shared/format.js";
import { paintPixels } from "../shared/pixels.js";
import { areShort, Shares, spoken } from "../shared/shares.js";
import { Status } from "../shared/status.js";
import { barsOf } from "./bars.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Plane } from "../shared/pixels.js" */

/**
 * What answer() in answer.py sends.
 * @typedef {object} Data
 * @property {Plane | Plane[] | null} image brightness, 0 to 1, of one channel or of three
 * @property {string} headline
 * @property {string[]} lines
 * @property {number[] | null} probabilities
 * @property {number | null} label the class that it is, where it is known
 * @property {string[]} classes
 * @property {string} ask on the button; "" for none
 * @property {boolean} tall
 * @property {number} turn another one than before: a button has opened another tab, which is then brought into sight
 */

/** @implements {Component<Data>} */
class Answer {
  image = make("canvas", { class: "image", "data-testid": "answer-image", role: "img" });
  headline = make("h3", { "data-testid": "answer-headline" });
  lines = make("div", { class: "lines" });
  ask = make("button", { type: "button", class: "ask", "data-testid": "answer-ask" });
  bars = make("div", { class: "bars", role: "img", "data-testid": "answer-bars" });
  shares = new Shares(); // in place of the bars, where names are longer than a bar is wide
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
    const { image, headline, lines, ask, tall } = data;
    this.root.classList.toggle("tall", tall);
    this.image.classList.toggle("empty", !image);
    paintPixels(this.image, image ?? [[0]]);
    this.image.setAttribute("aria-label", imageText(image));
    if (this.headline.textContent !== headline) this.status.sayAtRest(() => `${headline}. ${lines.join(" ")}`);
    setText(this.headline, headline);
    for (const [index, node] of keepChildren(this.lines, lines.length, () => make("p")).entries())
      setText(node, lines[index]);
    setText(this.ask, ask);
    this.ask.hidden = !ask;
    this.showBars(data);
    if (this.turn !== undefined && data.turn !== this.turn) keepTabsInSight();
    this.turn = data.turn;
  }

  /** @param {Data} data */
  showBars({ probabilities, label, classes }) {
    const short = areShort(classes);
    this.bars.classList.toggle("empty", !probabilities);
    this.bars.setAttribute("aria-label", probabilities ? spoken(classes, probabilities) : "No probabilities yet");
    this.root.classList.toggle("named", !short);
    if (this.shares.node.isConnected === short) this.bars.replaceChildren(...(short ? [] : [this.shares.node]));
    if (!short) {
      this.shares.show(classes, probabilities, label);
      return;
    }
    this.bars.style.setProperty("--count", String(classes.length));
    const bars = barsOf(classes, probabilities ?? classes.map(() => 0), label);
    const columns = keepChildren(this.bars, bars.length, () =>
      make("div", { class: "bar" }, make("small"), make("span", { class: "track" }, make("i")), make("b")),
    );
    for (const [index, bar] of bars.entries()) {
      const { share, best, right } = bar;
      const [text, track, name] = columns[index].children;
      columns[index].classList.toggle("best", best);
      columns[index].classList.toggle("faint", share < 0.01);
      setText(text, probabilities ? probabilityText(share) : "");
      /** @type {HTMLElement} */ (track.firstChild).style.height = `${100 * share}%`;
      setText(name, right ? `${bar.name} ✓` : bar.name);
    }
  }

  destroy() {
    this.status.hush();
    this.root.remove();
  }
}

/** @param {Data["image"]} image */
const imageText = (image) => {
  if (!image) return "No image yet";
  return isColour(image) ? "The image that the network receives, in colour" : "The image that the network receives";
};

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
