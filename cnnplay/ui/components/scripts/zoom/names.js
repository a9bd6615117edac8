// Which layers are named while the network is small: names never overlap, and those on the way come first.

/** @import { Item } from "../volumes/layout.js" */

const SIZE = 11 / 12; // of a name in the small network, of its size in the large one
const APART = 8; // px

/**
 * @type {(items: Pick<Item, "x" | "chip" | "nameWidth" | "layer">[], factor: number, way: string[]) => Set<string>}
 * factor: of the full size. way: the layers that must be named, the most important one first
 */
export function namesThatFit(items, factor, way) {
  const rank = (/** @type {string} */ name) => (way.includes(name) ? way.indexOf(name) : way.length);
  const boxes = items.filter(({ chip }) => !chip);
  boxes.sort((one, other) => rank(one.layer.name) - rank(other.layer.name));
  /** @type {[number, number][]} */
  const taken = [];
  /** @type {Set<string>} */
  const named = new Set();
  for (const { x, nameWidth, layer } of boxes) {
    const half = (nameWidth * SIZE + APART) / 2;
    const [left, right] = [x * factor - half, x * factor + half];
    if (taken.some(([from, to]) => left < to && right > from)) continue;
    taken.push([left, right]);
    named.add(layer.name);
  }
  return named;
}
