// The outlines of a box, of its torn ends and of the windows on it.

import { box, CHIP, GROUP, path, SEPARATE } from "./layout.js";

// The line of a break: from one point to another, every second point pulled aside.
/** @returns {import("../shared/scale.js").Point[]} */
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

/** Where a column or a stack of channels is cut short: the gap through it and the gap's two edges. */
function breakPaths({ longCut, deepCut, width, height, right, up }) {
  if (!longCut && !deepCut) return {};
  const [x, y] = [width / 2, height / 2];
  const length = Math.hypot(right, up);
  /** @type {import("../shared/scale.js").Point} */
  const aside = longCut ? [0, 3] : [(4 * right) / length, (-4 * up) / length]; // along the axis that is cut
  const corners = longCut
    ? [
        [-x - 4, y / 2],
        [x + right + 4, y / 2],
      ]
    : [
        [-x, -y],
        [x, -y],
        [x, y],
      ]; // top, then side
  const [shiftX, shiftY] = longCut ? [0, 0] : [0.65 * right, -0.65 * up];
  const line = corners.slice(1).flatMap((to, index) => {
    const from = corners[index];
    const teeth = longCut ? 2 : Math.max(1, Math.round(Math.hypot(to[0] - from[0], to[1] - from[1]) / 14));
    return zigzag(from, to, teeth, aside);
  });
  const moved = (by) => path(...line.map(([px, py]) => [px + shiftX + by * aside[0], py + shiftY + by * aside[1]]));
  return { gap: moved(0), edges: moved(-0.9) + moved(0.9) };
}

/** The outline of a box, a column or an element on the wire, around the origin. */
export function bodyPaths(item) {
  const { height, width, right, up, rows, channels, drawn, layer } = item;
  const [x, y] = [width / 2, height / 2];
  if (item.chip) {
    const circle = (cx, cy, r) => `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    const glyph =
      layer.kind === "dropout"
        ? [
            [-4, -4],
            [4, -4],
            [0, 0],
            [-4, 4],
            [4, 4],
          ]
            .map(([cx, cy]) => circle(cx, cy, 1.3))
            .join("") +
          path([-5, 0], [-3, 0]) +
          path([3, 0], [5, 0])
        : layer.kind === "batchnorm"
          ? path([-6.5, 4], [-3, 3], [0, -5.5], [3, 3], [6.5, 4]) // values around their mean
          : path([-6.5, 3], [0, 3], [5.5, -5.5]);
    return { front: circle(0, 0, CHIP), slices: glyph };
  }
  const parts = {
    front: box(-x, -y, x, y),
    top: `${path([-x, -y], [-x + right, -y - up], [x + right, -y - up], [x, -y])}Z`,
    side: `${path([x, -y], [x + right, -y - up], [x + right, y - up], [x, y])}Z`,
    frame: box(-x, -y, x, y), // over the picture; it also carries the hatching of pooling
    slices: "",
  };
  const every = channels <= SEPARATE ? 1 : GROUP;
  for (let channel = every; channel < drawn && Math.max(x, y) > 3; channel += every) {
    const [cx, cy] = [(channel / drawn) * right, (channel / drawn) * up];
    parts.slices += path([-x + cx, -y - cy], [x + cx, -y - cy], [x + cx, y - cy]);
  }
  if (item.vector && !item.longCut && rows > 1 && height / rows >= 3) {
    for (let row = 1; row < rows; row += 1)
      parts.slices += path([-x, -y + (row * height) / rows], [x, -y + (row * height) / rows]);
  }
  return { ...parts, ...breakPaths(item) };
}

/** The window on the box before, and the lines from it to one cell of this box. */
export function windowPaths(item, source, scale) {
  if (!item.layer.window || !source || source.vector || item.vector) return {};
  const cell = [Math.floor(item.rows * 0.8), Math.floor(item.columns * 0.6)];
  const from = [source.rows, source.columns].map((size, axis) => {
    const extent = Math.min(item.layer.window[axis], size);
    const count = [item.rows, item.columns][axis];
    const start = count > 1 ? Math.round((cell[axis] * (size - extent)) / (count - 1)) : (size - extent) / 2;
    return [start, start + extent];
  });
  const corner = (owner, row, column) => [
    owner.x - item.x + (column - owner.columns / 2) * scale,
    (row - owner.rows / 2) * scale,
  ];
  const ends = [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 0],
  ];
  const starts = ends.map(([r, c]) => corner(source, from[0][r], from[1][c]));
  const cells = ends.map(([r, c]) => corner(item, cell[0] + r, cell[1] + c));
  return {
    cone: starts.map((start, index) => path(start, cells[index])).join(""),
    window: `${path(...starts)}Z${path(...cells)}Z`,
  };
}
