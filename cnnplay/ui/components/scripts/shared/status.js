// What a screen reader is told: where a visitor comes to rest, not every place on the way.

import { make } from "./dom.js";

const QUIET = 400; // ms without another text

export class Status {
  node = make("div", { class: "unseen", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {string} text */
  say(text) {
    this.hush();
    this.node.textContent = text;
  }

  /**
   * Once nothing else has been said for a while.
   * @param {() => string} text asked only then
   */
  sayAtRest(text) {
    this.hush();
    this.timer = setTimeout(() => this.say(text()), QUIET);
  }

  hush() {
    clearTimeout(this.timer);
  }
}
