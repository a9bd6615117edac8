// The player's kernel: the weights of one channel at a time, to be read or edited.

import { make } from "../shared/dom.js";
import { parseNumber, plural, sizeText } from "../shared/format.js";
import { moveOf } from "../shared/pointer.js";
import { isChanged, isLarge, makeCells, placeOf, showWeight, sizesFor, textOf } from "./kernel_cells.js";
import { KernelEdits } from "./kernel_edits.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { ConvolutionSlide } from "./data.js" */

/**
 * Keys that choose a channel, from the current one among `count`.
 * @type {Record<string, (channel: number, count: number) => number>}
 */
const TAB_KEYS = {
  ArrowLeft: (channel) => channel - 1,
  ArrowRight: (channel) => channel + 1,
  Home: () => 0,
  End: (_channel, count) => count - 1,
};

export class KernelEditor {
  title = make("h4");
  tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Channel" });
  grid = make("div", { class: "kernel", role: "group" });
  caption = make("p", { class: "caption" });
  wrong = make("p", { class: "wrong", role: "alert" });
  sign = make(
    "button",
    { type: "button", class: "sign", "data-testid": "kernel-sign", "aria-label": "Change the sign" },
    "±",
  );
  node = make(
    "section",
    { class: "panel of-kernel", "data-testid": "player-kernel" },
    make("header", {}, this.title),
    this.tabs,
    make("div", { class: "weights" }, this.grid, make("div", { class: "aside" }, this.caption, this.sign, this.wrong)),
  );
  /** @type {ConvolutionSlide | null} */
  slide = null;
  channel = 0;
  dark = false;
  /** @type {Plane[]} */
  kernel = []; // as it is typed
  edits = new KernelEdits();
  shape = "";
  digits = 3;
  /** @type {HTMLElement | null} */
  current = null; // the cell that had the focus last

  /**
   * @param {(kernel: Plane[]) => void} edit is given the whole kernel with one number changed
   * @param {(channel: number) => void} choose another channel
   */
  constructor(edit, choose) {
    this.edit = edit;
    this.choose = choose;
    this.listenToGrid();
    this.sign.onpointerdown = (event) => event.preventDefault(); // the cell keeps the focus, and the phone its keyboard
    this.sign.onclick = () => this.turnSign();
    this.tabs.onkeydown = (event) => {
      const target = TAB_KEYS[event.key]?.(this.channel, this.kernel.length);
      if (target === undefined || !this.kernel[target]) return;
      event.preventDefault();
      choose(target);
      /** @type {HTMLElement} */ (this.tabs.children[target]).focus();
    };
  }

  get cells() {
    return /** @type {HTMLElement[]} */ ([...this.grid.children]);
  }

  /** @param {HTMLElement} cell */
  weightOf(cell) {
    const [row, column] = placeOf(cell);
    return this.kernel[this.channel][row][column];
  }

  listenToGrid() {
    this.grid.onkeydown = (event) => {
      if (event.target instanceof HTMLInputElement && this.press(event, event.target)) event.preventDefault();
    };
    this.grid.addEventListener("focusin", ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return;
      if (isLarge(this.kernel[this.channel])) for (const cell of this.cells) cell.tabIndex = cell === target ? 0 : -1;
      this.current = target;
      target.select();
    });
    this.grid.addEventListener("focusout", ({ target }) => {
      if (target instanceof HTMLInputElement) this.commit(target);
    });
  }

  /**
   * Whether a key is for the kernel; else it moves the caret.
   * @type {(event: KeyboardEvent, cell: HTMLInputElement) => boolean}
   */
  press(event, cell) {
    const way = event.key.startsWith("Arrow") ? moveOf(event.key) : undefined;
    if (event.key === "Enter") {
      this.commit(cell);
      cell.select();
    } else if (event.key === "Escape") this.show(cell);
    else if (way && !this.holdsCaret(cell, way[1])) this.moveFrom(cell, ...way);
    else return false;
    return true;
  }

  /**
   * Whether there is text for the caret in that direction.
   * @type {(cell: HTMLInputElement, right: number) => boolean}
   */
  holdsCaret(cell, right) {
    if (!isChanged(cell)) return false;
    return (right < 0 && cell.selectionEnd !== 0) || (right > 0 && cell.selectionStart !== cell.value.length);
  }

  /** @type {(cell: HTMLElement, down: number, right: number) => void} */
  moveFrom(cell, down, right) {
    const [row, column] = placeOf(cell);
    const target = this.cells.find((other) => placeOf(other).join() === [row + down, column + right].join());
    target?.focus();
  }

  /** Take what has been typed. @param {HTMLInputElement} cell */
  commit(cell) {
    if (isChanged(cell)) this.take(cell, parseNumber(cell.value));
  }

  turnSign() {
    const cell = this.current?.isConnected ? this.current : this.cells[0];
    const value = isChanged(cell) ? parseNumber(textOf(cell)) : this.weightOf(cell);
    this.take(cell, value && -value);
  }

  /** @type {(cell: HTMLElement, value: number | null) => void} null: what was typed is no number */
  take(cell, value) {
    this.complain(value === null ? cell : null);
    const [row, column] = placeOf(cell);
    if (value !== null) this.kernel[this.channel][row][column] = value;
    this.show(cell);
    if (value === null) return;
    const edited = structuredClone(this.kernel);
    this.edits.add(edited);
    this.edit(edited);
  }

  /** @param {HTMLElement | null} cell with something that is no number */
  complain(cell) {
    for (const other of this.cells) other.removeAttribute("aria-invalid");
    cell?.setAttribute("aria-invalid", "true");
    this.wrong.textContent = cell
      ? `“${textOf(cell).slice(0, 12)}” is not a number, so the old one stays. Write 0.5, −1 or 1/9.`
      : "";
  }

  /** @param {HTMLElement} cell */
  show(cell) {
    if (!this.slide) return;
    const [row, column] = placeOf(cell);
    const { kernel_range: range, image } = this.slide;
    const channel = this.kernel.length > 1 ? `, ${image.channels[this.channel]}` : "";
    showWeight(cell, this.weightOf(cell), { digits: this.digits, range, dark: this.dark });
    cell.dataset.testid = `kernel-${this.channel}-${row}-${column}`;
    cell.setAttribute("aria-label", `Weight in row ${row + 1}, column ${column + 1}${channel}`);
  }

  /** For the width that there is. @type {(map: Plane, width: number, coarse: boolean) => void} */
  arrange([line], width, coarse) {
    const { cell, text } = sizesFor(width, line.length, coarse);
    this.digits = cell < 38 ? 2 : 3;
    this.node.style.setProperty("--weight", `${cell}px`);
    this.node.style.setProperty("--weight-text", `${text}px`);
    this.grid.style.gridTemplateColumns = `repeat(${line.length}, var(--weight))`;
  }

  /** @type {(slide: ConvolutionSlide, channel: number, dark: boolean) => void} */
  update(slide, channel, dark) {
    const fresh = slide !== this.slide;
    Object.assign(this, { slide, channel, dark });
    if (fresh && this.edits.receive(slide.kernel)) this.kernel = structuredClone(slide.kernel);
    this.build(slide);
    for (const [index, tab] of /** @type {HTMLElement[]} */ ([...this.tabs.children]).entries()) {
      tab.textContent = slide.image.channels[index] ?? `channel ${index + 1}`;
      tab.setAttribute("aria-selected", String(index === channel));
      tab.tabIndex = index === channel ? 0 : -1;
    }
    for (const cell of this.cells) if (!cell.matches(":focus") || !isChanged(cell)) this.show(cell);
  }

  /** Mark the weight that is being multiplied. @param {number | null} tap */
  point(tap) {
    for (const [index, cell] of this.cells.entries()) cell.classList.toggle("pointed", index === tap);
  }

  /** Other cells, for a kernel of another shape. @param {ConvolutionSlide} slide */
  build({ kernel, editable }) {
    const [map] = kernel;
    const shape = `${kernel.length} ${map.length} ${map[0].length} ${editable}`;
    if (shape === this.shape) return;
    this.shape = shape;
    for (const cell of this.cells) cell.dataset.shown = textOf(cell); // what is half typed was meant for another kernel
    this.grid.replaceChildren(...makeCells(map, editable));
    this.complain(null);
    this.tabs.replaceChildren(...(kernel.length > 1 ? kernel : []).map((_, index) => this.makeTab(index)));
    this.tabs.hidden = kernel.length < 2;
    this.sign.hidden = !editable;
    const size = sizeText(map.length, map[0].length);
    const hints = [". Change one and see how the map changes.", map.length > 1 ? " Arrow keys move between them." : ""];
    this.caption.textContent = plural(kernel.flat(2).length, "weight") + (editable ? hints.join("") : "");
    this.title.replaceChildren("Kernel", make("small", {}, size + (kernel.length > 1 ? ` × ${kernel.length}` : "")));
    this.grid.setAttribute("aria-label", `Kernel, ${size}`);
  }

  /** @param {number} index */
  makeTab(index) {
    const tab = make("button", { type: "button", role: "tab", "data-testid": `kernel-tab-${index}` });
    tab.onclick = () => this.choose(index);
    return tab;
  }
}
