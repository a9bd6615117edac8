// The time after a stroke in which another one still belongs to the same drawing.

/** @typedef {{ setTimeout: (act: () => void, wait: number) => any, clearTimeout: (timer: any) => void }} Clock */

export class Countdown {
  /** @type {any} */
  timer = null;

  /**
   * @param {number} wait milliseconds
   * @param {() => void} done called once that long has passed without a new start
   * @param {(running: boolean) => void} [changed]
   * @param {Clock} [clock]
   */
  constructor(wait, done, changed = () => {}, clock = globalThis) {
    this.wait = wait;
    this.done = done;
    this.changed = changed;
    this.clock = clock;
  }

  get isRunning() {
    return this.timer !== null;
  }

  /** From the beginning, whether it runs or not. */
  start() {
    this.stop();
    const { clock } = this;
    this.timer = clock.setTimeout(() => {
      this.stop();
      this.done();
    }, this.wait);
    this.changed(true);
  }

  stop() {
    if (!this.isRunning) return;
    const { clock, timer } = this;
    clock.clearTimeout(timer);
    this.timer = null;
    this.changed(false);
  }
}
