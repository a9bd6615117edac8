// The bar of the zoom: the steps that led here, each a button, or the maps of a volume to leaf through.

import { make, setText } from "../shared/dom.js";
import { sizesOf } from "./numbers.js";
import { crumbText, mapOf } from "./words.js";

/** @import { Layer } from "./numbers.js" */
/** @import { Step } from "./steps.js" */

/**
 * @typedef {object} Actions
 * @property {() => void} back
 * @property {(depth: number) => void} returnTo a step of the way; -1 is the network
 * @property {(by: number) => void} turn so many maps on
 */

export class Trail {
  back = make("button", { type: "button", class: "back", "data-testid": "zoom-back" }, "← Back");
  crumbs = make("div", { class: "crumbs", role: "group", "aria-label": "The way here" });
  before = make("button", { type: "button", "aria-label": "The map before" }, "‹");
  next = make("button", { type: "button", "aria-label": "The next map" }, "›");
  which = make("span");
  turner = make(
    "div",
    { class: "turner", role: "group", "aria-label": "The map in front" },
    this.before,
    this.which,
    this.next,
  );
  node = make("div", { class: "trail" }, this.back, this.crumbs, this.turner);

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.back.onclick = () => actions.back();
    this.before.onclick = () => actions.turn(-1);
    this.next.onclick = () => actions.turn(1);
  }

  /**
   * @param {Step[]} steps
   * @param {Layer | undefined} layer whose maps can be leafed through while there are no steps
   * @param {number} map in front of it
   * @param {boolean} mixed whether all channels of a colour picture are
   */
  show(steps, layer, map, mixed) {
    this.back.hidden = this.crumbs.hidden = !steps.length;
    this.turner.hidden = steps.length > 0 || !layer || layer.shape.length === 1 || sizesOf(layer)[2] === 1;
    if (layer) setText(this.which, `${layer.name}: ${mixed ? "in colour" : mapOf(layer, map)}`);
    const names = ["Network", ...steps.map((step) => crumbText(step.layer, step.index))];
    this.crumbs.replaceChildren(...names.map((name, place) => this.crumb(name, place - 1, steps.length - 1)));
    this.crumbs.scrollLeft = this.crumbs.scrollWidth;
  }

  /** @type {(name: string, depth: number, here: number) => HTMLButtonElement} */
  crumb(name, depth, here) {
    const button = make("button", { type: "button", ...(depth === here && { "aria-current": "step" }) }, name);
    button.onclick = () => this.actions.returnTo(depth);
    return button;
  }
}
