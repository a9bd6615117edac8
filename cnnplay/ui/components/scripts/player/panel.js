// A panel of the player: a board under its title, and the key to its colours.

import { make } from "../shared/dom.js";
import { sizeText } from "../shared/format.js";
import { Board } from "./board.js";
import { isColourImage } from "./data.js";

/** @import { Axis, Slide } from "./data.js" */

export class Panel {
  title = make("h4");
  keys = make("div", { class: "keys" });

  /** @param {string} testid of its board */
  constructor(testid) {
    this.board = new Board(testid);
    this.node = make("section", { class: "panel" }, make("header", {}, this.title), this.board.node, this.keys);
  }

  /** @type {(name: string, detail: string) => void} */
  name(name, detail) {
    this.title.replaceChildren(name, make("small", {}, detail));
  }

  /** What its board is called by a screen reader. @type {(role: string, label: string) => void} */
  label(role, label) {
    this.board.base.setAttribute("role", role);
    this.board.base.setAttribute("aria-label", label);
  }
}

/** What the window slides over. @type {(slide: Slide, channel: number) => string} */
export function inputName({ kind, image }, channel) {
  if (kind === "windows") return "Input";
  if (isColourImage(image)) return "Image, in colour";
  return image.channels[0] === "grey" ? "Image" : image.channels[channel];
}

/**
 * "padding 1", "padding: rows 0; columns 1 before, 2 after", or nothing.
 * @type {(rows: Axis, columns: Axis) => string}
 */
export function paddingText(rows, columns) {
  const [down, across] = [rows, columns].map(({ before, after }) =>
    before === after ? String(before) : `${before} before, ${after} after`,
  );
  if (down !== across) return `padding: rows ${down}; columns ${across}`;
  return down === "0" ? "" : `padding ${down}`;
}

/** Name the panel of the picture. @type {(panel: Panel, slide: Slide, channel: number) => void} */
export function nameInput(panel, slide, channel) {
  const { rows, columns } = slide;
  const name = inputName(slide, channel);
  const detail = [sizeText(rows.size, columns.size), paddingText(rows, columns)].filter(Boolean).join(", ");
  panel.name(name, detail);
  panel.label("img", `${name}, ${detail}`);
}

/** Name the panel of a map. @type {(panel: Panel, title: string, height: number, width: number) => void} */
export function nameOutput(panel, title, height, width) {
  panel.name(title, sizeText(height, width));
  panel.label("application", `${title}, ${height} by ${width}. Arrow keys choose a cell, Space plays.`);
  panel.board.base.setAttribute("aria-roledescription", "map of cells");
}
