// A picture on the page, with its title, its caption and the sign in front of it; and a row of pictures.

import { dotsPerPixel } from "../shared/canvas.js";
import { isColour } from "../shared/colour.js";
import { icon, make } from "../shared/dom.js";
import { makeLegend, paintPixels } from "../shared/pixels.js";
import { paintOver } from "./cells.js";
import { describe, shapeOf, sizeOf, within } from "./values.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Cell, Picture, Sent } from "./values.js" */

/** @typedef {{ title?: string, caption?: string, joiner?: string, legend?: boolean, pictures: Picture[] }} RowData */
/** @typedef {Omit<RowData, "pictures"> & { pictures: Sent[] }} SentRow */

const SIGN = 28; // px that a sign takes from the width
const RIM = 4; // px
const CROSS = "M4.5 4.5l9 9M13.5 4.5l-9 9";
const LEGIBLE = 68; // px: the least width of a picture with words under it

export class Figure {
  pixels = make("canvas", { class: "pixels" });
  over = make("canvas", { class: "over" });
  title = make("strong");
  caption = make("span");
  remove = make("button", { type: "button", class: "remove" }, icon(18, CROSS));
  joiner = make("span", { class: "joiner" });
  frame = make(
    "div",
    // "application": arrow keys are its own
    { class: "frame", role: "application", "aria-roledescription": "picture of numbers", tabindex: 0 },
    this.pixels,
    this.over,
  );
  node = make(
    "figure",
    { class: "picture" },
    make("div", { class: "stage" }, this.frame),
    make("figcaption", {}, this.title, this.caption),
  );
  unit = make("div", { class: "unit" }, this.joiner, this.node);
  size = { width: 0, height: 0 };
  row = 0;
  /** @type {Cell | null} */
  cell = null; // where the cursor was last
  /** @type {Theme | null} */
  theme = null; // none before it has been painted

  /** @param {Picture} picture */
  constructor(picture) {
    this.picture = picture;
  }

  get shape() {
    return shapeOf(this.picture);
  }

  /** @type {(picture: Picture, row: number, joiner: string, can: { choosable: boolean, removable: boolean }) => void} */
  update(picture, row, joiner, { choosable, removable }) {
    Object.assign(this, { picture, row });
    if (this.cell) this.cell = within(this.cell, this.shape);
    Object.assign(this.node.dataset, {
      testid: `map-${picture.id}`,
      id: picture.id,
      chosen: Boolean(picture.chosen),
      shape: this.shape.join("x"),
    });
    this.title.textContent = picture.title ?? "";
    this.caption.textContent = picture.caption ?? "";
    this.joiner.textContent = joiner;
    if (removable) {
      this.remove.setAttribute("aria-label", `Delete ${picture.title ?? "it"}`);
      if (!this.node.contains(this.remove)) this.node.append(this.remove); // to move it would take its focus
    } else this.remove.remove(); // what cannot be deleted has no such button at all
    this.frame.setAttribute("aria-label", describe(picture, choosable));
  }

  /**
   * @param {number} wanted the longer side, if there is room
   * @param {number} width that there is, in pixels
   * @param {Theme} theme
   */
  arrange(wanted, width, theme) {
    const { values, scale, range, size, title, caption } = this.picture;
    const room = width - (this.joiner.textContent ? SIGN : 0) - RIM;
    this.size = sizeOf(this.shape, Math.min(size ?? wanted, room), dotsPerPixel());
    this.theme = theme;
    this.frame.style.width = `${this.size.width}px`;
    this.frame.style.height = `${this.size.height}px`;
    this.node.style.width = `${Math.min(room, Math.max(this.size.width, title || caption ? LEGIBLE : 0))}px`;
    paintPixels(this.pixels, values, { scale, range, dark: theme.dark });
  }

  /** @param {boolean} active whether the cursor is in it */
  paintOver(active) {
    if (this.theme) paintOver(this.over, this.picture, this.size, this.theme, active ? this.cell : null);
  }

  /** The cell under a pointer. @param {MouseEvent} event */
  cellAt({ clientX, clientY }) {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    const [rows, columns] = this.shape;
    const cell = [((clientY - top) / height) * rows, ((clientX - left) / width) * columns];
    return within(cell.map(Math.floor), this.shape);
  }
}

export class Row {
  title = make("h4");
  caption = make("p");
  pictures = make("div", { class: "pictures" });
  legend = makeLegend();
  node = make("section", { class: "row" }, this.title, this.caption, this.pictures, this.legend.node);

  wantsLegend = true;

  /** @type {(data: RowData, figures: Figure[]) => void} */
  update({ title, caption, legend = true }, figures) {
    this.wantsLegend = legend;
    this.title.textContent = title ?? "";
    this.caption.textContent = caption ?? "";
    const units = figures.map(({ unit }) => unit);
    const present = [...this.pictures.children];
    if (units.length !== present.length || units.some((unit, place) => unit !== present[place]))
      this.pictures.replaceChildren(...units);
  }

  /** One legend where all pictures share one scale. @type {(pictures: Picture[], dark: boolean) => void} */
  showLegend(pictures, dark) {
    const [first] = pictures;
    const alike = (/** @type {Picture} */ { scale, range, values }) =>
      scale === first.scale && range === first.range && !isColour(values);
    this.legend.node.hidden = !this.wantsLegend || !first || !pictures.every(alike);
    if (!this.legend.node.hidden) this.legend.paint(first.scale, first.range, dark);
  }
}
