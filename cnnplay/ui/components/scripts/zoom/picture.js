// The picture over the network: the pixel that is pointed at and its window, or a step, at rest or on its way.

import { clamp, smooth } from "../shared/scale.js";
import { spotOf } from "./numbers.js";
import { outline, paintGrid, paintMarks, paintOutput, paintRest } from "./paint.js";
import { around, betweenRects, cellOf, flyingOf, sceneOf } from "./scene.js";
import { isOpen } from "./steps.js";

/** @import { Theme } from "../shared/theme.js" */
/** @import { Spot } from "./numbers.js" */
/** @import { Overview, Place } from "./overview.js" */
/** @import { Rect, Scene } from "./scene.js" */
/** @import { Step } from "./steps.js" */

/**
 * A step on the way down.
 * @typedef {object} Visit
 * @property {number} at the layer
 * @property {Step} step
 * @property {number} group the map whose terms are shown
 * @property {number} term the one that the cursor is on
 */

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {{ share: number, window: Rect, from: Rect }} Flight how far a step has come, and where it came from */

const ALL = Number.POSITIVE_INFINITY;
const WHOLE = new Set(["dense", "softmax", "globalmean"]); // these read a whole layer, or a whole map of it
const CORNERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
];

export class Picture {
  /** @param {Overview} overview */
  constructor(overview) {
    this.overview = overview;
  }

  /**
   * What a value reads, as it is seen on the network: a window, a pixel, or a whole layer.
   * @type {(at: number, spot: Spot, index: number) => Rect}
   */
  windowOf(at, { row, column }, index) {
    const { overview } = this;
    if (!at) return overview.pixelOf({ at, index });
    const { rule, kind } = overview.numbers[at];
    const source = at - 1;
    const { rows, columns } = rule;
    if (rows && columns) {
      const [down, right] = [rows.taps[rows.taps.length - 1], columns.taps[columns.taps.length - 1]];
      return overview.areaOf(source, [rows.starts[row], down + 1], [columns.starts[column], right + 1]);
    }
    return WHOLE.has(kind) ? overview.faceOf(overview.seenAt(source)) : overview.pixelOf({ at: source, index });
  }

  /** Lines from the corners of one rectangle to those of another. @type {(pen: Pen, from: Rect, to: Rect, theme: Theme, alpha: number) => void} */
  link(pen, from, to, { accent }, alpha) {
    pen.save();
    pen.globalAlpha *= alpha;
    pen.strokeStyle = accent;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const [right, down] of CORNERS) {
      pen.moveTo(from.x + right * from.width, from.y + down * from.height);
      pen.lineTo(to.x + right * to.width, to.y + down * to.height);
    }
    pen.stroke();
    pen.restore();
  }

  /** A pixel of the network and the window that it reads. @type {(pen: Pen, place: Place, theme: Theme) => void} */
  paintPointed(pen, place, theme) {
    const layer = this.overview.numbers[place.at];
    const pixel = this.overview.pixelOf(place);
    if (place.at && isOpen(layer)) {
      const window = this.windowOf(place.at, spotOf(layer, place.index), place.index);
      this.link(pen, window, pixel, theme, 0.5);
      outline(pen, window, theme.accent, 1.5);
    }
    outline(pen, pixel, theme.accent, 1.5);
  }

  /**
   * The last step of a way, or what is between it and the one before.
   * @type {(pen: Pen, path: Visit[], arrived: number, revealed: number, frame: Rect, theme: Theme) => void}
   */
  paintWay(pen, path, arrived, revealed, frame, theme) {
    const last = path[path.length - 1];
    const before = path[path.length - 2];
    const share = smooth(arrived);
    for (const { at, step } of path) outline(pen, this.overview.pixelOf({ at, index: step.index }), theme.accent, 1.5);
    if (before && share < 1) {
      pen.save();
      pen.globalAlpha = clamp(1 - 2 * share, 0, 1);
      this.paintScene(pen, before, sceneOf(before.step, before.group, frame), ALL, theme);
      pen.restore();
    }
    const window = this.windowOf(last.at, last.step.spot, last.step.index);
    const from = before
      ? termRect(before, last, frame)
      : this.overview.pixelOf({ at: last.at, index: last.step.index });
    outline(pen, window, theme.accent, 1.5);
    const scene = sceneOf(last.step, last.group, frame);
    this.paintScene(pen, last, scene, revealed, theme, { share, window, from });
  }

  /** @type {(pen: Pen, visit: Visit, scene: Scene, revealed: number, theme: Theme, flight?: Flight) => void} */
  paintScene(pen, { step, group, term }, scene, revealed, theme, flight) {
    const share = flight?.share ?? 1;
    const many = step.layer.kind === "dense"; // its products are on their way already: all of them
    const look = { theme, revealed: many ? ALL : revealed, cursor: share === 1 ? { group, term } : null };
    pen.save();
    pen.globalAlpha *= clamp(2 * share - 1, 0, 1);
    paintRest(pen, step, scene, look, group);
    pen.restore();
    const flying = flyingOf(scene);
    const place = around(flying);
    const now = flight ? betweenRects(flight.window, place, share) : place;
    if (flight) this.link(pen, flight.window, now, theme, 0.35);
    pen.save();
    pen.translate(now.x, now.y);
    pen.scale(now.width / place.width, now.height / place.height);
    pen.translate(-place.x, -place.y);
    for (const grid of flying) paintGrid(pen, step, grid, look);
    pen.restore();
    paintOutput(pen, step, flight ? betweenRects(flight.from, scene.output, share) : scene.output, theme);
    if (share === 1) paintMarks(pen, step, scene, look);
  }
}

/** Where the value of a step stands on the step before. @type {(before: Visit, last: Visit, frame: Rect) => Rect} */
function termRect(before, last, frame) {
  const { grids } = sceneOf(before.step, before.group, frame);
  const grid = grids.find(({ group }) => group === before.group) ?? grids[0];
  const term = before.step.groups[before.group].terms.findIndex(({ index }) => index === last.step.index);
  return cellOf(grid, Math.max(0, term));
}
