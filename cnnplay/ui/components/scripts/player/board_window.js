// What moves over the boards: the window, its neighbours, and the cursor on the maps.

import { cleared, startAt } from "./board.js";
import { span } from "./data.js";

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./data.js").Slide} Slide */
/** @typedef {import("./data.js").PlayerTheme} PlayerTheme */
/** @typedef {[number, number, number, number]} Box left, top, width, height */

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
