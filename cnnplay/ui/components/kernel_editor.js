// The player's kernel: a grid of inputs, of one channel at a time.

const LEAST_WEIGHT = 26; // px: a cell of the kernel

const alike = (one, other) => one.flat(2).length === other.flat(2).length
  && one.flat(2).every((value, index) => Math.abs(value - other.flat(2)[index]) < 1e-4); // Python may round

/** "0,5", "−1" or "1/9" as a number; null where it is none. */
function parseNumber(text) {
  const parts = text.replace(/\s/g, "").replace(/,/g, ".").replace(/[−–]/g, "-").split("/");
  if (parts.length > 2 || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return null;
  const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  return Math.abs(value) <= 1e6 ? value : null; // a division by zero is neither
}

/** The weights of one channel; `edit` is given the whole kernel with one number changed, `choose` another channel. */
function makeKernel(edit, choose) {
  const title = make("h4"), tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Channel" });
  const grid = make("div", { class: "kernel", role: "group" }), says = make("p", { class: "says" });
  const wrong = make("p", { class: "wrong", role: "alert" });
  const sign = make("button", { type: "button", class: "sign", "data-testid": "kernel-sign", "aria-label": "Change the sign" }, "±");
  const node = make("section", { class: "panel of-kernel", "data-testid": "player-kernel" }, make("header", {}, title), tabs,
    make("div", { class: "weights" }, grid, make("div", { class: "aside" }, says, sign, wrong)));
  let slide = null, channel = 0, dark = false, kernel = null, sent = [], shape = "", current = null, digits = 3;
  const cells = () => [...grid.children];
  const weight = ({ dataset }) => kernel[channel][dataset.row][dataset.column];

  const paintCell = (cell) => {
    const value = weight(cell), colour = inkOf(value, "signed", slide.kernel_range, dark);
    const text = numberText(value, digits);
    if (slide.editable) cell.value = text;
    else cell.textContent = text;
    cell.dataset.shown = text;
    cell.style.background = css(colour);
    cell.style.color = textOn(colour);
    cell.dataset.testid = `kernel-${channel}-${cell.dataset.row}-${cell.dataset.column}`;
    cell.setAttribute("aria-label", `Weight in row ${Number(cell.dataset.row) + 1}, column ${Number(cell.dataset.column) + 1}`
      + (slide.kernel.length > 1 ? `, ${slide.image.channels[channel]}` : ""));
  };
  const complain = (cell, text) => {
    for (const other of cells()) other.removeAttribute("aria-invalid");
    if (cell) cell.setAttribute("aria-invalid", "true");
    wrong.textContent = cell ? `“${text.slice(0, 12)}” is no number, so the old one stays. Write 0.5, −1 or 1/9.` : "";
  };
  const commit = (cell) => cell.value !== cell.dataset.shown && take(cell, parseNumber(cell.value), cell.value);
  const take = (cell, value, text) => {
    if (value !== null) kernel[channel][cell.dataset.row][cell.dataset.column] = value;
    complain(value === null ? cell : null, text);
    paintCell(cell);
    if (value === null) return;
    sent.push(structuredClone(kernel));
    edit(sent.at(-1));
  };
  const moveFrom = (cell, down, right) => {
    const width = kernel[0][0].length, all = cells(), at = all.indexOf(cell);
    const row = Math.floor(at / width) + down, column = (at % width) + right;
    if (row < 0 || column < 0 || row >= kernel[0].length || column >= width) return;
    all[row * width + column].focus();
  };
  grid.onkeydown = (event) => {
    const cell = event.target, written = cell.value !== cell.dataset.shown;
    const [atStart, atEnd] = [cell.selectionEnd === 0, cell.selectionStart === cell.value.length];
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Enter") { commit(cell); cell.select(); }
    else if (event.key === "Escape") paintCell(cell);
    else if (!step || (written && step[1] < 0 && !atStart) || (written && step[1] > 0 && !atEnd)) return; // the caret's
    else moveFrom(cell, ...step);
    event.preventDefault();
  };
  grid.addEventListener("focusin", (event) => {
    if (kernel[0].length * kernel[0][0].length > 25) for (const cell of cells()) cell.tabIndex = cell === event.target ? 0 : -1;
    current = event.target;
    event.target.select?.();
  });
  grid.addEventListener("focusout", (event) => slide.editable && commit(event.target));
  sign.onpointerdown = (event) => event.preventDefault(); // the cell keeps the focus, and the phone its keyboard
  sign.onclick = () => {
    const cell = current?.isConnected ? current : cells()[0];
    const value = cell.value === cell.dataset.shown ? weight(cell) : parseNumber(cell.value);
    take(cell, value && -value, cell.value);
  };
  tabs.onkeydown = (event) => {
    const target = { ArrowLeft: channel - 1, ArrowRight: channel + 1, Home: 0, End: kernel.length - 1 }[event.key];
    if (target === undefined || !kernel[target]) return;
    event.preventDefault();
    choose(target);
    tabs.children[target].focus();
  };

  const build = () => {
    const { kernel: [map], editable, kernel: channels, image } = slide;
    const wanted = `${channels.length} ${map.length} ${map[0].length} ${editable}`;
    if (wanted === shape) return;
    shape = wanted;
    complain(null);
    grid.replaceChildren(...map.flatMap((line, row) => line.map((_, column) => {
      const data = { "data-row": row, "data-column": column };
      const text = { type: "text", inputmode: "decimal", autocomplete: "off", enterkeyhint: "done", spellcheck: "false" };
      const cell = editable ? make("input", { ...data, ...text }) : make("span", { ...data, role: "img" });
      if (editable && map.length * line.length > 25 && row + column) cell.tabIndex = -1; // one stop for Tab, arrows within
      return cell;
    })));
    tabs.replaceChildren(...(channels.length > 1 ? channels : []).map((_, index) => {
      const tab = make("button", { type: "button", role: "tab", "data-testid": `kernel-tab-${index}` });
      tab.onclick = () => choose(index);
      return tab;
    }));
    tabs.hidden = channels.length < 2;
    says.textContent = `${plural(channels.length * map.length * map[0].length, "weight")}`
      + (editable ? ". Change one and see what becomes of the map." : "");
    if (editable) says.textContent += map.length > 1 ? " Arrow keys move between them." : "";
    sign.hidden = !editable;
    title.replaceChildren("Kernel", make("small", {}, sizeText(map.length, map[0].length) + (channels.length > 1 ? ` × ${channels.length}` : "")));
    grid.setAttribute("aria-label", `Kernel, ${sizeText(map.length, map[0].length)}`);
  };

  return {
    node,
    /** A cell's size comes from the width that there is. */
    measure([line], width, coarse) {
      const cell = clamp(Math.floor(width / line.length) - 1, LEAST_WEIGHT, 56);
      digits = cell < 38 ? 2 : 3;
      node.style.setProperty("--weight", `${cell}px`);
      node.style.setProperty("--weight-text", `${cell >= 48 ? (coarse ? 16 : 14) : cell >= 38 ? 13 : cell >= 33 ? 12 : cell >= 28 ? 10 : 9}px`);
      grid.style.gridTemplateColumns = `repeat(${line.length}, var(--weight))`;
    },
    update(next, selected, isDark) {
      const fresh = next !== slide;
      [slide, channel, dark] = [next, selected, isDark];
      // An answer to an edit that another has followed is out of date already: what was typed stays.
      const answered = fresh ? sent.findIndex((one) => alike(one, next.kernel)) : -1;
      if (answered >= 0 && answered < sent.length - 1) sent.splice(0, answered + 1);
      else if (fresh) { kernel = next.kernel.map((map) => map.map((line) => [...line])); sent = []; }
      build();
      [...tabs.children].forEach((tab, index) => {
        tab.textContent = slide.image.channels[index] ?? `channel ${index + 1}`;
        tab.setAttribute("aria-selected", String(index === channel));
        tab.tabIndex = index === channel ? 0 : -1;
      });
      for (const cell of cells()) {
        const typing = cell.matches(":focus") && cell.value !== undefined && cell.value !== cell.dataset.shown;
        if (!typing) paintCell(cell);
      }
    },
  };
}
