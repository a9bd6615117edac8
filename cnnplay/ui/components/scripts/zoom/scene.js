// Where everything of a step stands on the bench: grids of values, weights and products, the tiles of the maps, the
// list of the largest products, and the value itself.

import { numberText } from "../shared/format.js";
import { clamp } from "../shared/scale.js";
import { largest } from "./steps.js";

/** @import { Step } from "./steps.js" */

/** @typedef {{ x: number, y: number, width: number, height: number }} Rect in pixels of the stage */
/** @typedef {"value" | "weight" | "product"} Role which of a term's numbers a grid shows */
/** @typedef {{ role: Role, group: number, rows: number, columns: number, cell: number, x: number, y: number }} Grid */
/** @typedef {{ text: string, x: number, y: number }} Sign an operator between grids, or a caption above one */
/** @typedef {{ group: number, rect: Rect }} Tile a map to choose, painted with its products */
/** @typedef {{ group: number, term: number, rect: Rect }} Line of the list of the largest products */

/**
 * @typedef {object} Scene
 * @property {Grid[]} grids the first of them, and those of its role, come out of the picture
 * @property {Sign[]} signs
 * @property {Sign[]} captions
 * @property {Tile[]} tiles
 * @property {Line[]} lines
 * @property {Rect} output
 */

const MOST_CELL = 84; // px
const MOST_OF_MANY = 28; // px, where all products of a layer are shown
const SIGN = 24; // px for an operator
const CAPTION = 18; // px above a grid
const OUTPUT = 58; // px
const ARROW = 44; // px before it
const NARROW = 480; // px: below this the value stands under the grids
const TILE = { most: 26, least: 6, gap: 3 };
const LINE = 22; // px
const MOST_LINES = 9;
const WIDE_LIST = 300; // px

/** @type {(grid: Grid) => Rect} */
export const rectOf = ({ x, y, rows, columns, cell }) => ({ x, y, width: columns * cell, height: rows * cell });

/** @type {(grid: Grid, term: number) => Rect} */
export const cellOf = ({ x, y, columns, cell }, term) => ({
  x: x + (term % columns) * cell,
  y: y + Math.floor(term / columns) * cell,
  width: cell,
  height: cell,
});

/** Around all of some grids. @param {Grid[]} grids @returns {Rect} */
export function around(grids) {
  const rects = grids.map(rectOf);
  const [x, y] = [Math.min(...rects.map((rect) => rect.x)), Math.min(...rects.map((rect) => rect.y))];
  const right = Math.max(...rects.map((rect) => rect.x + rect.width));
  return { x, y, width: right - x, height: Math.max(...rects.map((rect) => rect.y + rect.height)) - y };
}

/** The grids that come out of the picture: the values read, or all products of a dense layer. @param {Scene} scene */
export const flyingOf = ({ grids }) => grids.filter(({ role }) => role === grids[0].role);

/** @type {(rect: Rect, x: number, y: number) => boolean} */
export const holds = (rect, x, y) => x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;

/** The largest cell at which so many rows and columns fit; at most MOST_CELL. @type {(rows: number, columns: number, width: number, height: number) => number} */
const cellFor = (rows, columns, width, height) => {
  const cell = Math.min(width / columns, height / rows, MOST_CELL);
  return cell > 8 ? Math.floor(cell) : cell;
};

/**
 * Tiles in rows, as large as fits.
 * @type {(count: number, frame: Rect) => Tile[]}
 */
export function tilesIn(count, { x, y, width, height }) {
  const side = (/** @type {number} */ perRow) =>
    Math.min(TILE.most, width / perRow - TILE.gap, height / Math.ceil(count / perRow) - TILE.gap);
  let perRow = 1;
  for (let tried = 1; tried <= count; tried += 1) if (side(tried) > side(perRow)) perRow = tried;
  const size = Math.max(TILE.least, side(perRow));
  const left = x + (width - perRow * (size + TILE.gap) + TILE.gap) / 2;
  return Array.from({ length: count }, (_, group) => ({
    group,
    rect: {
      x: left + (group % perRow) * (size + TILE.gap),
      y: y + Math.floor(group / perRow) * (size + TILE.gap),
      width: size,
      height: size,
    },
  }));
}

/** What is added to the sum, above the value. @type {(bias: number | null, output: { x: number, y: number }) => Sign[]} */
const biasAbove = (bias, { x, y }) =>
  bias === null ? [] : [{ text: `+ bias ${numberText(bias)}`, x: x + OUTPUT / 2, y: y - 8 }];

/** Beside it. @type {typeof biasAbove} */
const biasBeside = (bias, { x, y }) =>
  bias === null ? [] : [{ text: `+ bias ${numberText(bias)}`, x: x + OUTPUT + 46, y: y + OUTPUT / 2 }];

/** In the middle of a frame: grids with signs between them, and the value after them. @type {(step: Step, group: number, roles: Role[], signs: string[], captions: string[], frame: Rect) => Scene} */
function inRow({ groups, bias }, group, roles, signs, captions, frame) {
  const { rows, columns } = groups[group];
  const narrow = frame.width < NARROW;
  const between = SIGN * (roles.length - 1);
  const width = frame.width - between - (narrow ? 0 : ARROW + OUTPUT + 8);
  const height = frame.height - CAPTION - (roles.length > 1 ? CAPTION : 0) - (narrow ? OUTPUT + ARROW : 0);
  const cell = cellFor(rows, columns, width / roles.length, height);
  const [across, down] = [columns * cell, rows * cell];
  const whole = roles.length * across + between + (narrow ? 0 : ARROW + OUTPUT);
  const left = frame.x + (frame.width - whole) / 2;
  const top = frame.y + CAPTION + Math.max(0, (height - down) / 2) * (narrow ? 0.3 : 1);
  const xs = roles.map((_, index) => left + index * (across + SIGN));
  const output = narrow
    ? { x: frame.x + (frame.width - OUTPUT) / 2, y: top + down + ARROW }
    : { x: left + whole - OUTPUT, y: top + (down - OUTPUT) / 2 };
  const arrow = narrow
    ? { text: "↓", x: frame.x + frame.width / 2, y: top + down + ARROW / 2 }
    : { text: "→", x: output.x - ARROW / 2, y: top + down / 2 };
  return {
    grids: roles.map((role, index) => ({ role, group, rows, columns, cell, x: xs[index], y: top })),
    signs: [...signs.map((text, index) => ({ text, x: xs[index + 1] - SIGN / 2, y: top + down / 2 })), arrow],
    captions: [
      ...captions.map((text, index) => ({ text, x: xs[index] + across / 2, y: top - 6 })),
      ...(narrow ? biasBeside : biasAbove)(bias, output),
    ],
    tiles: [],
    lines: [],
    output: { ...output, width: OUTPUT, height: OUTPUT },
  };
}

/** A window of a convolution: tiles of the maps above, of the chosen one all products. @type {(step: Step, group: number, frame: Rect) => Scene} */
function convolution(step, group, frame) {
  const count = step.groups.length;
  const strip = count > 1 ? Math.min(frame.height / 3, count > 40 ? 52 : TILE.most + TILE.gap) + 4 : 0;
  const below = { ...frame, y: frame.y + strip, height: frame.height - strip };
  const captions = ["read", "kernel", "products"];
  const scene = inRow(step, group, ["value", "weight", "product"], ["×", "="], captions, below);
  return { ...scene, tiles: strip ? tilesIn(count, { ...frame, height: strip - 4 }) : [] };
}

/** All products as a picture, a tile a map, and the largest as a list. @type {(step: Step, group: number, frame: Rect) => Scene} */
function dense(step, _group, frame) {
  const { groups } = step;
  const narrow = frame.width < NARROW;
  const list = narrow ? frame.width : Math.min(WIDE_LIST, frame.width * 0.45);
  const lines = largest(step, Math.min(MOST_LINES, Math.floor((narrow ? 0.5 : 1) * (frame.height / LINE)) - 1));
  const listed = lines.length * LINE;
  const room = {
    width: narrow ? frame.width : frame.width - list - ARROW - OUTPUT - 40,
    height: narrow ? frame.height - listed - 2 * CAPTION - OUTPUT - 8 : frame.height - CAPTION,
  };
  const grids = atlas(groups, { ...room, x: frame.x, y: frame.y + CAPTION });
  const end = Math.max(...grids.map((grid) => grid.y + grid.rows * grid.cell));
  const listX = narrow ? frame.x : frame.x + room.width + 20;
  const listY = narrow ? end + CAPTION + 6 : frame.y + CAPTION + Math.max(0, (room.height - listed) / 2);
  const output = narrow
    ? { x: frame.x + (frame.width - OUTPUT) / 2, y: listY + listed + 8 }
    : { x: listX + list + ARROW + 10, y: frame.y + CAPTION + (room.height - OUTPUT) / 2 };
  return {
    grids,
    signs: narrow ? [] : [{ text: "→", x: output.x - ARROW / 2, y: output.y + OUTPUT / 2 }],
    captions: [
      { text: "all products", x: frame.x + room.width / 2, y: frame.y + CAPTION - 6 },
      { text: "the largest", x: listX + list / 2, y: listY - 6 },
      ...(narrow ? biasBeside : biasAbove)(step.bias, output),
    ],
    tiles: [],
    lines: lines.map((line, index) => ({
      ...line,
      rect: { x: listX, y: listY + index * LINE, width: list, height: LINE },
    })),
    output: { ...output, width: OUTPUT, height: OUTPUT },
  };
}

/** Grids of all groups side by side, their cells as large as fits. @type {(groups: { rows: number, columns: number }[], frame: Rect) => Grid[]} */
export function atlas(groups, { x, y, width, height }) {
  const [{ rows, columns }] = groups;
  const cellAt = (/** @type {number} */ perRow) =>
    Math.min(
      MOST_OF_MANY,
      width / (perRow * (columns + 1) - 1),
      height / (Math.ceil(groups.length / perRow) * (rows + 1) - 1),
    );
  let perRow = 1;
  for (let tried = 1; tried <= groups.length; tried += 1) if (cellAt(tried) > cellAt(perRow)) perRow = tried;
  const cell = cellAt(perRow);
  const left = x + (width - (perRow * (columns + 1) - 1) * cell) / 2;
  const across = (columns + 1) * cell;
  return groups.map((_, group) => ({
    role: /** @type {const} */ ("product"),
    group,
    rows,
    columns,
    cell,
    x: left + (group % perRow) * across,
    y: y + Math.floor(group / perRow) * (rows + 1) * cell,
  }));
}

/** Ten scores, and below them their powers. @type {(step: Step, group: number, frame: Rect) => Scene} */
function softmax(step, group, frame) {
  const rowGap = 30;
  const half = { ...frame, height: (frame.height + CAPTION) / 2 };
  const scene = inRow(step, group, ["value"], [], [], half);
  const [grid] = scene.grids;
  const top = frame.y + CAPTION;
  const second = { ...grid, role: /** @type {const} */ ("product"), y: top + grid.cell + rowGap };
  const narrow = frame.width < NARROW;
  const output = narrow
    ? { ...scene.output, y: second.y + grid.cell + ARROW }
    : { ...scene.output, y: second.y + (grid.cell - OUTPUT) / 2 };
  const middle = grid.x + (grid.columns * grid.cell) / 2;
  return {
    ...scene,
    grids: [{ ...grid, y: top }, second],
    captions: [
      { text: "scores", x: middle, y: top - 6 },
      { text: "e to the power of each score", x: middle, y: second.y - 6 },
    ],
    signs: [
      narrow
        ? { text: "↓", x: middle, y: second.y + grid.cell + ARROW / 2 }
        : { text: "→", x: output.x - ARROW / 2, y: second.y + grid.cell / 2 },
    ],
    output,
  };
}

/** A pixel of a colour picture among its neighbours: a grid a channel. @type {(step: Step, group: number, frame: Rect) => Scene} */
function input(step, group, frame) {
  if (step.groups.length === 1) return values(step, group, frame);
  const titles = step.groups.map(({ title }) => title);
  const scene = inRow(step, group, ["value", "value", "value"], [], titles, frame);
  return { ...scene, grids: scene.grids.map((grid, channel) => ({ ...grid, group: channel })) };
}

/** One grid of values. @type {(step: Step, group: number, frame: Rect) => Scene} */
const values = (step, group, frame) => inRow(step, group, ["value"], [], ["read"], frame);

/** @type {Record<string, (step: Step, group: number, frame: Rect) => Scene>} */
const LAYOUTS = { convolution, dense, softmax, input };

/** @type {(step: Step, group: number, frame: Rect) => Scene} */
export const sceneOf = (step, group, frame) => (LAYOUTS[step.layer.kind] ?? values)(step, group, frame);

/**
 * What of a scene lies under a point: a term, or a map's tile.
 * @type {(scene: Scene, x: number, y: number) => { group: number, term: number } | { tile: number } | null}
 */
export function hitOf(scene, x, y) {
  const tile = scene.tiles.find(({ rect }) => holds(rect, x, y));
  if (tile) return { tile: tile.group };
  const line = scene.lines.find(({ rect }) => holds(rect, x, y));
  if (line) return { group: line.group, term: line.term };
  const grid = scene.grids.find((one) => holds(rectOf(one), x, y));
  if (!grid) return null;
  const row = clamp(Math.floor((y - grid.y) / grid.cell), 0, grid.rows - 1);
  const column = clamp(Math.floor((x - grid.x) / grid.cell), 0, grid.columns - 1);
  return { group: grid.group, term: row * grid.columns + column };
}

/** Between two rectangles. @type {(from: Rect, to: Rect, share: number) => Rect} */
export function betweenRects(from, to, share) {
  const mix = (/** @type {keyof Rect} */ side) => from[side] + share * (to[side] - from[side]);
  return { x: mix("x"), y: mix("y"), width: mix("width"), height: mix("height") };
}
