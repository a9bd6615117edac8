// The drawings of the chosen class that were kept last, the newest first; a click deletes one.

import { paintPicture } from "../shared/bytes.js";
import { make, setAttributes } from "../shared/dom.js";
import { claim, hasModifier, targetOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";

/** @import { Picture } from "../shared/bytes.js" */

/** @typedef {{ number: number, label: number, held_out: boolean, image: Picture }} Thumbnail */

const MOST = 30;

/** What is read aloud of a drawing, and shown over it. @type {(one: { held_out: boolean }, place: number, count: number, of: string) => { label: string, title: string }} */
export function namesOf({ held_out }, place, count, of) {
  const label = `${of}, ${place + 1} of ${count}`;
  return held_out
    ? { label: `${label}, kept for the test. Enter deletes it`, title: "Kept for the test. Click to delete it." }
    : { label: `${label}. Enter deletes it`, title: "Click to delete it" };
}

export class Strip {
  node = make("div", { class: "strip", role: "group", "data-testid": "quick-pad-strip" });
  /** @type {Map<number, HTMLButtonElement>} */
  buttons = new Map();
  /** @type {WeakMap<HTMLButtonElement, string>} */
  painted = new WeakMap();
  current = 0; // the one that Tab leads to

  /**
   * @param {(number: number) => void} remove
   * @param {() => void} leave takes the focus where no drawing is left
   */
  constructor(remove, leave) {
    this.remove = remove;
    this.leave = leave;
    this.node.onclick = (event) => this.take(targetOf(event).closest("button"));
    this.node.addEventListener("focusin", (event) => {
      this.current = this.all.indexOf(/** @type {HTMLButtonElement} */ (targetOf(event)));
      this.mark();
    });
    this.node.onkeydown = (event) => this.key(event);
  }

  get all() {
    return /** @type {HTMLButtonElement[]} */ ([...this.node.children]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (hasModifier(event)) return;
    const { all } = this;
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (targetOf(event)));
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 };
    if (at < 0) return;
    if (event.key in to) all[clamp(to[event.key], 0, all.length - 1)].focus();
    else if (event.key === "Delete" || event.key === "Backspace") this.take(all[at]);
    else return;
    claim(event);
  }

  /** Delete the drawing of a button; the focus goes to the next one. @param {HTMLButtonElement | null} button */
  take(button) {
    if (!button) return;
    const { all } = this;
    const at = all.indexOf(button);
    const next = all[at + 1] ?? all[at - 1];
    if (next) next.focus({ preventScroll: true });
    else this.leave();
    this.remove(Number(button.dataset.number));
  }

  /** @type {(drawings: Thumbnail[], of: string) => void} of: the name of the class */
  show(drawings, of) {
    const shown = drawings.slice(0, MOST);
    this.node.setAttribute("aria-label", `The last drawings of ${of}, the newest first`);
    const numbers = new Set(shown.map(({ number }) => number));
    for (const [number, button] of this.buttons) {
      if (numbers.has(number)) continue;
      button.remove();
      this.buttons.delete(number);
    }
    for (const [place, one] of shown.entries()) {
      const button = this.buttons.get(one.number) ?? this.add(one.number);
      if (this.node.children[place] !== button) this.node.insertBefore(button, this.node.children[place] ?? null);
      this.paint(button, one.image);
      const { label, title } = namesOf(one, place, shown.length, of);
      button.classList.toggle("held-out", one.held_out);
      setAttributes(button, { "aria-label": label, title });
    }
    this.node.dataset.shown = String(shown.length);
    this.current = clamp(this.current, 0, Math.max(0, shown.length - 1));
    this.mark();
  }

  /** @param {number} number */
  add(number) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const button = make("button", { type: "button", "data-number": number }, canvas);
    this.buttons.set(number, button);
    return button;
  }

  /** @type {(button: HTMLButtonElement, image: Picture) => void} */
  paint(button, { pixels, shape }) {
    if (this.painted.get(button) === pixels) return;
    this.painted.set(button, pixels);
    paintPicture(/** @type {HTMLCanvasElement} */ (button.firstChild), atob(pixels), shape);
  }

  mark() {
    for (const [place, button] of this.all.entries()) button.tabIndex = place === this.current ? 0 : -1;
  }
}
