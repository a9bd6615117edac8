// What the visitor has done on the pad and Python has not answered yet. Drawings may come faster than scripts run, and a
// message may be overtaken by the next: so what is not answered is sent again. One message at a time: what the next one
// says would otherwise take the place of what the one before said.

import { nextNumber } from "../shared/numbering.js";

/** @typedef {{ id: number, label: number, drawing: string }} Kept a drawing, as the pad encodes it */
/** @typedef {{ number: number, label: number }} Known a drawing that Python has */
/** @typedef {"removed" | "undo"} Way by which a drawing goes */
/** @typedef {{ event: "kept" | "chosen" | Way, value: string | number }} Message */

/**
 * What Python says at every rerun.
 * @typedef {object} Answer
 * @property {number} taken the highest id that it has taken
 * @property {number} chosen the label that it shows
 * @property {Known[]} kept the last drawings of that label, the oldest first
 */

const MOST = 40; // drawings in a message; quick_pad.py refuses more than 64
const TRIES = 10; // without an answer: then the next drawing begins anew
const FEW_TRIES = 3; // for a choice or a removal: then what Python says is shown again

/** @type {(what: { tries: number, due: boolean }, message: Message) => Message} */
function tried(what, message) {
  what.tries += 1;
  what.due = false;
  return message;
}

export class Outbox {
  /** @type {Kept[]} */
  waiting = []; // the oldest first
  /** @type {{ way: Way, number: number, tries: number, due: boolean }[]} */
  removals = [];
  /** @type {{ label: number, tries: number, due: boolean } | null} */
  choice = null;
  /** @type {Known[]} */
  made = []; // here, the last one last: what Undo takes back
  sent = 0; // the highest id that a message has carried
  tries = 0;
  due = false; // whether drawings are to be sent

  /** @type {(label: number, drawing: string) => Kept} */
  keep(label, drawing) {
    const kept = { id: nextNumber(), label, drawing };
    this.waiting.push(kept);
    this.made.push({ number: kept.id, label });
    this.tries = 0;
    this.due = true;
    return kept;
  }

  /** @param {number} label */
  choose(label) {
    this.choice = { label, tries: 0, due: true };
  }

  /** The label that is chosen: the visitor's own until Python shows it. @param {number} answered */
  chosen(answered) {
    return this.choice?.label ?? answered;
  }

  /** One that has never been sent is simply dropped; of another, Python is told once it has it. @type {(number: number, way?: Way) => void} */
  remove(number, way = "removed") {
    this.made = this.made.filter((one) => one.number !== number);
    if (this.isRemoved(number)) return;
    if (number > this.sent && this.waiting.some(({ id }) => id === number))
      this.waiting = this.waiting.filter(({ id }) => id !== number);
    else this.removals.push({ way, number, tries: 0, due: true });
  }

  /** @param {number} number */
  isRemoved(number) {
    return this.removals.some((one) => one.number === number);
  }

  /** The drawing that was kept last: of those made here, else of those that Python shows. @param {Known[]} kept */
  lastOf(kept) {
    const last = this.made[this.made.length - 1];
    if (last) return last.number;
    return kept.findLast(({ number }) => !this.isRemoved(number))?.number ?? null;
  }

  /** How many drawings of each label there are. @type {(counts: number[], kept: Known[]) => number[]} */
  counts(counts, kept) {
    const here = this.waiting.filter(({ id }) => !this.isRemoved(id));
    const gone = kept.filter(({ number }) => this.isRemoved(number));
    return counts.map((count, label) => {
      const of = (/** @type {{ label: number }[]} */ some) => some.filter((one) => one.label === label).length;
      return Math.max(0, count + of(here) - of(gone));
    });
  }

  /**
   * What to send next, if anything.
   * @returns {Message | null}
   */
  next() {
    if (this.due && this.waiting.length) {
      const batch = this.waiting.slice(0, MOST);
      this.due = false;
      this.sent = Math.max(this.sent, batch[batch.length - 1].id);
      return { event: "kept", value: JSON.stringify(batch) };
    }
    if (this.choice?.due) return tried(this.choice, { event: "chosen", value: this.choice.label });
    const { removal } = this;
    return removal?.due ? tried(removal, { event: removal.way, value: removal.number }) : null;
  }

  /** The next one that Python can be told of, because it has the drawing. */
  get removal() {
    return this.removals.find(({ number }) => !this.waiting.some(({ id }) => id === number));
  }

  /** How many drawings and removals Python has not answered: a page that is left now would lose them. */
  get unanswered() {
    return this.waiting.length + this.removals.length;
  }

  /** Whether something is to be sent. */
  get isDue() {
    return (this.due && this.waiting.length > 0) || Boolean(this.choice?.due || this.removal?.due);
  }

  /** A script has run. What it did not answer is to be sent again. @param {Answer} answer */
  answer({ taken, chosen, kept }) {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter(({ id }) => id > taken);
    this.tries = this.waiting.length < before ? 0 : this.tries + 1;
    this.due = this.waiting.length > 0 && this.tries <= TRIES;
    if (this.choice && !this.choice.due) {
      if (chosen === this.choice.label || this.choice.tries >= FEW_TRIES) this.choice = null;
      else this.choice.due = true;
    }
    this.removals = this.removals.filter(({ number, tries, due }) => {
      const there = kept.some((one) => one.number === number);
      return tries === 0 || due || (there && tries < FEW_TRIES);
    });
    for (const removal of this.removals) removal.due = true;
  }
}

/**
 * The outbox of the pad with that key. It outlives its component, which is made anew when the page around it changes.
 * @param {string} key
 * @param {{ cnnplayOutboxes?: Map<string, Outbox> }} [owner]
 */
export function outboxOf(key, owner = /** @type {any} */ (globalThis)) {
  owner.cnnplayOutboxes ??= new Map();
  const found = owner.cnnplayOutboxes.get(key) ?? new Outbox();
  owner.cnnplayOutboxes.set(key, found);
  return found;
}
