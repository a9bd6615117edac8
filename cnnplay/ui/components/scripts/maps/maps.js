// Pictures of numbers in rows. What Python sends is drawn anew at each rerun; figures are kept by the picture's id, so
// that focus and the cell under the cursor outlive it.

import { component } from "../shared/component.js";
import { make, watchWidth } from "../shared/dom.js";
import { claim, hasModifier, moveOf, targetOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { onThemeChange, readTheme } from "../shared/theme.js";
import { Figure, Row } from "./figure.js";
import { cellText, within, withValues } from "./values.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { RowData, SentRow } from "./figure.js" */
/** @import { Cell } from "./values.js" */

/**
 * What maps() in maps.py sends.
 * @typedef {object} Data
 * @property {SentRow[]} rows
 * @property {string} alt
 * @property {string} key
 * @property {number} size the longer side of a picture, in pixels
 * @property {boolean} choosable
 * @property {boolean} removable
 */

/** @implements {Component<Data>} */
class Maps {
  /** @type {RowData[]} */
  shown = []; // with the values of every picture
  /** @type {Row[]} */
  rows = [];
  /** @type {Map<string, Figure>} */
  figures = new Map();
  /** @type {Figure | null} */
  active = null; // the one with the cursor
  // The status says the same.
  readout = make("div", { class: "readout", "data-testid": "map-readout", "aria-hidden": true });
  status = new Status();
  root = make("div", { class: "component maps", role: "group", "data-testid": "maps" }, this.readout, this.status.node);

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    this.readout.hidden = true;
    parentElement.append(this.root);
    this.listenToPointer();
    this.listenToKeys();
    onThemeChange(this.root, () => this.arrange());
    this.observer = watchWidth(this.root, () => this.arrange());
  }

  /** The figure that an event came from. @param {Event} event */
  figureOf(event) {
    const node = /** @type {HTMLElement | null} */ (targetOf(event).closest(".picture"));
    return this.figures.get(node?.dataset.id ?? "") ?? null;
  }

  listenToPointer() {
    const { root } = this;
    const follow = (/** @type {PointerEvent} */ event) => {
      const figure = targetOf(event).closest(".frame") ? this.figureOf(event) : null;
      this.point(figure, figure?.cellAt(event) ?? null);
    };
    root.onpointermove = root.onpointerdown = follow;
    root.onpointerleave = (event) => event.pointerType === "mouse" && this.point(null, null); // a tapped cell stays
    root.onclick = (event) => {
      const figure = this.figureOf(event);
      if (figure && targetOf(event).closest(".remove")) this.trigger("remove", figure.picture.id);
      else this.choose(figure);
    };
  }

  listenToKeys() {
    const { root } = this;
    root.addEventListener("focusin", (event) => {
      const figure = this.figureOf(event);
      if (!figure || !targetOf(event).matches(".frame:focus-visible")) return;
      const [rows, columns] = figure.shape;
      this.point(figure, figure.cell ?? [Math.floor((rows - 1) / 2), Math.floor((columns - 1) / 2)]);
    });
    root.addEventListener("focusout", () => this.point(null, null));
    root.onkeydown = (event) => {
      const figure = this.figureOf(event);
      if (!figure || hasModifier(event) || targetOf(event).closest(".remove")) return;
      const way = moveOf(event.key);
      if ((event.key === "Enter" || event.key === " ") && this.data.choosable) this.choose(figure);
      else if (event.key === "Escape") this.point(null, null);
      else if (way) this.step(figure, way);
      else return;
      claim(event);
    };
  }

  /** @type {(figure: Figure, way: [number, number]) => void} */
  step(figure, [down, right]) {
    const [row, column] = figure.cell ?? [0, 0];
    const cell = within([row + down, column + right], figure.shape);
    this.point(figure, cell);
    this.status.say(cellText(figure.picture, cell));
  }

  /** @param {Figure | null} figure */
  choose(figure) {
    if (figure && this.data.choosable) this.trigger("choose", figure.picture.id);
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    this.data = data;
    this.shown = data.rows.map((row) => ({ ...row, pictures: row.pictures.map(withValues) }));
    this.trigger = setTriggerValue;
    this.root.dataset.key = data.key;
    this.root.classList.toggle("choosable", data.choosable);
    this.root.setAttribute("aria-label", data.alt);
    this.build();
    if (this.active && !this.figures.has(this.active.picture.id)) this.active = null;
    this.arrange();
  }

  /** As many rows as there are now, with their pictures. */
  build() {
    const rows = this.shown;
    const { activeElement: focused } = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    while (this.rows.length > rows.length) this.rows.pop()?.node.remove();
    while (this.rows.length < rows.length) {
      const row = new Row();
      this.rows.push(row);
      this.readout.before(row.node);
    }
    const before = this.figures;
    this.figures = new Map();
    for (const [index, row] of rows.entries()) this.rows[index].update(row, this.figuresOf(row, index, before));
    if (focused instanceof HTMLElement && focused.isConnected && this.root.contains(focused))
      focused.focus({ preventScroll: true }); // moving a node blurs it
  }

  /**
   * The figures of a row, as they were where they were there.
   * @type {(row: RowData, index: number, before: Map<string, Figure>) => Figure[]}
   */
  figuresOf({ pictures, joiner = "" }, index, before) {
    return pictures.map((picture, place) => {
      const figure = before.get(picture.id) ?? new Figure(picture);
      figure.update(picture, index, place ? joiner : "", this.data);
      this.figures.set(picture.id, figure);
      return figure;
    });
  }

  /** For another width, other data or another theme. */
  arrange() {
    const width = this.root.clientWidth;
    if (!width) return; // in a hidden tab; the resize observer calls again
    const theme = readTheme(this.root);
    for (const figure of this.figures.values()) {
      figure.arrange(this.data.size, width, theme);
      figure.paintOver(figure === this.active);
    }
    for (const [index, { pictures }] of this.shown.entries()) this.rows[index].showLegend(pictures, theme.dark);
    this.align();
    this.showReadout();
  }

  /** Pictures of a line stand on one axis, and so do their titles: every stage is as high as the highest frame. */
  align() {
    /** @type {Map<string, Figure[]>} */
    const lines = new Map();
    for (const figure of this.figures.values()) {
      const line = `${figure.row} ${figure.unit.offsetTop}`; // read for all before the first is written
      lines.set(line, [...(lines.get(line) ?? []), figure]);
    }
    for (const figures of lines.values()) {
      const height = Math.max(...figures.map(({ size }) => size.height));
      for (const { unit } of figures) unit.style.setProperty("--stage", `${height}px`);
    }
  }

  /** @type {(figure: Figure | null, cell: Cell | null) => void} */
  point(figure, cell) {
    const before = this.active;
    if (before === figure && String(figure?.cell) === String(cell ?? undefined)) return;
    this.active = figure;
    if (figure && cell) figure.cell = cell;
    if (before !== figure) before?.paintOver(false);
    figure?.paintOver(true);
    this.showReadout();
  }

  /** Above its picture, never over the edge of the page, and never under the finger. */
  showReadout() {
    const { root, readout, active } = this;
    readout.hidden = !active?.cell || !active.frame.isConnected;
    if (!active?.cell || readout.hidden) return;
    readout.textContent = cellText(active.picture, active.cell);
    readout.dataset.map = active.picture.id;
    const frame = active.frame.getBoundingClientRect();
    const home = root.getBoundingClientRect();
    const middle = frame.left + frame.width / 2 - home.left;
    const half = readout.offsetWidth / 2;
    readout.style.left = `${clamp(middle - half, 0, Math.max(0, home.width - 2 * half))}px`;
    readout.style.top = `${frame.top - home.top - readout.offsetHeight - 8}px`;
  }

  destroy() {
    this.observer.disconnect();
    this.root.remove();
  }
}

export default component(Maps);
