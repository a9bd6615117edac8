// The outlines of a box, of its torn ends and of the windows on it, around the middle of its front face.

import { pathThrough } from "../shared/scale.js";
import { CHIP } from "./layout.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Item } from "./layout.js" */

/** @typedef {"target" | "ring" | "leader" | "wire" | "top" | "side" | "front"} PartBelow the picture */
/** @typedef {"frame" | "slices" | "gap" | "edges" | "cone" | "window"} PartAbove it */
/** @typedef {PartBelow | PartAbove} Part */
/** @typedef {Partial<Record<Part, string>>} Paths a part without a path is not drawn */

export const SEPARATE = 12; // up to this many channels have a line each, more have a line every GROUP
export const GROUP = 8;

/** @param {...Point} points */
export const path = (...points) => pathThrough(points);

/** @type {(left: number, top: number, right: number, bottom: number) => string} */
export const box = (left, top, right, bottom) => `${path([left, top], [right, top], [right, bottom], [left, bottom])}Z`;

/** @type {(x: number, y: number, radius: number) => string} */
const circle = (x, y, radius) =>
  `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`;

/** Five neurons of which one is left out. */
const DROPOUT =
  [
    [-4, -4],
    [4, -4],
    [0, 0],
    [-4, 4],
    [4, 4],
  ]
    .map(([x, y]) => circle(x, y, 1.3))
    .join("") +
  path([-5, 0], [-3, 0]) +
  path([3, 0], [5, 0]);
const NORMALIZATION = path([-6.5, 4], [-3, 3], [0, -5.5], [3, 3], [6.5, 4]); // values around their mean
const ACTIVATION = path([-6.5, 3], [0, 3], [5.5, -5.5]);

/**
 * The line of a break: from one point to another, every second point pulled aside.
 * @type {(from: Point, to: Point, teeth: number, aside: Point) => Point[]}
 */
function zigzag(from, to, teeth, [asideX, asideY]) {
  return Array.from({ length: teeth * 2 + 1 }, (_, index) => {
    const along = index / (teeth * 2);
    const pulled = index % 2;
    return [
      from[0] + along * (to[0] - from[0]) + pulled * asideX,
      from[1] + along * (to[1] - from[1]) + pulled * asideY,
    ];
  });
}

/** Where a column is cut short: the gap through it and the gap's two edges. @param {Item} item @returns {Paths} */
function columnBreak({ width, height, right }) {
  const [x, y] = [width / 2, height / 4];
  return gapAlong(zigzag([-x - 4, y], [x + right + 4, y], 2, [0, 3]), [0, 3]);
}

/**
 * Where a stack of channels is cut short: through its top, then through its side.
 * @param {Item} item
 * @returns {Paths}
 */
function stackBreak({ width, height, right, up }) {
  const [shiftX, shiftY] = [0.65 * right, -0.65 * up];
  const length = Math.hypot(right, up);
  /** @type {Point} */
  const aside = [(4 * right) / length, (-4 * up) / length];
  const teeth = (/** @type {number} */ side) => Math.max(1, Math.round(side / 14));
  const [left, edge] = [shiftX - width / 2, shiftX + width / 2];
  const [top, bottom] = [shiftY - height / 2, shiftY + height / 2];
  const line = [
    ...zigzag([left, top], [edge, top], teeth(width), aside),
    ...zigzag([edge, top], [edge, bottom], teeth(height), aside),
  ];
  return gapAlong(line, aside);
}

/** @type {(line: Point[], aside: Point) => Paths} */
function gapAlong(line, aside) {
  const moved = (/** @type {number} */ by) =>
    path(...line.map(([x, y]) => /** @type {Point} */ ([x + by * aside[0], y + by * aside[1]])));
  return { gap: moved(0), edges: moved(-0.9) + moved(0.9) };
}

/** The lines between channels, or between the numbers of a vector. @param {Item} item */
function slices(item) {
  const { height, width, right, up, rows, channels, drawn } = item;
  const [x, y] = [width / 2, height / 2];
  let lines = "";
  const every = channels <= SEPARATE ? 1 : GROUP;
  for (let channel = every; channel < drawn && Math.max(x, y) > 3; channel += every) {
    const [cx, cy] = [(channel / drawn) * right, (channel / drawn) * up];
    lines += path([-x + cx, -y - cy], [x + cx, -y - cy], [x + cx, y - cy]);
  }
  if (!item.vector || item.longCut || height / rows < 3) return lines;
  for (let row = 1; row < rows; row += 1)
    lines += path([-x, -y + (row * height) / rows], [x, -y + (row * height) / rows]);
  return lines;
}

/** A box, a column or an element on the wire. @param {Item} item @returns {Paths} */
export function bodyPaths(item) {
  const { height, width, right, up, layer } = item;
  if (item.chip) {
    const glyph = { dropout: DROPOUT, batchnorm: NORMALIZATION }[layer.kind] ?? ACTIVATION;
    return { front: circle(0, 0, CHIP), slices: glyph };
  }
  const [x, y] = [width / 2, height / 2];
  return {
    front: box(-x, -y, x, y),
    top: `${path([-x, -y], [-x + right, -y - up], [x + right, -y - up], [x, -y])}Z`,
    side: `${path([x, -y], [x + right, -y - up], [x + right, y - up], [x, y])}Z`,
    frame: box(-x, -y, x, y), // over the picture; it also carries the hatching of pooling
    slices: slices(item),
    ...(item.longCut ? columnBreak(item) : item.deepCut ? stackBreak(item) : {}),
  };
}

/**
 * The outline of the whole, what can be pointed at, and the line down to its name.
 * @type {(item: Item, below: number) => Paths}
 */
export function framePaths({ chip, height, width, right, up, labelWidth }, below) {
  const [x, y] = [width / 2, height / 2];
  const ring = box(-x - 4, -y - up - 4, x + right + 4, y + 4);
  const label = Math.max(labelWidth / 2, x) + 2;
  return {
    ring,
    target: ring + (chip ? box(-CHIP - 6, -30, CHIP + 6, 26) : box(-label, y + 4, label, below + 34)),
    leader: !chip && below - y > 30 ? path([0, y + 7], [0, below - 4]) : "",
  };
}

/**
 * The wire from the box before. It leaves that box where its silhouette crosses the axis: deep, low boxes end below
 * their channels.
 * @type {(item: Item, previous: Item | undefined) => Paths}
 */
export function wirePaths(item, previous) {
  if (!previous) return {};
  const behind = previous.up ? Math.min(1, previous.height / 2 / previous.up) * previous.right : 0;
  const start = previous.x + previous.width / 2 + behind + (previous.chip ? 0 : 5) - item.x;
  const end = -item.width / 2 - (item.chip ? 0 : 4);
  const tip = item.chip ? "" : path([end - 6, -3.5], [end, 0], [end - 6, 3.5]);
  return { wire: path([start, 0], [end, 0]) + tip };
}

/**
 * The window on the box before, and the lines from it to one cell of this box.
 * @type {(item: Item, source: Item | undefined, scale: number) => Paths}
 */
export function windowPaths(item, source, scale) {
  const { window } = item.layer;
  if (!window || !source || source.vector || item.vector) return {};
  const row = { cell: Math.floor(item.rows * 0.8), ...spanOf(item.rows, source.rows, window[0], 0.8) };
  const column = { cell: Math.floor(item.columns * 0.6), ...spanOf(item.columns, source.columns, window[1], 0.6) };
  const corner = (/** @type {Item} */ owner, /** @type {number} */ down, /** @type {number} */ across) =>
    /** @type {Point} */ ([owner.x - item.x + (across - owner.columns / 2) * scale, (down - owner.rows / 2) * scale]);
  const ends = [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
  ];
  const starts = ends.map(([down, right]) =>
    corner(source, row.start + down * row.extent, column.start + right * column.extent),
  );
  const cells = ends.map(([down, right]) => corner(item, row.cell + down, column.cell + right));
  return {
    cone: starts.map((start, index) => path(start, cells[index])).join(""),
    window: `${path(...starts)}Z${path(...cells)}Z`,
  };
}

/**
 * Where a window lies on `size` pixels that makes one of `count` cells, which lies at a share of them.
 * @type {(count: number, size: number, taps: number, share: number) => { start: number, extent: number }}
 */
function spanOf(count, size, taps, share) {
  const extent = Math.min(taps, size);
  const cell = Math.floor(count * share);
  const start = count > 1 ? Math.round((cell * (size - extent)) / (count - 1)) : (size - extent) / 2;
  return { start, extent };
}
