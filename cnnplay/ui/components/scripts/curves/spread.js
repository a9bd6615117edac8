// Letters at the ends of curves.

const APART = 12; // px between two letters where curves end together

/**
 * Push places that come too near to each other apart, downwards, and up again from a floor.
 * @param {{ x: number, y: number }[]} ends sorted from top to bottom
 * @param {number} floor
 */
export function spread(ends, floor) {
  for (const [index, end] of ends.entries()) {
    for (const other of ends.slice(0, index)) {
      if (Math.abs(end.x - other.x) < APART + 2) end.y = Math.max(end.y, other.y + APART);
    }
  }
  let lowest = floor;
  for (const end of [...ends].reverse()) {
    if (end.y <= lowest) continue;
    end.y = lowest;
    lowest -= APART;
  }
}
