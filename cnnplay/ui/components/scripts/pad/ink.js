// A drawing as a list of steps, and as ink: what each pixel of the paper holds.

import { make, penOf } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";

/** Lead a pen along a stroke: curves from middle to middle of its points, so that it has no corners. */
export function trace(points, pen) {
  pen.moveTo(...points[0]);
  for (let index = 1; index < points.length - 1; index += 1) {
    const [x, y] = points[index];
    const [nextX, nextY] = points[index + 1];
    pen.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  const [x, y] = points.at(-1);
  pen.lineTo(points.length > 1 ? x : x + 0.01, y); // a tap is a dot, but a line of no length would not be drawn
}

/** The ink of a stroke, 0 to 255 in `side` rows of `side` pixels: how much of each pixel a round brush covers. */
export function inkOfStroke({ points, width }, side) {
  const ink = new Uint8Array(side * side);
  const radius = width / 2;
  let x = 0;
  let y = 0;
  const lineTo = (toX, toY) => {
    const across = toX - x;
    const down = toY - y;
    const squared = across * across + down * down;
    const reach = radius + 1;
    const [left, right] = [Math.min(x, toX) - reach, Math.max(x, toX) + reach].map((edge) =>
      clamp(Math.floor(edge), 0, side),
    );
    const [top, bottom] = [Math.min(y, toY) - reach, Math.max(y, toY) + reach].map((edge) =>
      clamp(Math.floor(edge), 0, side),
    );
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1) {
        const pointX = column + 0.5 - x;
        const pointY = row + 0.5 - y;
        const share = squared ? clamp((pointX * across + pointY * down) / squared, 0, 1) : 0;
        const distance = Math.hypot(pointX - share * across, pointY - share * down);
        const value = Math.round(255 * clamp(radius + 0.5 - distance, 0, 1));
        if (value > ink[row * side + column]) ink[row * side + column] = value;
      }
    }
    [x, y] = [toX, toY];
  };
  trace(points, {
    moveTo: (toX, toY) => {
      [x, y] = [toX, toY];
    },
    lineTo,
    quadraticCurveTo(bendX, bendY, toX, toY) {
      const [fromX, fromY] = [x, y];
      const pieces = Math.ceil(Math.hypot(bendX - fromX, bendY - fromY) + Math.hypot(toX - bendX, toY - bendY));
      for (let piece = 1; piece <= pieces; piece += 1) {
        const t = piece / pieces;
        const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
        lineTo(a * fromX + b * bendX + c * toX, a * fromY + b * bendY + c * toY);
      }
    },
  });
  return ink;
}

export function together(inks, side) {
  const sum = new Uint8Array(side * side);
  for (const ink of inks)
    for (let index = 0; index < sum.length; index += 1) if (ink[index] > sum[index]) sum[index] = ink[index];
  return sum;
}

export const encode = (ink) => (ink.some(Boolean) ? btoa(String.fromCharCode(...ink)) : "");

export function decode(text, side) {
  const ink = new Uint8Array(side * side);
  ink.set(Array.from(atob(text), (letter) => letter.charCodeAt(0)).slice(0, ink.length));
  return ink;
}

/** Pixels as a picture that can be drawn at any size. */
export function pictureOf(ink, side) {
  const canvas = make("canvas", { width: side, height: side });
  const pen = penOf(canvas);
  const image = pen.createImageData(side, side);
  ink.forEach((value, index) => image.data.set([value, value, value, 255], 4 * index));
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** What has been done, and how much of it is not undone. What is on the pad follows the last fresh start. */
export function makeHistory() {
  let steps = [];
  let count = 0;
  return {
    add(step) {
      steps = [...steps.slice(0, count), step];
      count += 1;
    },
    /** Whether there was a step to take back. */
    undo() {
      if (!count) return false;
      count -= 1;
      return true;
    },
    redo() {
      if (count === steps.length) return false;
      count += 1;
      return true;
    },
    get undoable() {
      return count > 0;
    },
    get redoable() {
      return count < steps.length;
    },
    get shown() {
      const done = steps.slice(0, count);
      const start = done.findLastIndex(({ kind }) => kind !== "stroke");
      return done.slice(Math.max(start, 0)).filter(({ kind }) => kind !== "clear");
    },
  };
}
