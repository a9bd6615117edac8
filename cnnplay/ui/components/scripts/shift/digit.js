// The digit in its frame, which is dragged or moved by keys, and a line from where it came from.

import { resize, rimmed } from "../shared/canvas.js";
import { isColour, shapeOf } from "../shared/colour.js";
import { make } from "../shared/dom.js";
import { paintPixels } from "../shared/pixels.js";
import { claim, hasModifier, moveOf, onDrag } from "../shared/pointer.js";
import { MIDDLE, nameOf, placeText } from "./places.js";

/** @import { Plane } from "../shared/pixels.js" */
/** @import { Point } from "../shared/scale.js" */
/** @import { Theme } from "../shared/theme.js" */
/** @import { Place } from "./places.js" */

export class Digit {
  place = MIDDLE;
  columns = 1;
  pixels = make("canvas", { class: "pixels" });
  guide = make("canvas", { class: "over" });
  frame = make(
    "div",
    {
      class: "frame",
      role: "application",
      "aria-roledescription": "picture to be moved",
      tabindex: 0,
      "data-testid": "shift-image",
    },
    this.pixels,
    this.guide,
  );

  /** @param {(place: Place) => void} move is asked to move the digit to a place, which may be out of reach */
  constructor(move) {
    this.move = move;
    this.listenToDrag();
    this.frame.onkeydown = (event) => {
      const way = event.key.startsWith("Arrow") ? moveOf(event.key) : undefined;
      if (hasModifier(event) || (!way && event.key !== "Home")) return;
      claim(event);
      if (way) this.moveBy(...way);
      else this.move(MIDDLE);
    };
  }

  /** @type {(down: number, right: number) => void} */
  moveBy(down, right) {
    this.move({ down: this.place.down + down, right: this.place.right + right });
  }

  listenToDrag() {
    let from = { x: 0, y: 0, ...MIDDLE }; // where the pointer and the digit were
    onDrag(this.frame, {
      begin: (event) => {
        from = { x: event.clientX, y: event.clientY, ...this.place };
        this.frame.classList.add("held");
      },
      move: (event) => {
        const cell = this.frame.clientWidth / this.columns;
        this.move({
          down: from.down + Math.round((event.clientY - from.y) / cell),
          right: from.right + Math.round((event.clientX - from.x) / cell),
        });
      },
      release: () => this.frame.classList.remove("held"),
    });
  }

  /** @type {(images: Record<string, Plane | Plane[]>, place: Place, theme: Theme, noun: string) => void} */
  paint(images, place, theme, noun) {
    const image = images[nameOf(place)];
    this.place = place;
    const [rows, columns] = shapeOf(image);
    this.columns = columns;
    this.frame.style.aspectRatio = `${columns} / ${rows}`;
    this.frame.setAttribute(
      "aria-label",
      `The ${noun}${isColour(image) ? ", in colour" : ""}. ${placeText(place)}. Arrow keys move it by a pixel, Home brings it back.`,
    );
    paintPixels(this.pixels, image, { scale: "grey", range: 1, dark: theme.dark });
    this.paintGuide(theme.accent);
  }

  /** A line from the middle of the picture, with a dot at its end. @param {string} colour */
  paintGuide(colour) {
    const { clientWidth: width, clientHeight: height } = this.guide;
    const pen = resize(this.guide, width, height);
    if (nameOf(this.place) === nameOf(MIDDLE)) return;
    const cell = width / this.columns;
    /** @type {Point} */
    const from = [width / 2, height / 2];
    /** @type {Point} */
    const to = [from[0] + this.place.right * cell, from[1] + this.place.down * cell];
    const lines = [
      { colour: "#10181f", width: 5 },
      { colour: colour, width: 2.5 },
    ];
    pen.lineCap = "round";
    rimmed(pen, lines, () => {
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
      pen.beginPath();
      pen.arc(...to, pen.lineWidth + 1, 0, 7);
      pen.fill();
    });
  }
}
