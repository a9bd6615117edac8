// The sliding-window player. What holds this file together: boards (the picture, the maps) are two canvases each, one
// painted when data or theme change, one over it for the window; the kernel is a grid of inputs; the sum is written out
// underneath. The stepper owns the place, and mount() joins them. Numbers are received, never convolved here.

const EDGE = 4; // px around a board, so that an outline at its rim is whole
const GAP = 20; // px between panels; on a phone less
const PHONE = 480; // px: below this width the maps are stacked beside the picture, and what is edited comes last
const ROOMY = 720; // px: from this width on the kernel stands in the row with picture and maps
const LEGIBLE = 22; // px: from this size on a cell holds its number
const LARGEST = 352; // px: a picture that is larger pushes the sum off the screen
const LEAST_WEIGHT = 26; // px: a cell of the kernel
const COLOURS = ["red", "green", "blue"];
const HOW = { max: "largest", min: "smallest", mean: "" };
const CALM_DOWN = 120; // ms between two texts while it hurries: more often nobody reads them
const players = new WeakMap();

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const sizeText = (height, width) => `${height} × ${width}`;
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const length = (axis) => axis.before + axis.size + axis.after;
const span = (axis) => axis.taps.at(-1) - axis.taps[0] + 1;
const alike = (one, other) => one.flat(2).length === other.flat(2).length
  && one.flat(2).every((value, index) => Math.abs(value - other.flat(2)[index]) < 1e-4); // Python may round
const isColour = (image) => image.channels.length === 3 && image.channels.every((name, index) => name === COLOURS[index]);
const short = (value, cell) => numberText(value ?? 0, cell < 34 ? 1 : 2);

/** First cell of a window that is on its way from one place to the next, in cells of the padded line. */
function startAt(axis, place) {
  const from = axis.starts[Math.floor(place)], to = axis.starts[Math.ceil(place)];
  return axis.before + from + (place - Math.floor(place)) * (to - from);
}

/** What the window at (row, column) reads: [i][j] of { row, column, value }, value null where it is padding. */
function readWindow({ rows, columns, image }, row, column, channel) {
  return rows.taps.map((down) => columns.taps.map((right) => {
    const at = { row: rows.starts[row] + down, column: columns.starts[column] + right };
    const inside = at.row >= 0 && at.row < rows.size && at.column >= 0 && at.column < columns.size;
    return { ...at, inside, value: inside ? image.values?.[channel]?.[at.row][at.column] ?? 0 : null };
  }));
}

/** "0,5", "−1" or "1/9" as a number; null where it is none. */
function parseNumber(text) {
  const parts = text.replace(/\s/g, "").replace(/,/g, ".").replace(/[−–]/g, "-").split("/");
  if (parts.length > 2 || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return null;
  const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  return Math.abs(value) <= 1e6 ? value : null; // a division by zero is neither
}

function readTheme(root) {
  const style = getComputedStyle(root), read = (name) => style.getPropertyValue(name).trim();
  return { paper: read("--st-background-color"), ink: read("--st-text-color"), accent: read("--st-primary-color"),
    reads: read("--reads"), font: style.fontFamily, dark: isDark(root) };
}

// Boards

function makeBoard(testid) {
  const base = make("canvas", { "data-testid": testid }), over = make("canvas", { class: "over", "aria-hidden": "true" });
  return { base, over, node: make("div", { class: "board" }, base, over), cell: 1 };
}

/** Give each cell of a board whole device pixels, as many as fit; what is drawn on it is in CSS pixels. */
function fit(board, rows, columns, { width, height, most = 64 }) {
  const ratio = window.devicePixelRatio || 1;
  const room = Math.min((width - 2 * EDGE) / columns, (height - 2 * EDGE) / rows, most);
  const grain = room * ratio < 7 ? 2 : 1; // tiny cells: half a device pixel, or much of the room would stay empty
  board.cell = Math.max(1, Math.floor(room * ratio * grain)) / ratio / grain;
  Object.assign(board, { rows, columns, width: columns * board.cell, height: rows * board.cell });
  for (const canvas of [board.base, board.over]) {
    canvas.width = Math.round((board.width + 2 * EDGE) * ratio);
    canvas.height = Math.round((board.height + 2 * EDGE) * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, EDGE * ratio, EDGE * ratio);
  }
}

function cleared({ width, height }, canvas) {
  const pen = canvas.getContext("2d");
  pen.clearRect(-EDGE, -EDGE, width + 2 * EDGE, height + 2 * EDGE);
  return pen;
}

/** The cell under a pointer: a fraction of rows and of columns. */
const cellAt = ({ cell }, event) => ({ row: (event.offsetY - EDGE) / cell, column: (event.offsetX - EDGE) / cell });

function drawValues(pen, { cell }, values, style, [top, left]) {
  const tiny = document.createElement("canvas");
  paintPixels(tiny, values, style);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(tiny, left * cell, top * cell, tiny.width * cell, tiny.height * cell);
}

function drawNumbers(pen, { cell }, values, inkAt, font, [top, left]) {
  pen.font = `${Math.min(14, Math.round(cell * (cell < 34 ? 0.42 : 0.34)))}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  values.forEach((line, row) => line.forEach((value, column) => {
    pen.fillStyle = inkAt(row, column);
    pen.fillText(short(value, cell), (left + column + 0.5) * cell, (top + row + 0.54) * cell);
  }));
}

function drawLines(pen, { cell, rows, columns, width, height }) {
  if (cell < 7) return;
  pen.beginPath();
  for (let row = 1; row < rows; row += 1) pen.rect(0, row * cell - 0.25, width, 0.5);
  for (let column = 1; column < columns; column += 1) pen.rect(column * cell - 0.25, 0, 0.5, height);
  pen.fillStyle = "rgb(128 136 144 / 0.45)";
  pen.fill();
}

function drawDots(pen, { width, height }, colour) {
  pen.fillStyle = colour;
  for (let y = 2; y < height; y += 5) for (let x = (y % 2) * 2.5 + 1; x < width; x += 5) pen.fillRect(x, y, 1.2, 1.2);
}

/** The padded picture. Padding is dotted paper, so that it is never taken for black pixels. */
function paintInput(board, slide, channel, theme) {
  const { rows, columns, image } = slide, { cell } = board;
  const pen = cleared(board, board.base), corner = [rows.before, columns.before];
  const frame = [columns.before * cell, rows.before * cell, columns.size * cell, rows.size * cell];
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, board.width, board.height);
  pen.globalAlpha = 0.5;
  drawDots(pen, board, theme.ink);
  pen.globalAlpha = 1;
  if (slide.kind === "windows") paintReads(pen, board, slide, theme, frame);
  else {
    const style = { scale: image.scale, range: image.range, dark: theme.dark };
    drawValues(pen, board, isColour(image) ? image.values : image.values[channel], style, corner);
  }
  drawLines(pen, board);
  if (cell >= LEGIBLE && slide.kind !== "windows") {
    const ink = (row, column) => textOn(isColour(image)
      ? image.values.map((map) => inkOf(map[row][column], "grey", image.range)[0])
      : inkOf(image.values[channel][row][column], image.scale, image.range, theme.dark));
    drawNumbers(pen, board, image.values[channel], ink, theme.font, corner);
  }
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 1;
  pen.strokeRect(...frame);
}

/** By how many windows each cell is read, as a shade; pixels that none reads are hatched and crossed out. */
function paintReads(pen, { cell, width, height }, { rows, columns }, theme, frame) {
  pen.fillStyle = theme.paper;
  pen.fillRect(...frame);
  const most = Math.max(...rows.reads) * Math.max(...columns.reads);
  const unread = [];
  rows.reads.forEach((down, row) => columns.reads.forEach((right, column) => {
    const inside = row >= rows.before && row < rows.before + rows.size && column >= columns.before && column < columns.before + columns.size;
    if (!down || !right) return inside && unread.push([column * cell, row * cell]);
    pen.globalAlpha = readShade(down * right, most);
    pen.fillStyle = theme.reads;
    return pen.fillRect(column * cell, row * cell, cell, cell);
  }));
  pen.globalAlpha = 1;
  if (!unread.length) return;
  pen.save();
  pen.beginPath();
  for (const [x, y] of unread) pen.rect(x, y, cell, cell);
  pen.clip();
  pen.beginPath();
  for (let x = -height; x < width; x += 5) { pen.moveTo(x, height); pen.lineTo(x + height, 0); }
  pen.strokeStyle = theme.ink;
  pen.globalAlpha = 0.35;
  pen.lineWidth = 0.8;
  pen.stroke();
  pen.restore();
  const near = cell * 0.3, far = cell * 0.7;
  pen.beginPath();
  for (const [x, y] of unread) {
    pen.moveTo(x + near, y + near); pen.lineTo(x + far, y + far);
    pen.moveTo(x + far, y + near); pen.lineTo(x + near, y + far);
  }
  pen.strokeStyle = theme.ink;
  pen.lineWidth = Math.max(1, cell / 22);
  pen.stroke();
}

const readShade = (count, most) => (most > 1 ? 0.16 + 0.66 * (count - 1) / (most - 1) : 0.4);

function paintOutput(board, { values, scale, range }, theme) {
  const pen = cleared(board, board.base), { cell, rows, columns, width, height } = board;
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, width, height);
  if (values) {
    drawValues(pen, board, values, { scale, range, dark: theme.dark }, [0, 0]);
    const ink = (row, column) => textOn(inkOf(values[row][column], scale, range, theme.dark));
    if (cell >= LEGIBLE) drawNumbers(pen, board, values, ink, theme.font, [0, 0]);
  } else {
    pen.globalAlpha = 0.28;
    pen.fillStyle = theme.reads;
    for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) {
      pen.fillRect(column * cell + 0.5, row * cell + 0.5, cell - 1, cell - 1);
    }
    pen.globalAlpha = 1;
  }
  if (values) drawLines(pen, board);
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 0.5;
  pen.strokeRect(0, 0, width, height);
}

/** A line that shows on any ground: the accent between two rims of paper. */
function outline(pen, [x, y, width, height], theme, thickness = 2.5) {
  for (const [colour, line] of [[theme.paper, thickness + 2.5], [theme.accent, thickness]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.strokeRect(x, y, width, height);
  }
}

/** The window over the picture, at a place that may lie between two. */
function drawWindow(board, slide, place, theme) {
  const { rows, columns } = slide, { cell } = board, pen = cleared(board, board.over);
  const [top, left] = [startAt(rows, place.row) * cell, startAt(columns, place.column) * cell];
  const around = [left, top, span(columns) * cell, span(rows) * cell];
  const taps = rows.taps.flatMap((down) => columns.taps.map((right) => [left + right * cell, top + down * cell, cell, cell]));
  const sparse = taps.length * cell * cell < around[2] * around[3] * 0.999; // dilation: it reads not all that it spans
  if (slide.kind === "windows") drawNeighbours(pen, board, slide, place, around, theme);
  if (slide.kind === "windows" || sparse) {
    pen.globalAlpha = slide.kind === "windows" ? 0.8 : cell < 14 ? 0.55 : 0.3;
    pen.fillStyle = theme.accent;
    for (const tap of taps) pen.fillRect(...tap);
    pen.globalAlpha = 1;
  }
  pen.strokeStyle = slide.kind === "windows" ? theme.paper : theme.accent;
  pen.lineWidth = 1;
  const marked = sparse && slide.kind !== "windows" && cell >= 14;
  if (cell >= 5) for (const tap of taps) marked ? outline(pen, tap, theme, 1.5) : pen.strokeRect(...tap);
  outline(pen, around, theme, sparse ? 1.25 : cell < 5 ? 2 : 2.5);
  if (slide.kind === "windows") drawCentre(pen, taps, rows.taps.length, columns.taps.length, theme);
}

/** The next windows to the right and below, dashed: where they overlap this one. */
function drawNeighbours(pen, { cell }, { rows, columns }, place, [left, top, width, height], theme) {
  const step = (axis, at) => (at + 1 < axis.starts.length ? (axis.starts[1] - axis.starts[0]) * cell : 0);
  const [right, down] = [step(columns, place.column), step(rows, place.row)];
  for (const [colour, line, dash] of [[theme.paper, 3, []], [theme.ink, 1.25, [4, 3]]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.setLineDash(dash);
    if (right) pen.strokeRect(left + right, top, width, height);
    if (down) pen.strokeRect(left, top + down, width, height);
  }
  pen.setLineDash([]);
}

function drawCentre(pen, taps, height, width, theme) {
  if (height % 2 === 0 || width % 2 === 0) return; // an even window has no middle
  const [x, y, cell] = taps[(taps.length - 1) / 2];
  pen.beginPath();
  pen.arc(x + cell / 2, y + cell / 2, Math.max(1.5, cell * 0.18), 0, 2 * Math.PI);
  pen.fillStyle = theme.paper;
  pen.fill();
}

/** The current cell - filled where the map is `hollow` - and paper over the cells behind `seen` (null: all are seen). */
function drawCursor(board, row, column, seen, hollow, theme) {
  const pen = cleared(board, board.over), { cell, columns, width, height } = board;
  if (seen !== null) {
    const [last, upTo] = [Math.floor(seen / columns), (seen % columns) + 1];
    pen.globalAlpha = 0.84;
    pen.fillStyle = theme.paper;
    pen.fillRect(upTo * cell, last * cell, width - upTo * cell, cell);
    pen.fillRect(0, (last + 1) * cell, width, height - (last + 1) * cell);
    pen.globalAlpha = 1;
  }
  if (hollow) {
    pen.fillStyle = theme.accent;
    pen.fillRect(column * cell, row * cell, cell, cell);
  }
  const extra = Math.max(0, (7 - cell) / 2); // a cell of a few pixels would vanish under its outline
  outline(pen, [column * cell - extra, row * cell - extra, cell + 2 * extra, cell + 2 * extra], theme, 2);
}

// Kernel

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

// The sum

const term = (value, label, kind = "") => make("span", { class: `term ${kind}` }, make("b", {}, value), make("small", {}, label));
const operator = (sign) => make("span", { class: "operator" }, sign);
const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

function makeSum() {
  const title = make("h4"), grid = make("div", { class: "products" }), equation = make("div", { class: "equation" }), note = make("p", { class: "says" });
  const node = make("section", { class: "sum", "data-testid": "player-sum" }, make("header", {}, title),
    make("div", { class: "worked" }, grid, make("div", { class: "result" }, equation, note)));

  /** cells: [{ small, large, colour, kind, title }], `columns` of them in a row. */
  const fill = (cells, columns, compact) => {
    grid.hidden = !cells.length;
    grid.classList.toggle("compact", compact);
    grid.classList.toggle("dense", !compact && columns > 3);
    grid.style.setProperty("--columns", columns);
    while (grid.childElementCount > cells.length) grid.lastChild.remove();
    while (grid.childElementCount < cells.length) grid.append(make("div", {}, make("small"), make("b")));
    cells.forEach(({ small, large, colour, kind = "", hint = "" }, index) => {
      const cell = grid.children[index], written = [small, large, colour, kind, hint, compact].join();
      if (cell.written === written) return; // of 121 products many stay what they are, and writing costs a layout
      cell.written = written;
      cell.className = `product ${kind}`;
      cell.title = hint;
      cell.style.background = colour ? css(colour) : "";
      cell.style.color = colour ? textOn(colour) : "";
      cell.firstChild.textContent = compact ? "" : small;
      cell.lastChild.textContent = large;
    });
  };
  const write = (heading, detail, parts, remark, data) => {
    title.replaceChildren(heading, make("small", {}, detail));
    equation.replaceChildren(...parts);
    note.textContent = remark;
    for (const name of ["sum", "value"]) {
      if (data[name] === undefined) delete node.dataset[name];
      else node.dataset[name] = data[name];
    }
  };
  return { node, fill, write };
}

function explainConvolution(sum, slide, row, column, channel, dark) {
  const { kernel, bias, image, outputs, kernel_range: range } = slide, width = kernel[0][0].length;
  const compact = Math.max(kernel[0].length, width) > 5, dense = width > 3 || compact;
  const write = (value) => numberText(value, dense ? 2 : 3);
  const windows = kernel.map((_, index) => readWindow(slide, row, column, index).flat());
  const sums = kernel.map((map, index) => total(map.flat().map((weight, at) => weight * (windows[index][at].value ?? 0))));
  const products = kernel[channel].flat().map((weight, at) => {
    const { value, inside } = windows[channel][at], product = (value ?? 0) * weight;
    const small = `${inside ? write(value) : "padding 0"} × ${write(weight)}`;
    return { small, large: write(product), hint: compact ? `${small} = ${numberText(product)}` : "",
      colour: inside ? inkOf(product, "signed", range * image.range, dark) : null, kind: inside ? "" : "padding" };
  });
  sum.fill(products, width, compact);
  const several = kernel.length > 1, value = outputs[0].values[row][column];
  const parts = !several ? [term(numberText(sums[0]), `sum of ${plural(products.length, "product")}`), operator("+")]
    : sums.length <= 3 ? sums.flatMap((part, index) => [term(numberText(part), image.channels[index], index === channel ? "shown" : ""), operator("+")])
      : [term(numberText(sums[channel]), image.channels[channel], "shown"), operator("+"),
        term(numberText(total(sums) - sums[channel]), `the other ${sums.length - 1} channels`), operator("+")];
  parts.push(term(numberText(bias), "bias"), operator("="), term(numberText(value), outputs[0].title.toLowerCase(), "value"));
  if (outputs[1]) parts.push(operator("→"), term(numberText(outputs[1].values[row][column]), wordOf(outputs[1].title), "value"));
  const padding = windows[0].filter(({ inside }) => !inside).length;
  const remark = [several ? "The sum of every channel's products goes into one number." : "",
    padding ? `${padding} of the ${plural(products.length, "pixel")} ${padding === 1 ? "is" : "are"} padding, which is 0.` : ""];
  sum.write("Pixel × weight", several ? `${image.channels[channel]}, ${plural(products.length, "product")}` : plural(products.length, "product"),
    parts, remark.filter(Boolean).join(" "), { sum: total(sums) + bias, value });
}

/** "After ReLU" in the middle of a line is "after ReLU". */
const wordOf = (title) => title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

function explainPooling(sum, slide, row, column, channel, dark) {
  const { pool, image, outputs, columns } = slide, cells = readWindow(slide, row, column, channel).flat();
  const numbers = cells.filter(({ inside }) => inside).map(({ value }) => value);
  const found = { max: () => Math.max(...numbers), min: () => Math.min(...numbers), mean: () => total(numbers) / numbers.length }[pool]();
  const compact = columns.taps.length > 5;
  sum.fill(cells.map(({ inside, value }) => {
    const winner = inside && pool !== "mean" && value === found;
    return { small: winner ? `✓ ${HOW[pool]}` : inside ? "" : "padding", large: inside ? (winner && compact ? "✓" : "") + numberText(value, compact ? 2 : 3) : "",
      colour: inside ? inkOf(value, image.scale, image.range, dark) : null, kind: inside ? (winner ? "winner" : "") : "padding" };
  }), columns.taps.length, compact);
  const value = outputs[0].values[row][column];
  const list = numbers.length <= 16 ? numbers.map((number) => numberText(number)).join(pool === "mean" ? " + " : ", ") : "";
  const left = !list ? `${pool} of ${numbers.length} numbers` : pool === "mean" ? `(${list}) ÷ ${numbers.length}` : `${pool}(${list})`;
  const parts = [make("span", { class: "list" }, left), operator("="), term(numberText(value), wordOf(outputs[0].title), "value")];
  if (outputs[1]) parts.push(operator("→"), term(numberText(outputs[1].values[row][column]), wordOf(outputs[1].title), "value"));
  const padding = cells.length - numbers.length;
  const remark = padding ? `Padding is left out: ${numbers.length} of the ${cells.length} cells ${numbers.length === 1 ? "counts" : "count"}.` : "";
  sum.write("The window’s numbers", plural(numbers.length, "value"), parts, remark, { sum: found, value });
}

/** "reads rows padding, 1, 2", for one axis. */
function axisText(axis, at, noun) {
  const start = axis.starts[at], pixels = axis.taps.map((tap) => start + tap).filter((pixel) => pixel >= 0 && pixel < axis.size);
  const outside = axis.taps.length - pixels.length;
  const begins = start < 0 ? `starts in the padding, ${plural(-start, noun)} before ${noun} 1,` : start >= axis.size ? "starts in the padding behind the last pixel" : `starts at ${noun} ${start + 1}`;
  const reads = [outside ? plural(outside, `${noun}`) + " of padding" : "", pixels.length ? `${noun}${pixels.length > 1 ? "s" : ""} ${pixels.map((pixel) => pixel + 1).join(", ")}` : ""];
  return `Window ${at + 1} of ${axis.starts.length} along the ${noun}s ${begins} and reads ${reads.filter(Boolean).join(" and ")}.`;
}

function explainWindows(sum, slide, row, column) {
  const taps = readWindow(slide, row, column, 0).flat(), padding = taps.filter(({ inside }) => !inside).length;
  const says = [axisText(slide.rows, row, "row"), axisText(slide.columns, column, "column")];
  sum.fill([], 1, false);
  const remark = `${padding ? `${padding} of its ${taps.length} taps ${padding === 1 ? "is" : "are"}` : `None of its ${plural(taps.length, "tap")} is`} padding.`;
  sum.write("This window", sizeText(slide.rows.taps.length, slide.columns.taps.length), says.map((text) => make("p", {}, text)), remark, {});
}

const EXPLAIN = { convolution: explainConvolution, pooling: explainPooling, windows: explainWindows };

// Legends

const swatch = (kind, label, style = "") => make("span", { class: "key" }, make("i", { class: kind, style }), label);

function inputLegend({ kind, rows, columns }, theme) {
  const padded = rows.before + rows.after + columns.before + columns.after > 0;
  const dots = padded ? [swatch("dots", kind === "convolution" ? "padding: counts as 0" : kind === "pooling" ? "padding: left out" : "padding")] : [];
  if (kind !== "windows") return dots;
  const counts = new Set(rows.reads.flatMap((down) => columns.reads.map((right) => down * right)));
  const least = counts.delete(0) && (Math.min(...inner(rows)) === 0 || Math.min(...inner(columns)) === 0);
  const sorted = [...counts].sort((a, b) => a - b), most = sorted.at(-1);
  const some = sorted.length > 5 ? [0, 1, 2, 3, 4].map((share) => sorted[Math.round(share / 4 * (sorted.length - 1))]) : sorted;
  const shades = some.map((count) => swatch("", String(count),
    `background: color-mix(in srgb, ${theme.reads} ${100 * readShade(count, most)}%, ${theme.paper})`));
  return [make("span", { class: "key" }, "read by so many windows:"), ...shades, ...(least ? [swatch("cross", "by none")] : []), ...dots,
    swatch("tap", "this window"), swatch("next", "the next ones")];
}

const inner = (axis) => axis.reads.slice(axis.before, axis.before + axis.size);

function outputLegend({ scale, range, values }, dark) {
  if (!values || scale !== "signed") return [];
  const shades = [-1, -0.5, 0, 0.5, 1].map((share) => make("i", { style: `background: ${css(inkOf(share * range, "signed", range, dark))}` }));
  return [make("span", { class: "key scale" }, numberText(-range, 2), make("span", {}, ...shades), numberText(range, 2))];
}

// The whole

function mount(parentElement) {
  let slide = null, channel = 0, theme = null, trigger = () => {}, seen = null, explained = 0, announcing = 0;
  const root = make("div", { class: "player", "data-testid": "player", role: "group" });
  const input = makeBoard("player-input"), inputTitle = make("h4"), inputKeys = make("div", { class: "keys" });
  const inputPanel = make("section", { class: "panel" }, make("header", {}, inputTitle), input.node, inputKeys);
  const outputs = [0, 1].map((index) => {
    const board = makeBoard(`player-output-${index}`), title = make("h4"), keys = make("div", { class: "keys" });
    return { board, title, keys, node: make("section", { class: "panel" }, make("header", {}, title), board.node, keys) };
  });
  const kernel = makeKernel((edited) => trigger("kernel", edited), (chosen) => { channel = chosen; paint(); place("stop"); });
  const sum = makeSum(), status = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const maps = make("div", { class: "maps" }, ...outputs.map(({ node }) => node));
  const panels = make("div", { class: "panels" }, inputPanel, kernel.node, maps);
  const height = () => slide.rows.starts.length, width = () => slide.columns.starts.length;
  const text = (index) => `output row ${Math.floor(index / width()) + 1}, column ${(index % width()) + 1} of ${sizeText(height(), width())}`;
  const bar = stepper({ name: "player", text, moved: (index, ahead, by) => place(by) });
  root.append(panels, bar.node, sum.node, status, make("i", { class: "probe" }));
  const shown = () => outputs.slice(0, slide.outputs.length);
  const now = () => ({ row: Math.floor(bar.index / width()), column: bar.index % width() });

  /** Where the window is drawn: on its way along the row, or back to the next row's beginning. */
  const between = () => {
    const { row, column } = now(), ahead = bar.ahead();
    if (column + 1 < width()) return { row, column: column + ahead };
    if (row + 1 === height() || (bar.hurried && width() > 1)) return { row, column };
    return { row: row + ahead, column: column * (1 - ahead) };
  };
  /** What changes with the place. `by`: see stepper; or data, or pick (the user chose a cell). */
  const place = (by) => {
    if (!slide || !theme) return;
    const { row, column } = now();
    if (by === "start" && bar.index === 0) seen = 0;
    if (by === "scrub" || by === "pick") seen = null;
    if (seen !== null) seen = Math.max(seen, bar.index) < height() * width() - 1 ? Math.max(seen, bar.index) : null;
    drawWindow(input, slide, between(), theme);
    const moved = root.dataset.row !== String(row) || root.dataset.column !== String(column) || by !== "play";
    Object.assign(root.dataset, { row, column, playing: bar.playing, height: height(), width: width() });
    if (moved) for (const { board } of shown()) drawCursor(board, row, column, seen, slide.kind === "windows", theme);
    explain(row, column, by);
  };
  const explain = (row, column, by) => {
    const at = `${row} ${column}`;
    if (by === "play" && (at === sum.node.dataset.at || (bar.hurried && performance.now() - explained < CALM_DOWN))) return;
    explained = performance.now();
    sum.node.dataset.at = at;
    EXPLAIN[slide.kind](sum, slide, row, column, slide.kind === "pooling" ? 0 : channel, theme.dark);
    if (!["step", "scrub", "pick", "stop"].includes(by)) return;
    clearTimeout(announcing);
    announcing = setTimeout(() => announce(row, column), 400);
  };
  const announce = (row, column) => {
    const values = slide.outputs.filter(({ values }) => values).map(({ title, values }) => `${title} ${numberText(values[row]?.[column] ?? 0)}`);
    status.textContent = `${text(bar.index)}. ${values.length ? `${values.join(", ")}.` : [...sum.node.querySelectorAll("p")].map((line) => line.textContent).join(" ")}`;
  };

  const paint = () => {
    theme = readTheme(root);
    paintInput(input, slide, channel, theme);
    inputKeys.replaceChildren(...inputLegend(slide, theme));
    shown().forEach(({ board, keys }, index) => {
      paintOutput(board, slide.outputs[index], theme);
      const same = index && ["scale", "range"].every((name) => slide.outputs[0][name] === slide.outputs[1][name]);
      keys.replaceChildren(...(same ? [] : outputLegend(slide.outputs[index], theme.dark)));
    });
    if (slide.kernel) kernel.update(slide, channel, theme.dark);
  };
  /** The widths of picture, kernel (0: not in the row) and each map. Only the room and the picture's size decide on the
      picture, so that nothing jumps while a kernel grows or a second map comes. */
  const widths = (room, gap) => {
    const { rows, columns, outputs: { length: count } } = slide, phone = room < PHONE;
    const reserved = slide.kernel && room >= ROOMY ? clamp(0.25 * room, 7 * (LEAST_WEIGHT + 1), 246) + gap : 0;
    const all = room - reserved, share = phone || !slide.kernel ? 0.57 * (room - gap) : 0.457 * (all - 2 * gap);
    const own = Math.max(220, 64 * Math.max(rows.size, columns.size) + 2 * EDGE); // a small picture need not fill its share
    const wide = Math.floor(Math.min(share, LARGEST, own));
    const fits = slide.kernel && slide.kernel[0][0].length * (LEAST_WEIGHT + 1) <= reserved - gap;
    const rest = (fits ? all : room) - wide;
    return { wide, weights: fits ? Math.floor(reserved - gap) : 0, each: Math.floor(phone ? rest - gap : Math.min(wide, rest / count - gap)) };
  };
  const arrange = () => {
    const room = root.clientWidth, phone = room < PHONE, gap = phone ? 14 : GAP;
    if (!room) return; // in a hidden tab; the observer calls again
    const { wide, weights, each } = widths(room, gap), coarse = matchMedia("(pointer: coarse)").matches;
    root.classList.toggle("narrow", room < 680);
    root.classList.toggle("phone", phone);
    root.style.setProperty("--gap", `${gap}px`);
    if (slide.kernel) {
      kernel.measure(slide.kernel[0], weights || (coarse ? room : Math.min(room, 320)), coarse);
      kernel.node.style.width = weights ? `${weights}px` : "";
    }
    if (weights && kernel.node.parentNode !== panels) inputPanel.after(kernel.node);
    if (!weights && kernel.node.parentNode === panels) sum.node.after(kernel.node);
    fit(input, length(slide.rows), length(slide.columns), { width: wide + 2 * EDGE, height: wide + 2 * EDGE });
    shown().forEach(({ board, node }) => {
      const most = clamp(Math.max(input.cell, 140 / Math.max(height(), width())), 1, 72);
      fit(board, height(), width(), { width: each, height: wide, most });
      node.style.width = `${each}px`;
    });
    inputPanel.style.width = `${wide}px`;
    // Whole pixels make the board a little smaller at one kernel than at the next, and its legend comes with padding.
    inputPanel.style.minHeight = `${Math.floor(wide * Math.min(1, slide.rows.size / slide.columns.size)) + 54}px`;
    paint();
    place("data");
  };
  const label = () => {
    const { rows, columns, image } = slide, name = slide.kind === "windows" ? "Input" : isColour(image) ? "Image, in colour" : image.channels[0] === "grey" ? "Image" : image.channels[channel];
    const [down, across] = [rows, columns].map(({ before, after }) => (before === after ? String(before) : `${before} before, ${after} after`));
    const padding = down !== across ? `padding: rows ${down}; columns ${across}` : down === "0" ? "" : `padding ${down}`;
    inputTitle.replaceChildren(name, make("small", {}, [sizeText(rows.size, columns.size), padding].filter(Boolean).join(", ")));
    input.base.setAttribute("role", "img");
    input.base.setAttribute("aria-label", `${name}, ${sizeText(rows.size, columns.size)}${padding && `, ${padding}`}`);
    outputs.forEach(({ board, title, node }, index) => {
      const output = slide.outputs[index];
      node.hidden = !output;
      if (!output) return;
      title.replaceChildren(output.title, make("small", {}, sizeText(height(), width())));
      board.base.setAttribute("role", "application");
      board.base.setAttribute("aria-roledescription", "map of cells");
      board.base.tabIndex = index ? -1 : 0; // both show the same place: one of them is enough for Tab
      board.base.setAttribute("aria-label", `${output.title}, ${height()} by ${width()}. Arrow keys choose a cell, Space plays.`);
    });
  };

  const pick = (row, column) => {
    const index = clamp(row, 0, height() - 1) * width() + clamp(column, 0, width() - 1);
    if (index !== bar.index || bar.playing) bar.go(index, "pick");
  };
  const nearest = (axis, at) => {
    const distance = axis.starts.map((start) => Math.abs(start + axis.before + axis.taps[0] + span(axis) / 2 - at));
    return distance.indexOf(Math.min(...distance));
  };
  const pointers = (board, choose) => {
    const { base } = board;
    const at = (event) => { const { row, column } = cellAt(board, event); choose(row, column); };
    base.onclick = at;
    base.onpointerdown = (event) => event.pointerType === "mouse" || base.setPointerCapture(event.pointerId);
    base.onpointermove = (event) => {
      // What merely hovers does not disturb a pass that plays or has been paused; a click or a drag does.
      if (event.buttons || (event.pointerType === "mouse" && !bar.playing && seen === null)) at(event);
    };
  };
  pointers(input, (row, column) => pick(nearest(slide.rows, row), nearest(slide.columns, column)));
  for (const { board } of outputs) {
    pointers(board, (row, column) => pick(Math.floor(row), Math.floor(column)));
    board.base.onkeydown = (event) => {
      const { row, column } = now(), all = event.ctrlKey || event.metaKey;
      const target = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        Home: [all ? 0 : row, 0], End: [all ? height() - 1 : row, width() - 1] }[event.key];
      if (!target || event.altKey) return;
      event.preventDefault();
      pick(...target);
    };
  }
  root.onkeydown = (event) => {
    event.stopPropagation(); // Streamlit has one-key shortcuts of its own
    if (event.key !== " " || event.target.closest("button, input[type=text]")) return;
    event.preventDefault();
    bar.toggle();
  };
  // The probe's colour is the theme's: its transition tells that the theme has changed.
  root.addEventListener("transitionend", (event) => { if (event.target.className === "probe") { paint(); place("data"); } });
  parentElement.append(root);
  let measured = 0;
  const observer = new ResizeObserver(() => {
    if (root.clientWidth === measured || !slide) return; // our own redraw changes only the height
    measured = root.clientWidth;
    arrange();
  });
  observer.observe(root);

  return {
    update(data, setTriggerValue) {
      const another = !slide || data.slide.subject !== slide.subject; // then the place means nothing any more
      if (another && bar.playing) bar.toggle();
      if (another) seen = null;
      const before = another ? data.slide.start : now(), size = slide ? height() * width() : 0;
      slide = data.slide;
      trigger = setTriggerValue;
      channel = Math.min(channel, (slide.kernel ?? slide.image.channels).length - 1);
      if (seen !== null && size !== height() * width()) seen = clamp(before.row, 0, height() - 1) * width() + clamp(before.column, 0, width() - 1);
      bar.reset(height() * width(), clamp(before.row, 0, height() - 1) * width() + clamp(before.column, 0, width() - 1));
      root.setAttribute("aria-label", data.alt);
      root.dataset.kind = slide.kind;
      kernel.node.hidden = !slide.kernel;
      const colours = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(/,(?![^(]*\))/);
      root.style.setProperty("--reads", colours[2]?.trim() || "#009E73");
      label();
      arrange();
    },
    destroy() {
      observer.disconnect();
      bar.destroy();
      clearTimeout(announcing);
      root.remove();
      players.delete(parentElement);
    },
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!players.has(parentElement)) players.set(parentElement, mount(parentElement));
  const instance = players.get(parentElement);
  instance.update(data, setTriggerValue);
  return instance.destroy;
}
