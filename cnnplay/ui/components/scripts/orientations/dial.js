// The picture of the line, which is turned like a knob, and the filter that is laid on it.

import { find, make, setAttributes } from "../shared/dom.js";
import { css, inkOf, paintPixels } from "../shared/pixels.js";
import { onDrag, positionIn } from "../shared/pointer.js";
import { pathThrough } from "../shared/scale.js";
import { under } from "./answers.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Point } from "../shared/scale.js" */
/** @import { Data } from "./answers.js" */

const HALF = 120; // of the picture's side,
const REACH = 138; // and where the grips run: in units of the overlay
const HUB = 12; // px: so near to its middle a pointer has no direction
const FAINT = 0.02; // of the largest weight: less is not drawn

/**
 * A point of the square with round corners along which the grips run; y goes up.
 * @param {number} angle in radians
 * @returns {Point}
 */
export function rimAt(angle) {
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  const reach = REACH / (x ** 6 + y ** 6) ** (1 / 6);
  return [x * reach, y * reach];
}

export class Dial {
  /**
   * @param {HTMLElement} root
   * @param {(angle: number) => void} turn the line to an angle in degrees
   */
  constructor(root, turn) {
    this.node = find(root, ".dial", HTMLElement);
    this.picture = find(root, ".picture", HTMLCanvasElement);
    this.laid = find(root, ".laid", SVGGElement);
    this.window = find(root, ".window", SVGRectElement);
    this.grips = [...root.querySelectorAll(".grip")];
    const rim = Array.from({ length: 121 }, (_, index) => rimAt((index * Math.PI) / 60));
    find(root, ".track", SVGPathElement).setAttribute("d", pathThrough(rim));
    this.listen(root, turn);
  }

  /** @type {(root: HTMLElement, turn: (angle: number) => void) => void} */
  listen(root, turn) {
    const follow = (/** @type {PointerEvent} */ event) => {
      const [left, top] = positionIn(this.node, event);
      const [x, y] = [left - this.node.clientWidth / 2, top - this.node.clientHeight / 2];
      if (Math.hypot(x, y) > HUB) turn((-Math.atan2(y, x) * 180) / Math.PI);
    };
    onDrag(this.node, {
      begin: (event) => {
        root.classList.add("dragging");
        follow(event);
      },
      move: follow,
      release: () => root.classList.remove("dragging"),
    });
  }

  /** @type {(picture: Plane, angle: number) => void} */
  draw(picture, angle) {
    const [x, y] = rimAt((angle * Math.PI) / 180);
    paintPixels(this.picture, picture);
    this.grips[0].setAttribute("transform", `translate(${x} ${-y})`);
    this.grips[1].setAttribute("transform", `translate(${-x} ${y})`);
  }

  /**
   * A kernel over the picture: a square a weight, its area the weight's size, so that the picture is still seen.
   * @type {(data: Data, filter: number | null, dark: boolean) => void}
   */
  layOn(data, filter, dark) {
    this.laid.replaceChildren();
    this.window.style.display = filter === null ? "none" : "";
    if (filter === null) return;
    const [picture] = data.lines;
    const { kernel } = data.filters[filter];
    const { top, left } = under(picture, kernel);
    const cell = { width: (2 * HALF) / picture[0].length, height: (2 * HALF) / picture.length };
    const corner = { x: left * cell.width - HALF, y: top * cell.height - HALF };
    for (const [row, line] of kernel.entries()) {
      for (const [column, weight] of line.entries()) {
        const strength = Math.abs(weight) / data.kernel_range;
        if (strength < FAINT) continue;
        const side = 0.78 * Math.sqrt(Math.min(1, strength));
        const place = {
          x: corner.x + (column + 0.5 - side / 2) * cell.width,
          y: corner.y + (row + 0.5 - side / 2) * cell.height,
        };
        const fill = css(inkOf(Math.sign(weight), "signed", 1, dark));
        this.laid.append(
          make("rect", { fill, ...place, width: side * cell.width, height: side * cell.height, rx: 1.5 }),
        );
      }
    }
    const size = { width: kernel[0].length * cell.width, height: kernel.length * cell.height };
    setAttributes(this.window, { ...corner, ...size, rx: 4 });
  }
}
