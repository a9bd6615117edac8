// The sheets of image and neurons, which rest while the neuron moves: painted once, then copied.

import { dotsPerPixel, resize } from "../shared/canvas.js";
import { make } from "../shared/dom.js";
import { css, inkOf, paintPixels } from "../shared/pixels.js";
import { clamp } from "../shared/scale.js";
import { paletteOf, readTheme } from "../shared/theme.js";
import { imageBox, leaning, middleOf, quad } from "./plan.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Data, Plan } from "./plan.js" */

/** @typedef {ReturnType<typeof coloursOf>} Colours */
/** @typedef {{ down: number, right: number, colour: string }} Tap of the kernel */

/**
 * What is drawn while neither width nor data change.
 * @typedef {object} Scene
 * @property {Data} data
 * @property {Plan} plan
 * @property {Colours} colours
 * @property {Tap[]} taps
 * @property {HTMLCanvasElement} sheets
 */

/**
 * The theme, and the colours that this drawing takes from it.
 * @param {Element} root
 */
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

/**
 * Each weight of the kernel has one colour wherever it is used.
 * @type {(data: Data, colours: Colours) => Tap[]}
 */
export const tapsOf = ({ rows, columns }, { palette, ink }) =>
  rows.taps
    .flatMap((down) => columns.taps.map((right) => ({ down, right })))
    .map((tap, index) => ({ ...tap, colour: palette[index % palette.length] ?? ink }));

/** @type {(pen: CanvasRenderingContext2D, corners: Point[]) => void} */
export function outline(pen, corners) {
  pen.beginPath();
  for (const corner of corners) pen.lineTo(...corner);
  pen.closePath();
}

/** @param {Scene} scene */
export function paintSheets({ data, plan, colours, sheets }) {
  const { scale, image, onImage, onNeurons, edges } = plan;
  const dots = dotsPerPixel();
  const pen = resize(sheets, plan.width, plan.height);
  const pixels = make("canvas");
  paintPixels(pixels, data.image, { dark: colours.dark });
  pen.save();
  pen.setTransform(...leaning(image, scale, dots));
  pen.imageSmoothingEnabled = false;
  pen.drawImage(pixels, 0, 0);
  pen.restore();
  pen.lineWidth = 1;
  pen.strokeStyle = colours.edge;
  outline(pen, quad(onImage, imageBox(data)));
  pen.stroke();
  outline(pen, quad(onNeurons, edges));
  pen.fillStyle = colours.sheet;
  pen.fill();
  pen.stroke();
  paintNeurons(pen, data, plan, colours.dot);
}

/** A dot for every neuron. @type {(pen: CanvasRenderingContext2D, data: Data, plan: Plan, colour: string) => void} */
function paintNeurons(pen, { rows, columns }, { scale, edges, onNeurons }, colour) {
  const pitch = (edges.bottom - edges.top) / rows.starts.length;
  const radius = clamp(pitch * scale * 0.17, 0.6, 3.5);
  pen.fillStyle = colour;
  for (const row of rows.starts) {
    for (const column of columns.starts) {
      pen.beginPath();
      pen.arc(...onNeurons(row + middleOf(rows), column + middleOf(columns)), radius, 0, 7);
      pen.fill();
    }
  }
}
