// How far the picture has come: from step to step, from the network alone to the network above a step, and in showing
// one product after another.

import { prefersReducedMotion } from "../shared/dom.js";
import { makeMotion } from "../shared/motion.js";
import { clamp } from "../shared/scale.js";

const DURATION = 420; // ms from step to step
const REVEAL = { each: 130, most: 1600 }; // ms for a product, and for all of a step
const ALL = Number.POSITIVE_INFINITY;

/**
 * @typedef {object} Traveller
 * @property {() => number} depth how many steps there are, the one that is left included
 * @property {() => number} products how many the last step shows
 * @property {() => void} left the last step has gone
 * @property {() => void} paint
 */

export class Travel {
  arrived = 1; // of the way from the step before to the last one
  opened = 0; // of the way from the network alone to the network above a step
  revealed = ALL; // products that are shown
  leaving = false; // whether it goes back from the last step
  move = makeMotion((elapsed) => this.advance(elapsed));

  /** @param {Traveller} traveller */
  constructor(traveller) {
    this.traveller = traveller;
  }

  /** Whether there are steps, but for one that is left. */
  get open() {
    return this.traveller.depth() > Number(this.leaving);
  }

  /** To a step that is new. */
  setOut() {
    [this.arrived, this.revealed, this.leaving] = [0, 0, false];
    this.start();
  }

  /** Back from the last step. */
  goBack() {
    this.leaving = true;
    this.start();
  }

  /** Where it would come to, at once. */
  arrive() {
    [this.arrived, this.opened, this.revealed] = [1, Number(this.open), ALL];
  }

  start() {
    if (prefersReducedMotion()) {
      this.arrive();
      if (this.leaving) this.arrived = 0;
    }
    this.move();
  }

  /** @param {number} elapsed milliseconds */
  advance(elapsed) {
    const share = elapsed / DURATION;
    this.opened = clamp(this.opened + (this.open ? share : -share), 0, 1);
    this.arrived = clamp(this.arrived + (this.leaving ? -share : share), 0, 1);
    if (this.leaving && this.arrived === 0) {
      [this.leaving, this.arrived, this.revealed] = [false, 1, ALL];
      this.traveller.left();
    }
    const travelling = this.leaving || this.arrived < 1 || this.opened !== Number(this.open);
    const more = travelling || this.reveal(elapsed);
    this.traveller.paint();
    return more;
  }

  /** Some more products; whether there are more. @param {number} elapsed */
  reveal(elapsed) {
    const count = this.traveller.products();
    this.revealed += elapsed / Math.min(REVEAL.each, REVEAL.most / count);
    if (this.revealed < count) return true;
    this.revealed = ALL;
    return false;
  }
}
