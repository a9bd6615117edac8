// What mouse, fingers and keys do on a panel: drag to zoom, pinch, Ctrl and the wheel, a cursor that follows.

import { claim, hasModifier, positionIn } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";

/** @typedef {ReturnType<typeof import("./plot.js").makePlot>} Plot */

/**
 * @typedef {object} Actions
 * @property {(range: [number, number] | null) => void} zoomTo
 * @property {(factor: number, centre?: number) => void} zoomBy
 * @property {(x: number | null, plot: Plot | null, pointerY?: number | null) => void} point
 * @property {(by: number, plot: Plot) => void} step moves the cursor from reading to reading
 */

const MOVED = 6; // px: less is a click
const FINGERS = 16; // px: fingers nearer than this do not zoom
const KEY_ZOOM = 0.6;

/**
 * @param {Plot} plot
 * @param {Actions} actions
 */
export function listenToPlot(plot, { zoomTo, zoomBy, point, step }) {
  const { host } = plot;
  /** @type {Map<number, number>} */
  const pointers = new Map(); // those that are down, each with its pixel
  /** @type {{ from: number, moved: boolean } | null} */
  let drag = null;
  /** @type {[number, number][] | null} */
  let pinched = null; // two pointers, each with the x that it came down on

  /** @param {MouseEvent} event */
  const placeOf = (event) => positionIn(plot.area, event);
  /** @param {number} pixel */
  const within = (pixel) => clamp(pixel, 0, plot.area.clientWidth);

  /** Both fingers keep the x that they came down on. @param {[number, number][]} pair */
  const pinch = ([[idA, a], [idB, b]]) => {
    const [pixelA, pixelB] = [pointers.get(idA), pointers.get(idB)];
    if (pixelA === undefined || pixelB === undefined || Math.abs(pixelA - pixelB) < FINGERS) return;
    const perPixel = Math.abs((b - a) / (pixelB - pixelA));
    const low = (a + b) / 2 - ((pixelA + pixelB) / 2) * perPixel;
    zoomTo([low, low + perPixel * plot.area.clientWidth]);
  };
  /** @param {PointerEvent} event */
  const release = (event) => {
    pointers.delete(event.pointerId);
    drag = pinched = null;
    plot.select(0, 0);
  };

  host.onpointerdown = (event) => {
    if (event.button !== 0) return;
    const [x] = placeOf(event);
    pointers.set(event.pointerId, x);
    if (pointers.size === 2) {
      pinched = [...pointers].map(([id, pixel]) => [id, plot.toX(pixel)]);
      drag = null;
    } else drag = { from: x, moved: false };
    if (event.pointerType === "mouse") host.setPointerCapture(event.pointerId);
  };
  host.onpointermove = (event) => {
    const [x, y] = placeOf(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, x);
    if (pinched) return pinch(pinched);
    const mouse = event.pointerType === "mouse";
    if (drag) drag.moved ||= Math.abs(x - drag.from) > MOVED;
    if (mouse && drag?.moved) {
      plot.select(within(drag.from), within(x));
      point(null, null);
    } else if (mouse || drag) point(plot.toX(x), plot, mouse ? y : null);
  };
  host.onpointerup = (event) => {
    const [x, y] = placeOf(event);
    const mouse = event.pointerType === "mouse";
    if (mouse && drag?.moved) {
      const [low, high] = [within(drag.from), within(x)].sort((one, other) => one - other);
      zoomTo([plot.toX(low), plot.toX(high)]);
    } else if (drag) point(plot.toX(x), plot, mouse ? y : null);
    release(event);
  };
  host.onpointercancel = release;
  host.onpointerleave = (event) => event.pointerType === "mouse" && !drag && point(null, null);
  host.ondblclick = () => zoomTo(null);
  host.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // a plain wheel scrolls the page
      event.preventDefault();
      zoomBy(Math.exp(clamp(event.deltaY, -100, 100) / 300), plot.toX(placeOf(event)[0]));
    },
    { passive: false },
  );

  const stride = (/** @type {KeyboardEvent} */ event) => (event.shiftKey ? 10 : 1);
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const keys = {
    ArrowLeft: (event) => step(-stride(event), plot),
    ArrowRight: (event) => step(stride(event), plot),
    Home: () => step(Number.NEGATIVE_INFINITY, plot),
    End: () => step(Number.POSITIVE_INFINITY, plot),
    Escape: () => point(null, null),
    "+": () => zoomBy(KEY_ZOOM),
    "=": () => zoomBy(KEY_ZOOM),
    "-": () => zoomBy(1 / KEY_ZOOM),
    _: () => zoomBy(1 / KEY_ZOOM),
    0: () => zoomTo(null),
  };
  host.onkeydown = (event) => {
    const act = keys[event.key];
    if (!act || hasModifier(event)) return;
    claim(event);
    act(event);
  };
}
