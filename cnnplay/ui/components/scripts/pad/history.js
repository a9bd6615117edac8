// What has been done on the pad, and how much of it is not undone.

/** @import { Ink, Line } from "./ink.js" */

/** @typedef {{ kind: "stroke", line: Line, ink: Ink }} StrokeStep */
/** @typedef {{ kind: "pixels", picture: HTMLCanvasElement, ink: Ink }} PixelsStep loaded in place of what was there */
/** @typedef {{ kind: "clear" }} ClearStep */
/** @typedef {StrokeStep | PixelsStep | ClearStep} Step */

export class History {
  /** @type {Step[]} */
  steps = [];
  done = 0; // the rest has been undone

  get undoable() {
    return this.done > 0;
  }

  get redoable() {
    return this.done < this.steps.length;
  }

  /** What is on the pad: what followed the last fresh start. */
  get shown() {
    const done = this.steps.slice(0, this.done);
    const start = done.findLastIndex(({ kind }) => kind !== "stroke");
    return done.slice(Math.max(start, 0)).filter((step) => step.kind !== "clear");
  }

  /** @param {Step} step */
  add(step) {
    this.steps = [...this.steps.slice(0, this.done), step];
    this.done += 1;
  }

  /** Whether there was a step to take back. */
  undo() {
    const undoable = this.undoable;
    if (undoable) this.done -= 1;
    return undoable;
  }

  /** Whether there was a step to do again. */
  redo() {
    const redoable = this.redoable;
    if (redoable) this.done += 1;
    return redoable;
  }
}
