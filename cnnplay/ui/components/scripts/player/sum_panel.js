// The panel under the boards, in which a sum is written out.

import { keepChildren, make } from "../shared/dom.js";
import { css, textOn } from "../shared/pixels.js";

/** @import { Cell, Explanation, Part } from "./explain.js" */

const WIDE = 3; // columns: from more on the cells are narrow

/** @param {Part} part */
function draw(part) {
  if ("sentence" in part) return make("p", {}, part.sentence);
  if ("list" in part) return make("span", { class: "list" }, part.list);
  if ("sign" in part) return make("span", { class: "operator" }, part.sign);
  const { number, label, kind = "" } = part;
  return make("span", { class: `term ${kind}` }, make("b", {}, number), make("small", {}, label));
}

export class SumPanel {
  title = make("h4");
  grid = make("div", { class: "products" });
  equation = make("div", { class: "equation" });
  note = make("p", { class: "caption" });
  node = make(
    "section",
    { class: "sum", "data-testid": "player-sum" },
    make("header", {}, this.title),
    make("div", { class: "worked" }, this.grid, make("div", { class: "result" }, this.equation, this.note)),
  );
  /**
   * What is written in each cell: of 121 many stay what they are, and writing costs a layout.
   * @type {WeakMap<Element, string>}
   */
  written = new WeakMap();

  /** @param {Explanation} explanation */
  show({ title, detail, cells, columns, compact, parts, remark, sum, value }) {
    this.fill(cells, columns, compact);
    this.title.replaceChildren(title, make("small", {}, detail));
    this.equation.replaceChildren(...parts.map(draw));
    this.note.textContent = remark;
    for (const [name, number] of Object.entries({ sum, value })) {
      if (number === undefined) delete this.node.dataset[name];
      else this.node.dataset[name] = String(number);
    }
  }

  /** @type {(cells: Cell[], columns: number, compact: boolean) => void} */
  fill(cells, columns, compact) {
    this.grid.hidden = !cells.length;
    this.grid.classList.toggle("compact", compact);
    this.grid.classList.toggle("dense", !compact && columns > WIDE);
    this.grid.style.setProperty("--columns", String(columns));
    const nodes = keepChildren(this.grid, cells.length, () => make("div", {}, make("small"), make("b")));
    for (const [index, cell] of cells.entries()) this.write(nodes[index], cell, compact);
  }

  /** @type {(node: HTMLElement, cell: Cell, compact: boolean) => void} */
  write(node, { small, large, colour, kind, hint = "" }, compact) {
    const text = [small, large, colour, kind, hint, compact].join();
    if (this.written.get(node) === text) return;
    this.written.set(node, text);
    node.className = `product ${kind}`;
    node.title = hint;
    node.style.background = colour ? css(colour) : "";
    node.style.color = colour ? textOn(colour) : "";
    node.children[0].textContent = compact ? "" : small;
    node.children[1].textContent = large;
  }
}
