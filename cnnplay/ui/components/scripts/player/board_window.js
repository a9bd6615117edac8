// What moves over the boards: the window, its neighbours, and the cursor on the maps.

import { rimmed } from "../shared/canvas.js";
import { span } from "./data.js";
import { startAt } from "./windows.js";

/** @import { Board } from "./board.js" */
/** @import { Axis, Place, PlayerTheme, Slide } from "./data.js" */

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {[number, number, number, number]} Box left, top, width, height */

const LEAST_CURSOR = 7; // px: a cell of a few pixels would vanish under its outline

/**
 * A line that shows on any ground: the accent between two rims of paper.
 * @type {(pen: Pen, box: Box, theme: PlayerTheme, width: number, rims?: number) => void}
 */
function outline(pen, box, { paper, accent }, width, rims = 2.5) {
  const lines = [
    { colour: paper, width: width + rims },
    { colour: accent, width },
  ];
  rimmed(pen, lines, () => pen.strokeRect(...box));
}

/**
 * The window over the picture, at a place that may lie between two. Where its products appear one by one, the pixel of
 * the last one is marked.
 * @type {(board: Board, slide: Slide, place: Place, theme: PlayerTheme, appeared: number | null) => void}
 */
export function drawWindow(board, slide, place, theme, appeared) {
  const { rows, columns } = slide;
  const { cell } = board;
  const pen = board.clear(board.over);
  const [top, left] = [startAt(rows, place.row) * cell, startAt(columns, place.column) * cell];
  /** @type {Box} */
  const around = [left, top, span(columns) * cell, span(rows) * cell];
  const taps = rows.taps.flatMap((down) =>
    columns.taps.map((right) => /** @type {Box} */ ([left + right * cell, top + down * cell, cell, cell])),
  );
  const sparse = taps.length * cell * cell < around[2] * around[3] * 0.999; // dilation: it reads not all that it spans
  if (slide.kind === "windows") drawNeighbours(pen, cell, slide, place, around, theme);
  if (slide.kind === "windows" || sparse)
    fillTaps(pen, taps, theme.accent, slide.kind === "windows" ? 0.8 : cell < 14 ? 0.55 : 0.3);
  if (cell >= 5) outlineTaps(pen, taps, slide, sparse && cell >= 14, theme);
  outline(pen, around, theme, sparse ? 1.25 : cell < 5 ? 2 : 2.5);
  if (appeared !== null) outline(pen, taps[appeared - 1], theme, 3);
  if (slide.kind === "windows") drawCentre(pen, taps, slide, theme.paper);
}

/** @type {(pen: Pen, taps: Box[], colour: string, alpha: number) => void} */
function fillTaps(pen, taps, colour, alpha) {
  pen.globalAlpha = alpha;
  pen.fillStyle = colour;
  for (const tap of taps) pen.fillRect(...tap);
  pen.globalAlpha = 1;
}

/** @type {(pen: Pen, taps: Box[], slide: Slide, apart: boolean, theme: PlayerTheme) => void} */
function outlineTaps(pen, taps, { kind }, apart, theme) {
  if (kind === "windows") {
    pen.strokeStyle = theme.paper;
    pen.lineWidth = 1;
    for (const tap of taps) pen.strokeRect(...tap);
    return;
  }
  // Between the pixels, rims as well: the accent of the light theme is as dark as the ground of a digit.
  for (const tap of taps) outline(pen, tap, theme, apart ? 1.5 : 0.75, apart ? 2.5 : 1.25);
}

/**
 * The next windows to the right and below, dashed: where they overlap this one.
 * @type {(pen: Pen, cell: number, slide: Slide, place: Place, box: Box, theme: PlayerTheme) => void}
 */
function drawNeighbours(pen, cell, { rows, columns }, place, [left, top, width, height], theme) {
  const [right, down] = [stepAt(columns, place.column) * cell, stepAt(rows, place.row) * cell];
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

/** Pixels to the next window; 0 where there is none. @type {(axis: Axis, place: number) => number} */
const stepAt = ({ starts }, place) => (place + 1 < starts.length ? starts[1] - starts[0] : 0);

/** @type {(pen: Pen, taps: Box[], slide: Slide, colour: string) => void} */
function drawCentre(pen, taps, { rows, columns }, colour) {
  if (rows.taps.length % 2 === 0 || columns.taps.length % 2 === 0) return; // an even window has no middle
  const [x, y, cell] = taps[(taps.length - 1) / 2];
  pen.beginPath();
  pen.arc(x + cell / 2, y + cell / 2, Math.max(1.5, cell * 0.18), 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

/**
 * The current cell, filled where the map is `hollow`, and paper over the cells behind `seen` (null: all are seen).
 * @type {(board: Board, place: Place, seen: number | null, hollow: boolean, theme: PlayerTheme) => void}
 */
export function drawCursor(board, { row, column }, seen, hollow, theme) {
  const pen = board.clear(board.over);
  const { cell, columns, width, height } = board;
  if (seen !== null) {
    const [last, upTo] = [Math.floor(seen / columns), ((seen + columns) % columns) + 1]; // -1: none is seen
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
  const extra = Math.max(0, (LEAST_CURSOR - cell) / 2);
  outline(pen, [column * cell - extra, row * cell - extra, cell + 2 * extra, cell + 2 * extra], theme, 2);
}
