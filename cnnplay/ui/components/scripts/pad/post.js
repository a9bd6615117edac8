// When a drawing is sent while its stroke is still being drawn: one at a time, the next when the last has been answered.

const LONGEST_WAIT = 1000; // ms without an answer after which a drawing is sent all the same

export class Post {
  awaited = Number.NEGATIVE_INFINITY; // when the drawing was sent whose answer has not come yet
  points = 0; // of the stroke at hand, when it was sent last

  /**
   * Whether a stroke of so many points should be sent now. A tap waits for its end.
   * @param {number} points 0 where no stroke is at hand
   * @param {number} now milliseconds
   */
  isDue(points, now) {
    if (points < this.points) this.points = 0; // another stroke
    return points > 1 && points !== this.points && now - this.awaited >= LONGEST_WAIT;
  }

  /** @type {(points: number, now: number) => void} */
  sent(points, now) {
    this.points = points;
    this.awaited = now;
  }

  answered() {
    this.awaited = Number.NEGATIVE_INFINITY;
  }
}
