// What mouse, fingers and keys do on a panel: drag to zoom, pinch, Ctrl and the wheel, a cursor that follows.

import { claim, hasModifier, positionIn } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";

/** @import { Plot } from "./plot.js" */
/** @import { Range } from "./zoom.js" */

/**
 * @typedef {object} Actions
 * @property {(range: Range | null) => void} zoomTo
 * @property {(factor: number, centre?: number) => void} zoomBy
 * @property {(x: number | null, pointerY?: number | null) => void} point brings the cursor to a place; null: nowhere
 * @property {(by: number) => void} step moves it from reading to reading
 */

/**
 * A finger that is down: its pixel, and the x that it holds while two of them pinch.
 * @typedef {{ pixel: number, x: number }} Finger
 */

const MOVED = 6; // px: less is a click
const FINGERS = 16; // px: fingers nearer than this do not zoom
const KEY_ZOOM = 0.6;
const STRIDE = 10; // readings that an arrow key leads on with Shift
const WHEEL = { most: 100, unit: 300 }; // of a turn: what counts, and what zooms by a factor of e

/**
 * The range in which both fingers keep the x that they hold; none where they are too near to each other.
 * @type {(one: Finger, other: Finger, width: number) => Range | null}
 */
export function pinched(one, other, width) {
  if (Math.abs(one.pixel - other.pixel) < FINGERS) return null;
  const perPixel = Math.abs((other.x - one.x) / (other.pixel - one.pixel));
  const low = (one.x + other.x) / 2 - ((one.pixel + other.pixel) / 2) * perPixel;
  return [low, low + perPixel * width];
}

/** The pointers that are down on a panel, and what they do together. */
class Gesture {
  /** @type {Map<number, Finger>} */
  down = new Map();
  /** @type {{ from: number, moved: boolean } | null} */
  drag = null; // of a single pointer
  pinching = false;

  /**
   * @param {Plot} plot
   * @param {Actions} actions
   */
  constructor(plot, actions) {
    this.plot = plot;
    this.actions = actions;
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    const [pixel] = positionIn(this.plot.area, event);
    this.down.set(event.pointerId, { pixel, x: this.plot.toX(pixel) });
    this.pinching = this.down.size === 2;
    if (this.pinching) for (const finger of this.down.values()) finger.x = this.plot.toX(finger.pixel);
    this.drag = this.pinching ? null : { from: pixel, moved: false };
    if (event.pointerType === "mouse") this.plot.host.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { plot, actions, drag } = this;
    const [x, y] = positionIn(plot.area, event);
    const finger = this.down.get(event.pointerId);
    if (finger) finger.pixel = x;
    if (this.pinching) return this.pinch();
    const mouse = event.pointerType === "mouse";
    if (drag) drag.moved ||= Math.abs(x - drag.from) > MOVED;
    if (mouse && drag?.moved) {
      plot.select(...this.stretch(drag.from, x));
      actions.point(null);
    } else if (mouse || drag) actions.point(plot.toX(x), mouse ? y : null);
  }

  pinch() {
    const [one, other] = this.down.values();
    const range = one && other && pinched(one, other, this.plot.area.clientWidth);
    if (range) this.actions.zoomTo(range);
  }

  /** Two pixels of the plotting area, the lower one first. @type {(from: number, to: number) => Range} */
  stretch(from, to) {
    const ends = [from, to].map((pixel) => clamp(pixel, 0, this.plot.area.clientWidth));
    return [Math.min(...ends), Math.max(...ends)];
  }

  /** @param {PointerEvent} event */
  lift(event) {
    const { plot, actions, drag } = this;
    const [x, y] = positionIn(plot.area, event);
    const mouse = event.pointerType === "mouse";
    if (mouse && drag?.moved) {
      const [low, high] = this.stretch(drag.from, x);
      actions.zoomTo([plot.toX(low), plot.toX(high)]);
    } else if (drag) actions.point(plot.toX(x), mouse ? y : null);
    this.release(event);
  }

  /** @param {PointerEvent} event */
  release(event) {
    this.down.delete(event.pointerId);
    this.drag = null;
    this.pinching = false;
    this.plot.select(0, 0);
  }
}

/** What a key does. @type {Record<string, (actions: Actions, stride: number) => void>} */
const KEYS = {
  ArrowLeft: ({ step }, stride) => step(-stride),
  ArrowRight: ({ step }, stride) => step(stride),
  Home: ({ step }) => step(Number.NEGATIVE_INFINITY),
  End: ({ step }) => step(Number.POSITIVE_INFINITY),
  Escape: ({ point }) => point(null),
  "+": ({ zoomBy }) => zoomBy(KEY_ZOOM),
  "=": ({ zoomBy }) => zoomBy(KEY_ZOOM),
  "-": ({ zoomBy }) => zoomBy(1 / KEY_ZOOM),
  _: ({ zoomBy }) => zoomBy(1 / KEY_ZOOM),
  0: ({ zoomTo }) => zoomTo(null),
};

/** @type {(plot: Plot, actions: Actions) => void} */
export function listenToPlot(plot, actions) {
  const { host } = plot;
  const gesture = new Gesture(plot, actions);
  host.onpointerdown = (event) => gesture.press(event);
  host.onpointermove = (event) => gesture.move(event);
  host.onpointerup = (event) => gesture.lift(event);
  host.onpointercancel = (event) => gesture.release(event);
  host.onpointerleave = (event) => event.pointerType === "mouse" && !gesture.drag && actions.point(null);
  host.ondblclick = () => actions.zoomTo(null);
  const turn = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey) return; // a plain wheel scrolls the page
    event.preventDefault();
    const factor = Math.exp(clamp(event.deltaY, -WHEEL.most, WHEEL.most) / WHEEL.unit);
    actions.zoomBy(factor, plot.toX(positionIn(plot.area, event)[0]));
  };
  host.addEventListener("wheel", turn, { passive: false });
  host.onkeydown = (event) => {
    const act = KEYS[event.key];
    if (!act || hasModifier(event)) return;
    claim(event);
    act(actions, event.shiftKey ? STRIDE : 1);
  };
}
