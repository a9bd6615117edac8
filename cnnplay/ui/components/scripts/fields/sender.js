// One message at a time: while a script runs, edits wait for its end, so that a drag does not interrupt every answer.

const PATIENCE = 1000; // ms after which a message goes out although the script still runs

/**
 * @typedef {object} Script the script on the server, as the page knows it
 * @property {() => boolean} isRunning
 * @property {(changed: () => void) => () => void} watch calls back when that may have changed; returns what ends it
 */

export class Sender {
  waits = false; // something is to be sent
  unanswered = false;
  sentAt = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /**
   * @param {() => void} send
   * @param {Script} script
   * @param {() => number} [clock] milliseconds
   */
  constructor(send, script, clock = () => performance.now()) {
    this.transmit = send;
    this.script = script;
    this.clock = clock;
    this.unwatch = script.watch(() => this.scriptChanged());
  }

  /** There is something to send. */
  request() {
    this.waits = true;
    this.pump();
  }

  /** Send what waits at once: the visitor does something else, which may take the fields off the page. */
  flush() {
    if (this.waits) this.send();
  }

  pump() {
    if (!this.waits) return;
    const left = this.sentAt + PATIENCE - this.clock();
    if (left > 0 && (this.unanswered || this.script.isRunning())) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.pump(), left);
    } else this.send();
  }

  send() {
    clearTimeout(this.timer);
    this.waits = false;
    this.unanswered = true;
    this.sentAt = this.clock();
    this.transmit();
  }

  scriptChanged() {
    if (this.script.isRunning()) return;
    this.unanswered = false;
    this.pump();
  }

  destroy() {
    this.flush();
    clearTimeout(this.timer);
    this.unwatch();
  }
}

const STATE = "data-test-script-state";

/**
 * The script of this page: Streamlit writes its state on the element around the app.
 * @returns {Script}
 */
export function scriptOfPage() {
  const app = document.querySelector(`[${STATE}]`);
  return {
    isRunning: () => app !== null && app.getAttribute(STATE) !== "notRunning",
    watch(changed) {
      const observer = new MutationObserver(changed);
      if (app) observer.observe(app, { attributes: true, attributeFilter: [STATE] });
      return () => observer.disconnect();
    },
  };
}
