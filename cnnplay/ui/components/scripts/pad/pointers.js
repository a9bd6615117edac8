// Drawing with mouse, finger or stylus.

import { positionIn } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";

/** @import { Point } from "../shared/scale.js" */
/** @import { Paper } from "./paper.js" */
/** @import { Pen } from "./pen.js" */

/**
 * @param {Paper} paper
 * @param {Pen} pen
 * @param {(keyed: boolean) => void} setKeyed whether the keys are at work
 * @param {() => boolean} isKeyed
 * @param {AbortSignal} signal ends it
 */
export function listenToPointers(paper, pen, setKeyed, isKeyed, signal) {
  const { canvas } = paper;
  /** A pointer's place in paper units. @type {(event: PointerEvent) => Point} */
  const placeOf = (event) => {
    const unit = paper.side / canvas.getBoundingClientRect().width;
    const [x, y] = positionIn(canvas, event).map((place) => clamp(place * unit, -paper.side, 2 * paper.side));
    return [x, y];
  };
  canvas.onpointerdown = (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    if (pen.stroke?.by === "touch" && event.pointerType === "pen") pen.drop(); // that was the palm of the hand
    if (pen.keyed) pen.finish();
    if (pen.stroke) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true }); // after a touch nothing else does
    setKeyed(false);
    pen.lead(placeOf(event));
    pen.begin(event.pointerId, event.pointerType);
  };
  canvas.onpointermove = (event) => {
    paper.showRing(event.pointerType !== "touch");
    if (pen.stroke && pen.stroke.pointer !== event.pointerId) return;
    const events = pen.stroke ? (event.getCoalescedEvents?.() ?? []) : [];
    for (const one of events.length ? events : [event]) pen.lead(placeOf(one));
  };
  const release = (/** @type {PointerEvent} */ event) => {
    if (pen.stroke?.pointer !== event.pointerId) return;
    if (event.type === "pointerup") pen.lead(placeOf(event));
    pen.finish();
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = release;
  canvas.onpointerleave = () => paper.showRing(isKeyed());
  canvas.oncontextmenu = (event) => {
    if (pen.stroke) event.preventDefault();
  };
  // Elsewhere `touch-action` does; Safari on a phone would still magnify, select and zoom.
  canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false, signal });
}
