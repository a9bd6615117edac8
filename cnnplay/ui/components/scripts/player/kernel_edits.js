// Edits of the kernel that Python has not answered yet. An answer to an edit that another has followed is out of date
// already: what was typed stays.

/** @import { Plane } from "../shared/pixels.js" */

/** Python may round. @type {(one: Plane[], other: Plane[]) => boolean} */
function alike(one, other) {
  const [weights, others] = [one.flat(2), other.flat(2)];
  return weights.length === others.length && weights.every((weight, index) => Math.abs(weight - others[index]) < 1e-4);
}

export class KernelEdits {
  /** @type {Plane[][]} */
  waiting = [];

  /** @param {Plane[]} kernel as it has been sent */
  add(kernel) {
    this.waiting.push(kernel);
  }

  /** Whether a kernel that has come is to be shown. @param {Plane[]} kernel */
  receive(kernel) {
    const answered = this.waiting.findIndex((one) => alike(one, kernel));
    const outdated = answered >= 0 && answered < this.waiting.length - 1;
    this.waiting = outdated ? this.waiting.slice(answered + 1) : [];
    return !outdated;
  }
}
