// What the visitor has changed, until Python has answered. The visitor's hand wins: an answer to something earlier never
// overwrites a newer edit.

import { nextNumber } from "../shared/numbering.js";

/**
 * A number that no other edit has, the value, and the number of the edit that the same movement of the hand began with:
 * Undo takes a movement back as one.
 * @typedef {[number: number, value: unknown, movement: number]} Edit
 */

const ONE_MOVEMENT = 1000; // ms between two keys on a field, within which they are one movement

/**
 * What Python says of a field: its value, and the number of the edit of it that was taken last.
 * @typedef {{ name: string, value: unknown, taken: number | null }} Answer
 */

export class Edits {
  /** @type {Map<string, Edit>} */
  made = new Map();
  last = "";

  /** @type {(name: string, value: unknown, isHeld?: boolean) => void} isHeld: the pointer has not been released */
  make(name, value, isHeld = false) {
    const number = nextNumber();
    const before = name === this.last ? this.made.get(name) : undefined;
    const goesOn = before && (isHeld || number - before[0] < ONE_MOVEMENT);
    this.made.set(name, [number, value, goesOn ? before[2] : number]);
    this.last = name;
  }

  /** The next edit begins a movement. */
  beginMovement() {
    this.last = "";
  }

  /**
   * What a field shows: the visitor's own value until it has been taken, then what Python says.
   * @param {Answer} answer
   */
  shown({ name, value, taken }) {
    const edit = this.made.get(name);
    return edit && edit[0] > (taken ?? -1) ? edit[1] : value;
  }

  /**
   * Whether Python has yet to take the edit of one of these fields.
   * @param {Answer[]} answers
   */
  areAwaited(answers) {
    return answers.some(({ name, taken }) => (this.made.get(name)?.[0] ?? -1) > (taken ?? -1));
  }

  /**
   * Take over what was changed under another session of the server and never taken there.
   * @param {Edits} before
   * @param {Answer[]} answers the last ones of that session
   */
  adopt(before, answers) {
    for (const { name, taken } of answers) {
      const edit = before.made.get(name);
      if (edit && edit[0] > (taken ?? -1)) this.made.set(name, edit);
    }
  }

  /** All of them: what is taken already does no harm, and an edit whose message was overtaken by the next is in it. */
  toJSON() {
    return Object.fromEntries(this.made);
  }
}

/**
 * The edits of the fields with that key. They outlive their component, which is made anew when the page around it
 * changes; a new session of the server begins with none.
 * @param {string} key
 * @param {string} session
 * @param {{ cnnplayEdits?: Map<string, Edits> }} [owner]
 */
export function editsOf(key, session, owner = /** @type {any} */ (globalThis)) {
  owner.cnnplayEdits ??= new Map();
  const all = owner.cnnplayEdits;
  const id = `${session} ${key}`;
  const found = all.get(id) ?? new Edits();
  all.set(id, found);
  return found;
}
