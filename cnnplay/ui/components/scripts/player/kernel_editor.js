// The player's kernel: a grid of inputs, of one channel at a time.

import { make } from "../shared/dom.js";
import { numberText, parseNumber, plural, sizeText } from "../shared/format.js";
import { css, inkOf, textOn } from "../shared/pixels.js";
import { moveOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";

export const LEAST_WEIGHT = 26; // px: a cell of the kernel

/** @typedef {import("./data.js").Slide} Slide */
/** @typedef {import("./data.js").Plane} Plane */

/** @type {(one: Plane[], other: Plane[]) => boolean} */
const alike = (one, other) =>
  one.flat(2).length === other.flat(2).length &&
  one.flat(2).every((value, index) => Math.abs(value - other.flat(2)[index]) < 1e-4); // Python may round

/**
 * The weights of one channel, to be edited.
 * @param {(kernel: Plane[]) => void} edit is given the whole kernel with one number changed
 * @param {(channel: number) => void} choose another channel
 */
export function makeKernel(edit, choose) {
  const title = make("h4");
  const tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Channel" });
  const grid = make("div", { class: "kernel", role: "group" });
  const caption = make("p", { class: "caption" });
  const wrong = make("p", { class: "wrong", role: "alert" });
  const sign = make(
    "button",
    { type: "button", class: "sign", "data-testid": "kernel-sign", "aria-label": "Change the sign" },
    "±",
  );
  const node = make(
    "section",
    { class: "panel of-kernel", "data-testid": "player-kernel" },
    make("header", {}, title),
    tabs,
    make("div", { class: "weights" }, grid, make("div", { class: "aside" }, caption, sign, wrong)),
  );
  /** @type {Slide} */
  let slide;
  let channel = 0;
  let dark = false;
  /** @type {Plane[]} */
  let kernel = [];
  /** @type {Plane[][]} */
  let sent = []; // edits that Python has not answered yet
  let shape = "";
  /** @type {HTMLInputElement | null} */
  let current = null;
  let digits = 3;
  const cells = () => /** @type {HTMLInputElement[]} */ ([...grid.children]);
  /** @param {Event} event */
  const cellOf = (event) => /** @type {HTMLInputElement} */ (event.target);
  /** @param {HTMLElement} cell */
  const weight = ({ dataset }) => kernel[channel][Number(dataset.row)][Number(dataset.column)];

  /** @param {HTMLInputElement} cell */
  const paintCell = (cell) => {
    const value = weight(cell);
    const colour = inkOf(value, "signed", slide.kernel_range, dark);
    const text = numberText(value, digits);
    if (slide.editable) cell.value = text;
    else cell.textContent = text;
    cell.dataset.shown = text;
    cell.style.background = css(colour);
    cell.style.color = textOn(colour);
    cell.dataset.testid = `kernel-${channel}-${cell.dataset.row}-${cell.dataset.column}`;
    cell.setAttribute(
      "aria-label",
      `Weight in row ${Number(cell.dataset.row) + 1}, column ${Number(cell.dataset.column) + 1}` +
        (kernel.length > 1 ? `, ${slide.image.channels[channel]}` : ""),
    );
  };
  /** @type {(cell: HTMLInputElement | null, text?: string) => void} */
  const complain = (cell, text = "") => {
    for (const other of cells()) other.removeAttribute("aria-invalid");
    if (cell) cell.setAttribute("aria-invalid", "true");
    wrong.textContent = cell ? `“${text.slice(0, 12)}” is no number, so the old one stays. Write 0.5, −1 or 1/9.` : "";
  };
  /** @param {HTMLInputElement} cell */
  const commit = (cell) => cell.value !== cell.dataset.shown && take(cell, parseNumber(cell.value), cell.value);
  /** @type {(cell: HTMLInputElement, value: number | null, text: string) => void} */
  const take = (cell, value, text) => {
    if (value !== null) kernel[channel][Number(cell.dataset.row)][Number(cell.dataset.column)] = value;
    complain(value === null ? cell : null, text);
    paintCell(cell);
    if (value === null) return;
    const edited = structuredClone(kernel);
    sent.push(edited);
    edit(edited);
  };
  /** @type {(cell: HTMLInputElement, down: number, right: number) => void} */
  const moveFrom = (cell, down, right) => {
    const width = kernel[0][0].length;
    const all = cells();
    const at = all.indexOf(cell);
    const row = Math.floor(at / width) + down;
    const column = (at % width) + right;
    if (row < 0 || column < 0 || row >= kernel[0].length || column >= width) return;
    all[row * width + column].focus();
  };
  grid.onkeydown = (event) => {
    const cell = cellOf(event);
    const written = cell.value !== cell.dataset.shown;
    const [atStart, atEnd] = [cell.selectionEnd === 0, cell.selectionStart === cell.value.length];
    const step = event.key.startsWith("Arrow") ? moveOf(event.key) : undefined;
    if (event.key === "Enter") {
      commit(cell);
      cell.select();
    } else if (event.key === "Escape") paintCell(cell);
    else if (!step || (written && step[1] < 0 && !atStart) || (written && step[1] > 0 && !atEnd))
      return; // the caret's
    else moveFrom(cell, ...step);
    event.preventDefault();
  };
  grid.addEventListener("focusin", (event) => {
    if (kernel[0].length * kernel[0][0].length > 25)
      for (const cell of cells()) cell.tabIndex = cell === event.target ? 0 : -1;
    current = cellOf(event);
    current.select?.();
  });
  grid.addEventListener("focusout", (event) => slide.editable && commit(cellOf(event)));
  sign.onpointerdown = (event) => event.preventDefault(); // the cell keeps the focus, and the phone its keyboard
  sign.onclick = () => {
    const cell = current?.isConnected ? current : cells()[0];
    const value = cell.value === cell.dataset.shown ? weight(cell) : parseNumber(cell.value);
    take(cell, value && -value, cell.value);
  };
  tabs.onkeydown = (event) => {
    const target = /** @type {Record<string, number>} */ ({
      ArrowLeft: channel - 1,
      ArrowRight: channel + 1,
      Home: 0,
      End: kernel.length - 1,
    })[event.key];
    if (target === undefined || !kernel[target]) return;
    event.preventDefault();
    choose(target);
    /** @type {HTMLElement} */ (tabs.children[target]).focus();
  };

  const build = () => {
    const { editable, kernel: channels } = slide;
    if (!channels) return;
    const [map] = channels;
    const wanted = `${channels.length} ${map.length} ${map[0].length} ${editable}`;
    if (wanted === shape) return;
    shape = wanted;
    complain(null);
    grid.replaceChildren(
      ...map.flatMap((line, row) =>
        line.map((_, column) => {
          const data = { "data-row": row, "data-column": column };
          const text = {
            type: "text",
            inputmode: "decimal",
            autocomplete: "off",
            enterkeyhint: "done",
            spellcheck: "false",
          };
          const cell = editable ? make("input", { ...data, ...text }) : make("span", { ...data, role: "img" });
          if (editable && map.length * line.length > 25 && row + column) cell.tabIndex = -1; // one stop for Tab, arrows within
          return cell;
        }),
      ),
    );
    tabs.replaceChildren(
      ...(channels.length > 1 ? channels : []).map((_, index) => {
        const tab = make("button", { type: "button", role: "tab", "data-testid": `kernel-tab-${index}` });
        tab.onclick = () => choose(index);
        return tab;
      }),
    );
    tabs.hidden = channels.length < 2;
    caption.textContent =
      `${plural(channels.length * map.length * map[0].length, "weight")}` +
      (editable ? ". Change one and see what becomes of the map." : "");
    if (editable) caption.textContent += map.length > 1 ? " Arrow keys move between them." : "";
    sign.hidden = !editable;
    title.replaceChildren(
      "Kernel",
      make("small", {}, sizeText(map.length, map[0].length) + (channels.length > 1 ? ` × ${channels.length}` : "")),
    );
    grid.setAttribute("aria-label", `Kernel, ${sizeText(map.length, map[0].length)}`);
  };

  return {
    node,
    /**
     * A cell's size comes from the width that there is.
     * @type {(map: Plane, width: number, coarse: boolean) => void}
     */
    measure([line], width, coarse) {
      const cell = clamp(Math.floor(width / line.length) - 1, LEAST_WEIGHT, 56);
      digits = cell < 38 ? 2 : 3;
      node.style.setProperty("--weight", `${cell}px`);
      node.style.setProperty(
        "--weight-text",
        `${cell >= 48 ? (coarse ? 16 : 14) : cell >= 38 ? 13 : cell >= 33 ? 12 : cell >= 28 ? 10 : 9}px`,
      );
      grid.style.gridTemplateColumns = `repeat(${line.length}, var(--weight))`;
    },
    /** @type {(next: Slide, selected: number, isDark: boolean) => void} */
    update(next, selected, isDark) {
      if (!next.kernel) return;
      const fresh = next !== slide;
      [slide, channel, dark] = [next, selected, isDark];
      // An answer to an edit that another has followed is out of date already: what was typed stays.
      const answered = fresh ? sent.findIndex((one) => alike(one, next.kernel ?? [])) : -1;
      if (answered >= 0 && answered < sent.length - 1) sent.splice(0, answered + 1);
      else if (fresh) {
        kernel = next.kernel.map((map) => map.map((line) => [...line]));
        sent = [];
      }
      build();
      for (const [index, tab] of /** @type {HTMLElement[]} */ ([...tabs.children]).entries()) {
        tab.textContent = slide.image.channels[index] ?? `channel ${index + 1}`;
        tab.setAttribute("aria-selected", String(index === channel));
        tab.tabIndex = index === channel ? 0 : -1;
      }
      for (const cell of cells()) {
        const typing = cell.matches(":focus") && cell.value !== undefined && cell.value !== cell.dataset.shown;
        if (!typing) paintCell(cell);
      }
    },
  };
}
