// What is painted over the lines: a ring at each test reading, and a letter at the end of each curve.

import { dotsPerPixel } from "../shared/canvas.js";
import { letterOf } from "./data.js";
import { spread } from "./spread.js";

/** @import uPlot from "../vendor/uPlot.js" */
/** @import { Run } from "./data.js" */

/** @typedef {{ run: Run, x: number, y: number }} End of a curve, in pixels of the plotting area */
/** @typedef {{ paper: string, font: string, colourOf: (run: Run) => string }} Look */

const OVER = 5; // px: a ring at the rim of the plotting area is whole
const RINGS = { current: { radius: 3.1, line: 1.8 }, earlier: { radius: 2.3, line: 1.4 } }; // px
const RIM = 3; // px around a letter

/** @type {(plot: uPlot, points: [number, number][], run: Run, look: Look) => void} points: in pixels of the canvas */
export function paintRings({ ctx: pen, bbox }, points, run, { paper, colourOf }) {
  const dots = dotsPerPixel();
  const over = OVER * dots;
  const { radius, line } = RINGS[run.current ? "current" : "earlier"];
  pen.save();
  pen.beginPath();
  pen.rect(bbox.left - over, bbox.top - over, bbox.width + 2 * over, bbox.height + 2 * over);
  pen.clip();
  pen.setLineDash([]);
  pen.fillStyle = paper;
  pen.strokeStyle = colourOf(run);
  pen.lineWidth = line * dots;
  for (const [x, y] of points) {
    pen.beginPath();
    pen.arc(x, y, radius * dots, 0, 7);
    pen.fill();
    pen.stroke();
  }
  pen.restore();
}

/**
 * Letters are pushed apart where several curves end together.
 * @type {(plot: uPlot, ends: End[], look: Look) => void}
 */
export function paintLetters({ ctx: pen, over }, ends, { paper, font, colourOf }) {
  const places = ends.map((end) => ({ ...end })).sort((one, other) => one.y - other.y);
  spread(places, over.clientHeight - 2);
  const dots = dotsPerPixel();
  pen.save();
  pen.scale(dots, dots);
  pen.font = font;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = RIM;
  for (const { run, x, y } of places) {
    pen.strokeStyle = paper;
    pen.fillStyle = colourOf(run);
    pen.strokeText(letterOf(run), x + over.offsetLeft, y + over.offsetTop);
    pen.fillText(letterOf(run), x + over.offsetLeft, y + over.offsetTop);
  }
  pen.restore();
}
