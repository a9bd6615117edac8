// Painting the two panels: the sheets, which rest while the neuron moves, and the lines between them.

import { penOf } from "../shared/dom.js";
import { css, inkOf, paintPixels } from "../shared/pixels.js";
import { between, clamp, mix } from "../shared/scale.js";
import { paletteOf, readTheme } from "../shared/theme.js";
import { LEAN, LETTERED, letter, middleOf, quad } from "./plan.js";

const LEVELS = 5; // of strength, so that 784 lines are a few strokes

const LAYERS = 5; // each of all strengths, so that no colour covers the others where the lines meet

/** @type {(pen: CanvasRenderingContext2D, corners: [number, number][]) => void} */
const shape = (pen, corners) => {
  pen.beginPath();
  for (const corner of corners) pen.lineTo(...corner);
  pen.closePath();
};

// The sheets, which rest while the neuron moves: painted once, then copied.
/** @param {any} state */
export function paintSheets(state) {
  const { plan: place, theme, dots, data } = state;
  const [height, width] = state.size;
  state.sheets ??= document.createElement("canvas");
  state.sheets.width = Math.round(place.width * dots);
  state.sheets.height = Math.round(place.height * dots);
  const pen = penOf(state.sheets);
  const pixels = document.createElement("canvas");
  paintPixels(pixels, data.image, { scale: "grey", range: 1, dark: theme.dark });
  const { scale, image, edges } = place;
  pen.setTransform(dots * LEAN.right * scale, -dots * LEAN.up * scale, 0, dots * scale, dots * image.x, dots * image.y);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(pixels, 0, 0);
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.lineWidth = 1;
  pen.strokeStyle = theme.edge;
  shape(pen, quad(place.onImage, 0, 0, height, width));
  pen.stroke();
  shape(pen, quad(place.onNeurons, edges.top, edges.left, edges.bottom, edges.right));
  pen.fillStyle = theme.sheet;
  pen.fill();
  pen.stroke();
  const pitch = (edges.bottom - edges.top) / data.rows.starts.length;
  const radius = clamp(pitch * scale * 0.17, 0.6, 3.5);
  pen.fillStyle = theme.dot;
  for (const row of data.rows.starts) {
    for (const column of data.columns.starts) {
      pen.beginPath();
      const [x, y] = place.onNeurons(row + middleOf(data.rows), column + middleOf(data.columns));
      pen.arc(x, y, radius, 0, 7);
      pen.fill();
    }
  }
}

export function paint(state) {
  const { shown, plan: place, data, dots } = state;
  if (!place) return;
  const [top, left] = [between(data.rows.starts, shown.row), between(data.columns.starts, shown.column)];
  const neuron = place.onNeurons(top + middleOf(data.rows), left + middleOf(data.columns));
  for (const panel of Object.values(state.panels)) {
    const pen = penOf(panel.canvas);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, panel.canvas.width, panel.canvas.height);
    pen.drawImage(state.sheets, 0, 0);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    if (panel === state.panels.dense) paintDense(state, pen, neuron);
    else paintConvolution(state, pen, neuron, top, left);
    paintNeuron(pen, neuron, state.theme);
  }
}

/** A line from every pixel. Lines of one strength are one stroke: quick, and they do not darken each other. */
function paintDense({ shown, plan: place, size, theme, dots }, pen, neuron) {
  const bundles = Array.from({ length: LAYERS * LEVELS * 2 }, () => new Path2D());
  shown.weights.forEach((weight, pixel) => {
    const level = Math.min(LEVELS - 1, Math.floor(Math.abs(weight) * LEVELS));
    const line = bundles[((pixel % LAYERS) * LEVELS + level) * 2 + Number(weight < 0)];
    const [x, y] = place.onImage(Math.floor(pixel / size[1]) + 0.5, (pixel % size[1]) + 0.5);
    line.moveTo(x, y);
    line.lineTo(neuron[0], neuron[1]);
  });
  pen.lineWidth = 1 / dots; // a device pixel: many times quicker to draw than any wider line
  bundles.forEach((line, index) => {
    pen.globalAlpha = (0.05 + (0.4 * (Math.floor(index / 2) % LEVELS)) / LEVELS) * Math.min(1.6, dots);
    pen.strokeStyle = index % 2 ? theme.below : theme.above;
    pen.stroke(line);
  });
  pen.globalAlpha = 1;
}

/** A line from each pixel of the window, always in its tap's own colour: the weights travel along. */
function paintConvolution({ plan: place, data, size, theme, taps }, pen, neuron, top, left) {
  const many = taps.length > LETTERED;
  const spread = many ? 0 : taps.length > 4 ? 24 : 34;
  const [rows, columns] = [data.rows.taps, data.columns.taps];
  shape(
    pen,
    quad(
      place.onImage,
      top + rows[0],
      left + columns[0],
      top + rows[rows.length - 1] + 1,
      left + columns[columns.length - 1] + 1,
    ),
  );
  for (const { width, colour } of [
    { width: 5, colour: "#10181f" },
    { width: 3, colour: "#ffffff" },
  ]) {
    // seen on black and on white
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
  const ends = taps.map(({ down, right, colour }, index) => {
    const [row, column] = [top + down, left + right];
    shape(pen, quad(place.onImage, row, column, row + 1, column + 1));
    pen.fillStyle = colour;
    const inside = row > -0.5 && column > -0.5 && row < size[0] - 0.5 && column < size[1] - 0.5;
    pen.globalAlpha = inside ? 0.8 : 0.25;
    pen.fill();
    pen.globalAlpha = 1;
    const from = place.onImage(row + 0.5, column + 0.5);
    return {
      from,
      inside,
      colour,
      bend: [(from[0] + neuron[0]) / 2, (from[1] + neuron[1]) / 2 + (index - (taps.length - 1) / 2) * spread],
    };
  });
  pen.lineWidth = many ? 1.2 : 2;
  for (const { from, bend, colour, inside } of ends) {
    pen.strokeStyle = colour;
    pen.setLineDash(inside ? [] : [4, 4]); // a zero of the padding
    pen.beginPath();
    pen.moveTo(...from);
    pen.quadraticCurveTo(...bend, ...neuron);
    pen.stroke();
  }
  pen.setLineDash([]);
  if (!many) ends.forEach((end, index) => paintLetter(pen, end, neuron, index, ends.length, theme));
}

/** A letter on its line, where the lines are farthest apart. */
function paintLetter(pen, { from, bend, colour }, to, index, count, { paper, font: family }) {
  const share = count > 4 ? [0.36, 0.5, 0.64][index % 3] : 0.5;
  const radius = count > 4 ? 8 : 9;
  const [x, y] = [0, 1].map((axis) => mix(mix(from[axis], bend[axis], share), mix(bend[axis], to[axis], share), share));
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = paper;
  pen.stroke();
  pen.font = `600 ${radius * 1.35}px ${family}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = paper;
  pen.fillText(letter(index), x, y + 0.5);
}

function paintNeuron(pen, [x, y], { ink, paper }) {
  for (const [radius, colour] of [
    [9, paper],
    [7, ink],
  ]) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fillStyle = colour;
    pen.fill();
  }
}

/** The weights themselves, small: those of the dense neuron, and the letters of the kernel. */
export function paintSwatches({ panels, shown, size, taps, data, theme, dots }) {
  const rows = Array.from({ length: size[0] }, (_, row) => [
    ...shown.target.subarray(row * size[1], (row + 1) * size[1]),
  ]);
  paintPixels(panels.dense.swatch, rows, { scale: "signed", range: 1, dark: theme.dark });
  const { swatch } = panels.convolution;
  const side = 56;
  const [height, width] = [data.rows.taps.length, data.columns.taps.length];
  const cell = side / Math.max(height, width);
  swatch.width = Math.round(cell * width * dots);
  swatch.height = Math.round(cell * height * dots);
  swatch.style.aspectRatio = `${width} / ${height}`;
  const pen = penOf(swatch);
  pen.scale(dots, dots);
  pen.font = `600 ${Math.min(15, cell * 0.7)}px ${theme.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  taps.forEach(({ colour }, index) => {
    const [x, y] = [(index % width) * cell, Math.floor(index / width) * cell];
    pen.fillStyle = colour;
    pen.fillRect(x, y, cell - 1, cell - 1);
    pen.fillStyle = theme.paper;
    if (taps.length <= LETTERED) pen.fillText(letter(index), x + (cell - 1) / 2, y + cell / 2);
  });
}

/** The theme, and the colours that this drawing takes from it. */
export function coloursOf(root) {
  const theme = readTheme(root);
  return {
    ...theme,
    edge: "rgb(128 136 144 / 0.55)",
    sheet: theme.dark ? "rgb(255 255 255 / 0.03)" : "rgb(20 40 60 / 0.03)",
    dot: "rgb(128 136 144 / 0.75)",
    above: css(inkOf(1, "signed", 1, theme.dark)),
    below: css(inkOf(-1, "signed", 1, theme.dark)),
    palette: paletteOf(root),
  };
}
