// What is drawn at most once a frame, and what moves from frame to frame.

import { clamp } from "./scale.js";

const LONGEST_STEP = 100; // ms: a page that was hidden goes on where it was

/**
 * A function that asks for a drawing in the next frame, however often it is called before.
 * @param {(now: number) => void} draw
 */
export function oncePerFrame(draw) {
  let frame = 0;
  const ask = () => {
    frame ||= requestAnimationFrame((now) => {
      frame = 0;
      draw(now);
    });
  };
  const cancel = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  return Object.assign(ask, { cancel, isWaiting: () => frame !== 0 });
}

/**
 * A function that sets something in motion, or lets it go on.
 * @param {(elapsed: number) => boolean} advance by so many milliseconds, 0 in the first frame; whether there is more
 */
export function makeMotion(advance) {
  /** @type {number | null} */
  let before = null;
  const start = oncePerFrame((now) => {
    const elapsed = before === null ? 0 : clamp(now - before, 0, LONGEST_STEP);
    before = now;
    if (advance(elapsed)) start();
    else before = null;
  });
  const cancel = () => {
    start.cancel();
    before = null;
  };
  return Object.assign(() => start(), { cancel });
}
