// The player's boards - the picture, the maps - are two canvases each: one painted when data or theme change, one over it
// for the window. Also their legends.

import { isColourImage, span } from "./player_data.js";
import { make, penOf } from "./shared/dom.js";
import { numberText } from "./shared/format.js";
import { css, inkOf, paintPixels, textOn } from "./shared/pixels.js";

export const EDGE = 4; // px around a board, so that an outline at its rim is whole
const LEGIBLE = 22; // px: from this size on a cell holds its number

/** @type {(value: number | null, cell: number) => string} */
const short = (value, cell) => numberText(value ?? 0, cell < 34 ? 1 : 2);

/** @typedef {import("./player_data.js").Axis} Axis */
/** @typedef {import("./player_data.js").Slide} Slide */
/** @typedef {import("./player_data.js").Output} Output */
/** @typedef {import("./player_data.js").PlayerTheme} PlayerTheme */
/** @typedef {ReturnType<typeof makeBoard>} Board */
/** @typedef {[number, number, number, number]} Box left, top, width, height */

/** First cell of a window that is on its way from one place to the next, in cells of the padded line. */
function startAt(axis, place) {
  const from = axis.starts[Math.floor(place)];
  const to = axis.starts[Math.ceil(place)];
  return axis.before + from + (place - Math.floor(place)) * (to - from);
}

/** @param {string} testid */
export function makeBoard(testid) {
  const base = make("canvas", { "data-testid": testid });
  const over = make("canvas", { class: "over", "aria-hidden": "true" });
  const node = make("div", { class: "board" }, base, over);
  return { base, over, node, cell: 1, rows: 0, columns: 0, width: 0, height: 0 };
}

/**
 * Give each cell of a board whole device pixels, as many as fit; what is drawn on it is in CSS pixels.
 * @param {Board} board
 * @param {number} rows
 * @param {number} columns
 * @param {{ width: number, height: number, most?: number }} room most: the largest cell
 */
export function fit(board, rows, columns, { width, height, most = 64 }) {
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
    penOf(canvas).setTransform(ratio, 0, 0, ratio, EDGE * ratio, EDGE * ratio);
  }
}

function cleared({ width, height }, canvas) {
  const pen = penOf(canvas);
  pen.clearRect(-EDGE, -EDGE, width + 2 * EDGE, height + 2 * EDGE);
  return pen;
}

/** The cell under a pointer: a fraction of rows and of columns. @type {(board: Board, event: MouseEvent) => { row: number, column: number }} */
export const cellAt = ({ cell }, event) => ({
  row: (event.offsetY - EDGE) / cell,
  column: (event.offsetX - EDGE) / cell,
});

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
  values.forEach((line, row) =>
    line.forEach((value, column) => {
      pen.fillStyle = inkAt(row, column);
      pen.fillText(short(value, cell), (left + column + 0.5) * cell, (top + row + 0.54) * cell);
    }),
  );
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

/**
 * The padded picture. Padding is dotted paper, so that it is never taken for black pixels.
 * @param {Board} board
 * @param {Slide} slide
 * @param {number} channel
 * @param {PlayerTheme} theme
 */
export function paintInput(board, slide, channel, theme) {
  const { rows, columns, image } = slide;
  const { cell } = board;
  const pen = cleared(board, board.base);
  /** @type {[number, number]} */
  const corner = [rows.before, columns.before];
  /** @type {Box} */
  const frame = [columns.before * cell, rows.before * cell, columns.size * cell, rows.size * cell];
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, board.width, board.height);
  pen.globalAlpha = 0.5;
  drawDots(pen, board, theme.ink);
  pen.globalAlpha = 1;
  if (slide.kind === "windows") paintReads(pen, board, slide, theme, frame);
  else {
    const style = { scale: image.scale, range: image.range, dark: theme.dark };
    drawValues(pen, board, isColourImage(image) ? image.values : image.values[channel], style, corner);
  }
  drawLines(pen, board);
  if (cell >= LEGIBLE && slide.kind !== "windows") {
    const ink = (row, column) =>
      textOn(
        isColourImage(image)
          ? /** @type {any} */ (image.values.map((map) => inkOf(map[row][column], "grey", image.range)[0]))
          : inkOf(image.values[channel][row][column], image.scale, image.range, theme.dark),
      );
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
  /** @type {[number, number][]} */
  const unread = [];
  rows.reads.forEach((down, row) =>
    columns.reads.forEach((right, column) => {
      const inside =
        row >= rows.before &&
        row < rows.before + rows.size &&
        column >= columns.before &&
        column < columns.before + columns.size;
      if (!down || !right) return inside && unread.push([column * cell, row * cell]);
      pen.globalAlpha = readShade(down * right, most);
      pen.fillStyle = theme.reads;
      return pen.fillRect(column * cell, row * cell, cell, cell);
    }),
  );
  pen.globalAlpha = 1;
  if (!unread.length) return;
  pen.save();
  pen.beginPath();
  for (const [x, y] of unread) pen.rect(x, y, cell, cell);
  pen.clip();
  pen.beginPath();
  for (let x = -height; x < width; x += 5) {
    pen.moveTo(x, height);
    pen.lineTo(x + height, 0);
  }
  pen.strokeStyle = theme.ink;
  pen.globalAlpha = 0.35;
  pen.lineWidth = 0.8;
  pen.stroke();
  pen.restore();
  const near = cell * 0.3;
  const far = cell * 0.7;
  pen.beginPath();
  for (const [x, y] of unread) {
    pen.moveTo(x + near, y + near);
    pen.lineTo(x + far, y + far);
    pen.moveTo(x + far, y + near);
    pen.lineTo(x + near, y + far);
  }
  pen.strokeStyle = theme.ink;
  pen.lineWidth = Math.max(1, cell / 22);
  pen.stroke();
}

const readShade = (count, most) => (most > 1 ? 0.16 + (0.66 * (count - 1)) / (most - 1) : 0.4);

/** @type {(board: Board, output: Output, theme: PlayerTheme) => void} */
export function paintOutput(board, { values, scale, range }, theme) {
  const pen = cleared(board, board.base);
  const { cell, rows, columns, width, height } = board;
  pen.fillStyle = theme.paper;
  pen.fillRect(0, 0, width, height);
  if (values) {
    drawValues(pen, board, values, { scale, range, dark: theme.dark }, [0, 0]);
    const ink = (row, column) => textOn(inkOf(values[row][column], scale, range, theme.dark));
    if (cell >= LEGIBLE) drawNumbers(pen, board, values, ink, theme.font, [0, 0]);
  } else {
    pen.globalAlpha = 0.28;
    pen.fillStyle = theme.reads;
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1) {
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
  for (const { colour, line } of [
    { colour: theme.paper, line: thickness + 2.5 },
    { colour: theme.accent, line: thickness },
  ]) {
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    pen.strokeRect(x, y, width, height);
  }
}

/**
 * The window over the picture, at a place that may lie between two.
 * @type {(board: Board, slide: Slide, place: { row: number, column: number }, theme: PlayerTheme) => void}
 */
export function drawWindow(board, slide, place, theme) {
  const { rows, columns } = slide;
  const { cell } = board;
  const pen = cleared(board, board.over);
  const [top, left] = [startAt(rows, place.row) * cell, startAt(columns, place.column) * cell];
  /** @type {Box} */
  const around = [left, top, span(columns) * cell, span(rows) * cell];
  const taps = rows.taps.flatMap((down) =>
    columns.taps.map((right) => /** @type {Box} */ ([left + right * cell, top + down * cell, cell, cell])),
  );
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
  for (const { colour, line, dash } of [
    { colour: theme.paper, line: 3, dash: [] },
    { colour: theme.ink, line: 1.25, dash: [4, 3] },
  ]) {
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

/**
 * The current cell, filled where the map is `hollow`, and paper over the cells behind `seen` (null: all are seen).
 * @type {(board: Board, row: number, column: number, seen: number | null, hollow: boolean, theme: PlayerTheme) => void}
 */
export function drawCursor(board, row, column, seen, hollow, theme) {
  const pen = cleared(board, board.over);
  const { cell, columns, width, height } = board;
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

const swatch = (kind, label, style = "") => make("span", { class: "key" }, make("i", { class: kind, style }), label);

/** @type {(slide: Slide, theme: PlayerTheme) => HTMLElement[]} */
export function inputLegend({ kind, rows, columns }, theme) {
  const padded = rows.before + rows.after + columns.before + columns.after > 0;
  const dots = padded
    ? [
        swatch(
          "dots",
          kind === "convolution" ? "padding: counts as 0" : kind === "pooling" ? "padding: left out" : "padding",
        ),
      ]
    : [];
  if (kind !== "windows") return dots;
  const counts = new Set(rows.reads.flatMap((down) => columns.reads.map((right) => down * right)));
  const least = counts.delete(0) && (Math.min(...inner(rows)) === 0 || Math.min(...inner(columns)) === 0);
  const sorted = [...counts].sort((a, b) => a - b);
  const most = sorted.at(-1);
  const some =
    sorted.length > 5 ? [0, 1, 2, 3, 4].map((share) => sorted[Math.round((share / 4) * (sorted.length - 1))]) : sorted;
  const shades = some.map((count) =>
    swatch(
      "",
      String(count),
      `background: color-mix(in srgb, ${theme.reads} ${100 * readShade(count, most)}%, ${theme.paper})`,
    ),
  );
  return [
    make("span", { class: "key" }, "windows that read a pixel:"),
    ...shades,
    ...(least ? [swatch("cross", "by none")] : []),
    ...dots,
    swatch("tap", "this window"),
    swatch("next", "the next ones"),
  ];
}

const inner = (axis) => axis.reads.slice(axis.before, axis.before + axis.size);

/** @type {(output: Output, dark: boolean) => HTMLElement[]} */
export function outputLegend({ scale, range, values }, dark) {
  if (!values || scale !== "signed") return [];
  const shades = [-1, -0.5, 0, 0.5, 1].map((share) =>
    make("i", { style: `background: ${css(inkOf(share * range, "signed", range, dark))}` }),
  );
  return [
    make("span", { class: "key scale" }, numberText(-range, 2), make("span", {}, ...shades), numberText(range, 2)),
  ];
}
