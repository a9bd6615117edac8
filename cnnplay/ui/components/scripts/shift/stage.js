// A stage of the network: its map, a dot on every cell that changed, and the share that stayed the same.

import { resize } from "../shared/canvas.js";
import { make } from "../shared/dom.js";
import { percentText } from "../shared/format.js";
import { inkOf, paintPixels, textOn } from "../shared/pixels.js";
import { clamp } from "../shared/scale.js";
import { changedCells, MIDDLE, nameOf } from "./places.js";

/** @import { Plane, Scale } from "../shared/pixels.js" */

/**
 * @typedef {object} StageData
 * @property {string} title
 * @property {Record<string, Plane>} values by place
 * @property {Scale} scale
 * @property {number} range
 * @property {Record<string, number>} unchanged the share of the stage that stayed the same, by place
 */

/**
 * How a stage is drawn.
 * @typedef {object} Look
 * @property {boolean} dark
 * @property {boolean} marking whether changed cells have dots
 * @property {number} tolerance the share of the range by which a cell may differ and still count as unchanged
 */

export class Stage {
  title = make("h4");
  pixels = make("canvas", { class: "pixels" });
  over = make("canvas", { class: "over" });
  fill = make("i");
  number = make("b");

  /** @param {number} index */
  constructor(index) {
    this.map = make("div", { class: "map", role: "img" }, this.pixels, this.over);
    this.node = make(
      "article",
      { class: "stage", "data-testid": `shift-stage-${index}` },
      this.title,
      this.map,
      make("div", { class: "bar", "aria-hidden": "true" }, this.fill),
      make("p", { class: "unchanged" }, this.number, " of it stayed the same"),
    );
  }

  /** @param {StageData} data */
  build({ title, values }) {
    const unmoved = values[nameOf(MIDDLE)];
    this.title.textContent = title;
    this.map.style.aspectRatio = `${unmoved[0].length} / ${unmoved.length}`;
  }

  /**
   * @param {StageData} data
   * @param {string} place its name
   * @param {Look} look
   */
  paint(data, place, look) {
    const { title, scale, range } = data;
    const values = data.values[place];
    const changed = changedCells(values, data.values[nameOf(MIDDLE)], look.tolerance * range);
    const share = data.unchanged[place];
    paintPixels(this.pixels, values, { scale, range, dark: look.dark });
    this.paintDots(look.marking ? changed : [], data, values, look.dark);
    Object.assign(this.node.dataset, { unchanged: share, changed: changed.length });
    this.fill.style.width = `${clamp(100 * share, 0, 100)}%`;
    this.number.textContent = percentText(share);
    this.map.setAttribute(
      "aria-label",
      `${title}, ${values.length} × ${values[0].length}: ${percentText(share)} of it stayed the same`,
    );
  }

  /** @type {(cells: number[][], data: StageData, values: Plane, dark: boolean) => void} */
  paintDots(cells, { scale, range }, values, dark) {
    const { clientWidth: width, clientHeight: height } = this.over;
    const cell = width / values[0].length;
    const pen = resize(this.over, width, height);
    for (const [row, column] of cells) {
      pen.fillStyle = textOn(inkOf(values[row][column], scale, range, dark));
      pen.beginPath();
      pen.arc((column + 0.5) * cell, (row + 0.5) * cell, clamp(cell * 0.17, 0.8, 4), 0, 7);
      pen.fill();
    }
  }
}
