// The filters of the bank, a button each: its kernel, and its answer as a bar and a number.

import { find, make } from "../shared/dom.js";
import { paintPixels } from "../shared/pixels.js";
import { answerAt } from "./answers.js";

/** @import { Data, Filter } from "./answers.js" */

/** One of them. */
class Tile {
  kernel = make("canvas");
  fill = make("i", { class: "fill" });
  zero = make("i", { class: "zero" });
  number = make("span", { class: "number" });

  /**
   * @param {number} index
   * @param {string} title
   */
  constructor(index, title) {
    this.title = title;
    this.node = make(
      "button",
      { class: "tile", type: "button", "data-testid": `orientation-filter-${index}` },
      make("b", {}, title),
      this.kernel,
      make("span", { class: "bar" }, this.fill, this.zero),
      this.number,
      make("span", { class: "badge wins" }, "wins"),
      make("span", { class: "badge chosen" }, "laid on"),
    );
  }

  /** Its answer as a bar from zero. @type {(value: number, limits: [number, number]) => void} */
  draw(value, [least, most]) {
    const span = most - least;
    const start = -least / span + Math.min(0, value / span);
    this.fill.style.transform = `translateX(${100 * start}%) scaleX(${Math.abs(value) / span})`;
    this.fill.classList.toggle("negative", value < 0);
    this.zero.style.left = `${(100 * -least) / span}%`;
  }

  /** @type {(answer: string, wins: boolean, chosen: boolean) => void} */
  mark(answer, wins, chosen) {
    this.node.classList.toggle("winner", wins);
    this.node.classList.toggle("selected", chosen);
    this.node.setAttribute("aria-pressed", String(chosen));
    this.node.setAttribute("aria-label", `${this.title} filter, sum ${answer}${wins ? ", wins" : ""}`);
    this.number.textContent = answer;
  }
}

export class Tiles {
  /** @type {Tile[]} */
  tiles = [];

  /**
   * @param {Element} root
   * @param {(filter: number) => void} choose
   */
  constructor(root, choose) {
    this.node = find(root, ".tiles", HTMLElement);
    this.choose = choose;
  }

  /** For a new bank, in the order of the angles. @param {Filter[]} filters */
  build(filters) {
    this.tiles = filters.map(({ title }, index) => new Tile(index, title));
    for (const [index, { node }] of this.tiles.entries()) node.onclick = () => this.choose(index);
    const order = [...filters.keys()].sort((one, other) => filters[one].angle - filters[other].angle);
    this.node.replaceChildren(...order.map((index) => this.tiles[index].node));
  }

  /** @type {(data: Data, dark: boolean) => void} */
  paint({ filters, kernel_range }, dark) {
    for (const [index, { kernel }] of filters.entries())
      paintPixels(this.tiles[index].kernel, kernel, { scale: "signed", range: kernel_range, dark });
  }

  /** @type {(data: Data, at: number, limits: [number, number]) => void} */
  draw(data, at, limits) {
    for (const [index, tile] of this.tiles.entries()) tile.draw(answerAt(data, at, index), limits);
  }

  /** @type {(answers: string[], winner: number, chosen: number | null) => void} */
  mark(answers, winner, chosen) {
    for (const [index, tile] of this.tiles.entries()) tile.mark(answers[index], index === winner, index === chosen);
  }
}
