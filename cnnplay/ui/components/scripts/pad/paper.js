// The paper: what is finished, the stroke at hand, and the ring that shows where the brush is and how broad.

import { dotsPerPixel, penOf } from "../shared/canvas.js";
import { make } from "../shared/dom.js";
import { trace } from "./ink.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { PixelsStep, StrokeStep } from "./history.js" */
/** @import { Line } from "./ink.js" */

const HELP =
  "Arrow keys move the pen, with Shift in larger steps. Hold Space and move to draw; " +
  "or press Space once to put the pen down and again to lift it. Control Z takes the last stroke back.";

/** @type {(pen: CanvasRenderingContext2D, line: Line) => void} */
function draw(pen, { points, width }) {
  pen.lineWidth = width;
  pen.beginPath();
  trace(points, pen);
  pen.stroke();
}

export class Paper {
  canvas = make("canvas", {
    class: "paper",
    "data-testid": "pad-paper",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "drawing pad",
    "aria-description": HELP,
  });
  finished = make("canvas", { width: 0 }); // so that a frame draws no more than the stroke at hand
  ring = make("i", { class: "ring", "aria-hidden": "true" });
  invitation = make("span", {}, "Draw a digit here");
  hint = make(
    "div",
    { class: "hint", "aria-hidden": "true" },
    this.invitation,
    make("small", {}, "Arrow keys move the pen, Space draws"),
  );
  node = make("div", { class: "sheet" }, this.canvas, this.ring, this.hint);

  /** @param {number} side paper units across it */
  constructor(side) {
    this.side = side;
  }

  /** Take the size that there is; whether it is another one, and all has to be drawn again. */
  resize() {
    const size = Math.round(this.canvas.clientWidth * dotsPerPixel());
    if (!size || size === this.finished.width) return false;
    for (const canvas of [this.canvas, this.finished]) {
      canvas.width = canvas.height = size;
      const pen = penOf(canvas);
      pen.scale(size / this.side, size / this.side);
      Object.assign(pen, { strokeStyle: "#fff", lineCap: "round", lineJoin: "round", imageSmoothingQuality: "high" });
    }
    return true;
  }

  /** What is finished. @param {(StrokeStep | PixelsStep)[]} steps */
  finish(steps) {
    const pen = penOf(this.finished);
    pen.fillRect(0, 0, this.side, this.side); // black, as a new canvas's pen is
    for (const step of steps) {
      if (step.kind === "stroke") draw(pen, step.line);
      else pen.drawImage(step.picture, 0, 0, this.side, this.side);
    }
  }

  /**
   * @param {Line | null} line at hand
   * @param {Point} spot where the pen is
   * @param {boolean} down whether keys hold it down
   */
  paint(line, spot, down) {
    if (!this.finished.width) return; // in a hidden tab; the observer calls again
    const pen = penOf(this.canvas);
    const [x, y] = spot.map((place) => `${(100 * place) / this.side}cqw`);
    pen.drawImage(this.finished, 0, 0, this.side, this.side);
    if (line) draw(pen, line);
    this.ring.style.transform = `translate(${x}, ${y}) translate(-50%, -50%)`;
    this.ring.classList.toggle("down", down);
  }

  /** Show the ring, or hide it. @param {boolean} near */
  showRing(near) {
    this.ring.classList.toggle("near", near);
  }

  /** @param {number} width of the brush */
  widen(width) {
    this.ring.style.setProperty("--width", `${(100 * width) / this.side}cqw`);
  }
}
