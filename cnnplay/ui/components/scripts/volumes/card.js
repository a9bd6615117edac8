// The card with a layer's numbers.

import { make } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";

/** @import { Layer } from "./layout.js" */

const BESIDE = 10; // px

export class Card {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
  }

  /** @param {Layer | undefined} layer none: it says what one can do */
  show(layer) {
    this.node.className = layer ? `card kind-${layer.kind}` : "card empty";
    if (layer) {
      const lines = [...layer.lines, layer.problem ?? ""].filter(Boolean).map((line) => make("span", {}, line));
      this.node.replaceChildren(make("strong", {}, layer.title), ...lines);
    } else this.node.replaceChildren(make("span", {}, "Tap a layer to read its numbers."));
  }

  /**
   * Beside the layer, on the side with room; on a phone the style sheet puts it underneath.
   * @type {(frame: DOMRect, layer: DOMRect) => void}
   */
  place(frame, layer) {
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const room = frame.width - width;
    const after = layer.right - frame.left + BESIDE;
    const before = layer.left - frame.left - width - BESIDE;
    const left = after <= room ? after : before >= 0 ? before : room - after > before ? after : before;
    const top = (layer.top + layer.bottom) / 2 - frame.top - height / 2;
    this.node.style.left = `${Math.max(0, Math.min(room, left))}px`;
    this.node.style.top = `${clamp(top, 0, frame.height - height)}px`;
  }
}
