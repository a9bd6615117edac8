// Picture, kernel and maps of the player, side by side: their widths, and what is painted on them.

import { make } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { EDGE } from "./board.js";
import { inputLegend, outputLegend } from "./board_legends.js";
import { paintInput, paintOutput } from "./board_paint.js";
import { drawCursor, drawWindow } from "./board_window.js";
import { length } from "./data.js";
import { nameInput, nameOutput, Panel } from "./panel.js";
import { widthsFor } from "./widths.js";

/** @import { Place, PlayerTheme, Slide } from "./data.js" */
/** @import { KernelEditor } from "./kernel_editor.js" */

const LEAST_MAP = 140; // px: the longer side of a map of few cells
const LARGEST_CELL = 72; // px
const HEADINGS = 54; // px: a panel's title and its key
const KERNEL_HEADINGS = 70; // px: the title of the kernel, and two lines under it
const WIDEST_KERNEL = 320; // px, where it stands in a line of its own

export class Panels {
  input = new Panel("player-input");
  outputs = [new Panel("player-output-0"), new Panel("player-output-1")];

  /**
   * @param {KernelEditor} kernel
   * @param {HTMLElement} sum below which the kernel stands where there is no room in the row
   */
  constructor(kernel, sum) {
    this.kernel = kernel;
    this.sum = sum;
    const maps = make("div", { class: "maps" }, ...this.outputs.map(({ node }) => node));
    this.node = make("div", { class: "panels" }, this.input.node, kernel.node, maps);
  }

  /** The maps that a slide has, each with what is shown on it. @param {Slide} slide */
  mapsOf(slide) {
    return slide.outputs.map((output, index) => ({ ...this.outputs[index], output }));
  }

  /** @type {(slide: Slide, channel: number) => void} */
  name(slide, channel) {
    const [height, width] = [slide.rows.starts.length, slide.columns.starts.length];
    this.kernel.node.hidden = !slide.kernel;
    nameInput(this.input, slide, channel);
    for (const [index, panel] of this.outputs.entries()) {
      const output = slide.outputs[index];
      panel.node.hidden = !output;
      if (!output) continue;
      nameOutput(panel, output.title, height, width);
      panel.board.base.tabIndex = index ? -1 : 0; // both show the same place: one of them is enough for Tab
    }
  }

  /**
   * Sizes and places of everything, anew.
   * @param {Slide} slide
   * @param {HTMLElement} root whose width is divided
   */
  arrange(slide, root) {
    const { rows, columns } = slide;
    const room = root.clientWidth;
    const widths = widthsFor(slide, room, window.innerHeight);
    root.classList.toggle("narrow", widths.narrow);
    root.classList.toggle("phone", widths.phone);
    root.style.setProperty("--gap", `${widths.gap}px`);
    const side = widths.picture + 2 * EDGE;
    const tall = Math.floor(widths.picture * Math.min(1, rows.size / columns.size));
    this.arrangeKernel(slide, widths.kernel, room, tall + HEADINGS);
    this.input.board.fit(length(rows), length(columns), { width: side, height: side });
    this.input.node.style.width = `${widths.picture}px`;
    // Whole pixels make the board a little smaller at one kernel than at the next, and its legend comes with padding.
    this.input.node.style.minHeight = `${tall + HEADINGS}px`;
    const [height, width] = [rows.starts.length, columns.starts.length];
    const most = clamp(Math.max(this.input.board.cell, LEAST_MAP / Math.max(height, width)), 1, LARGEST_CELL);
    for (const { board, node } of this.mapsOf(slide)) {
      board.fit(height, width, { width: widths.map, height: widths.picture, most });
      node.style.width = `${widths.map}px`;
    }
  }

  /**
   * In the row, no higher than that, or below the sum.
   * @type {(slide: Slide, width: number, room: number, high: number) => void}
   */
  arrangeKernel({ kernel }, width, room, high) {
    const { node } = this.kernel;
    const inRow = node.parentNode === this.node;
    if (width && !inRow) this.input.node.after(node);
    if (!width && inRow) this.sum.after(node);
    if (!kernel) return;
    const coarse = matchMedia("(pointer: coarse)").matches;
    const widest = width ? Math.min(width, high - KERNEL_HEADINGS) : coarse ? room : Math.min(room, WIDEST_KERNEL);
    this.kernel.arrange(kernel[0], widest, coarse);
    node.style.width = width ? `${width}px` : "";
  }

  /** What rests while the window moves. @type {(slide: Slide, channel: number, theme: PlayerTheme) => void} */
  paint(slide, channel, theme) {
    const [first, second] = slide.outputs;
    const alike = second && first.scale === second.scale && first.range === second.range;
    paintInput(this.input.board, slide, channel, theme);
    this.input.keys.replaceChildren(...inputLegend(slide, theme));
    for (const [index, { board, keys, output }] of this.mapsOf(slide).entries()) {
      paintOutput(board, output, theme);
      keys.replaceChildren(...(index && alike ? [] : outputLegend(output, theme.dark)));
    }
    if (slide.kind === "convolution") this.kernel.update(slide, channel, theme.dark);
  }

  /**
   * The window, at a place that may lie between two; `appeared`: how many of its products are written down, null: all.
   * @type {(slide: Slide, place: Place, theme: PlayerTheme, appeared: number | null) => void}
   */
  drawWindow(slide, place, theme, appeared) {
    drawWindow(this.input.board, slide, place, theme, appeared);
    this.kernel.point(appeared === null ? null : appeared - 1);
  }

  /**
   * The cursor, and what is not yet seen.
   * @type {(slide: Slide, place: Place, seen: number | null, theme: PlayerTheme) => void}
   */
  drawCursor(slide, place, seen, theme) {
    for (const { board } of this.mapsOf(slide)) drawCursor(board, place, seen, slide.kind === "windows", theme);
  }
}
