// Painting the cells of a map: grid, numbers, marks, the strokes through what is padding, and the cursor.

import { penOf } from "../shared/dom.js";
import { numberText } from "../shared/format.js";
import { inkOf, isColour, textOn } from "../shared/pixels.js";

const ROOM_FOR_NUMBERS = 20; // px: a cell that takes a number

const ROOM_FOR_GRID = 12; // px: cells that are told apart by lines

/** What lies over the pixels: the grid, struck-out cells, numbers, marks and the cursor. */
export function paintOver(state, node) {
  const {
    over,
    picture,
    shape: [rows, columns],
    size: [width, height],
  } = node;
  const dots = window.devicePixelRatio || 1;
  over.width = Math.round(width * dots);
  over.height = Math.round(height * dots);
  const pen = penOf(over);
  const cell = { x: width / columns, y: height / rows };
  pen.scale(dots, dots);
  const inks = {
    ink: state.style.color,
    paper: state.style.getPropertyValue("--st-background-color"),
    accent: state.style.getPropertyValue("--st-primary-color"),
  };
  if (Math.min(cell.x, cell.y) >= ROOM_FOR_GRID) drawGrid(pen, cell, node);
  for (const [row, column] of picture.hatched ?? []) strike(pen, cell, row, column);
  if (picture.numbers && !isColour(picture.values) && Math.min(cell.x, cell.y) >= ROOM_FOR_NUMBERS)
    drawNumbers(pen, cell, node, state);
  if (picture.marks?.length) drawMarks(pen, cell, picture.marks, inks);
  if (state.active === node && node.cell) drawCursor(pen, cell, node.cell, inks);
}

function drawGrid(pen, cell, { shape: [rows, columns], size: [width, height] }) {
  pen.fillStyle = "rgb(128 136 144 / 0.32)";
  for (let row = 1; row < rows; row += 1) pen.fillRect(0, Math.round(row * cell.y) - 0.5, width, 1);
  for (let column = 1; column < columns; column += 1) pen.fillRect(Math.round(column * cell.x) - 0.5, 0, 1, height);
}

function strike(pen, cell, row, column) {
  const [x, y] = [column * cell.x, row * cell.y];
  pen.save();
  pen.beginPath();
  pen.rect(x, y, cell.x, cell.y);
  pen.clip();
  pen.strokeStyle = "rgb(128 136 144 / 0.9)";
  pen.beginPath();
  const reach = cell.x + cell.y;
  const step = Math.max(4, Math.min(7, reach / 4));
  for (let along = Math.ceil((x + y) / step) * step - x - y; along < reach; along += step) {
    // goes on from cell to cell
    pen.moveTo(x + along, y);
    pen.lineTo(x + along - cell.y, y + cell.y);
  }
  pen.stroke();
  pen.restore();
}

/** Numbers of one size and one precision: as many digits as fit, but none smaller than can be read. */
function drawNumbers(pen, cell, { picture, shape }, state) {
  const all = picture.values.flat().filter((value) => typeof value === "number");
  const family = state.style.fontFamily;
  const largest = Math.min(15, cell.y * 0.5);
  const widest = (digits, size) => {
    pen.font = `${size}px ${family}`;
    return Math.max(...all.map((value) => pen.measureText(numberText(value, digits)).width));
  };
  let digits = 2;
  let size = largest;
  for (; digits >= 0; digits -= 1) {
    size = Math.min(largest, (largest * (cell.x - 6)) / widest(digits, largest));
    if (size >= (digits ? 9 : 7)) break;
  }
  if (digits < 0) return;
  pen.font = `${size}px ${family}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let row = 0; row < shape[0]; row += 1) {
    for (let column = 0; column < shape[1]; column += 1) {
      const value = picture.values[row][column];
      if (typeof value !== "number") continue;
      pen.fillStyle = textOn(inkOf(value, picture.scale, picture.range, state.dark));
      pen.fillText(numberText(value, digits), (column + 0.5) * cell.x, (row + 0.5) * cell.y + size * 0.05);
    }
  }
}

/** One outline around marked cells that touch, in light and dark so that it is seen on any colour. */
function drawMarks(pen, cell, marks, { ink, paper }) {
  const marked = new Set(marks.map(String));
  const edges = new Path2D();
  for (const [row, column] of marks) {
    const [left, top, right, bottom] = [column * cell.x, row * cell.y, (column + 1) * cell.x, (row + 1) * cell.y];
    const sides = [
      [-1, 0, left, top, right, top],
      [1, 0, left, bottom, right, bottom],
      [0, -1, left, top, left, bottom],
      [0, 1, right, top, right, bottom],
    ];
    for (const [down, across, x, y, endX, endY] of sides) {
      if (marked.has(`${row + down},${column + across}`)) continue;
      edges.moveTo(x, y);
      edges.lineTo(endX, endY);
    }
  }
  pen.lineCap = "square";
  for (const [colour, thickness] of [
    [paper, 4],
    [ink, 2],
  ]) {
    pen.strokeStyle = colour;
    pen.lineWidth = thickness;
    pen.stroke(edges);
  }
}

/** The cursor: a frame around a cell, never smaller than can be seen. */
function drawCursor(pen, cell, [row, column], { accent, paper }) {
  const width = Math.max(cell.x + 2, 7);
  const height = Math.max(cell.y + 2, 7);
  const x = (column + 0.5) * cell.x - width / 2;
  const y = (row + 0.5) * cell.y - height / 2;
  for (const [colour, thickness] of [
    [paper, 5],
    [accent, 2.5],
  ]) {
    pen.strokeStyle = colour;
    pen.lineWidth = thickness;
    pen.strokeRect(x, y, width, height);
  }
}
