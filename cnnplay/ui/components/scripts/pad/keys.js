// Drawing with keys: arrows move the pen, a held Space draws; or Space once puts it down, and once more lifts it.

import { claim, hasModifier } from "../shared/pointer.js";
import { clamp, total } from "../shared/scale.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Pen } from "./pen.js" */

const STEP = 2; // paper units that an arrow key moves the pen,
const LEAP = 8; // and with Shift
/** Across and down. @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @typedef {object} Reports
 * @property {() => number} side paper units across the paper
 * @property {() => void} used at every key, before it acts
 * @property {() => void} down when they have put the pen down
 */

export class Keys {
  /** @type {Set<string>} */
  held = new Set(); // arrows: two of them lead the pen aslant
  moved = false; // while Space was held: then it draws until Space is let go
  lifted = false; // whether Space has been let go since it put the pen down
  lifting = false; // whether it has been pressed for the second time

  /**
   * @param {HTMLElement} node
   * @param {Pen} pen
   * @param {Reports} reports
   */
  constructor(node, pen, reports) {
    this.pen = pen;
    this.reports = reports;
    node.onkeydown = (event) => {
      if (hasModifier(event) || !(event.key === " " || ARROWS[event.key])) return;
      claim(event);
      reports.used();
      if (event.key !== " ") this.move(event.key, event.shiftKey ? LEAP : STEP);
      else if (!event.repeat) this.press();
    };
    node.onkeyup = (event) => {
      this.held.delete(event.key);
      if (event.key === " " && pen.keyed) this.release();
    };
  }

  press() {
    if (this.pen.keyed) this.lifting = true; // lifted when the key is
    if (this.pen.stroke) return;
    Object.assign(this, { moved: false, lifted: false, lifting: false });
    this.pen.begin(null, "keys");
    this.reports.down();
  }

  release() {
    if (this.moved || this.lifting) this.pen.finish();
    else this.lifted = true; // the pen stays down until Space comes again
  }

  /** @type {(key: string, step: number) => void} */
  move(key, step) {
    const { pen, held } = this;
    held.add(key);
    if (pen.keyed) this.moved ||= !this.lifted;
    if (pen.stroke && !pen.keyed) return;
    const ways = [...held].map((one) => ARROWS[one]);
    const along = (/** @type {0 | 1} */ axis) => pen.spot[axis] + step * total(ways.map((way) => way[axis]));
    const side = this.reports.side();
    pen.lead([clamp(along(0), 0, side), clamp(along(1), 0, side)]);
  }

  /** Let go of everything, when the focus goes. */
  leave() {
    this.held.clear();
    if (this.pen.keyed) this.pen.finish();
  }
}
