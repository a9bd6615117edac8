// A layer of the drawing: a <g> whose origin is the middle of its front face. Every one holds the same parts, empty
// where a layer has no use for them: so a redraw only changes geometry, and the style sheet can animate it.

import { make, setAttributes } from "../shared/dom.js";
import { sizeText } from "../shared/format.js";
import { CHIP } from "./layout.js";
import { bodyPaths, framePaths, windowPaths, wirePaths } from "./paths.js";

/** @import { Item, Plan } from "./layout.js" */
/** @import { Part, Paths } from "./paths.js" */

/** Those below the picture, in their order. @type {Part[]} */
const BELOW = ["target", "ring", "leader", "wire", "top", "side", "front"];
/** @type {Part[]} */
const ABOVE = ["frame", "slices", "gap", "edges", "cone", "window"];
const PNG = "data:image/png;base64,";
const TINY = 8; // px

/** @type {(node: SVGElement, d: string) => void} */
export function setPath(node, d) {
  node.setAttribute("d", d); // for browsers that know `d` only as an attribute
  node.style.setProperty("d", d ? `path("${d}")` : "none"); // as a style it can be animated
}

/** @type {(node: SVGElement, text: string, left: number, top: number) => void} */
function write(node, text, left, top) {
  node.textContent = text;
  node.style.transform = `translate(${left}px, ${top}px)`;
}

/** @param {Part[]} parts */
const makePaths = (parts) => parts.map((part) => ({ part, node: make("path", { class: part }) }));

export class Box {
  below = makePaths(BELOW);
  picture = make("image", { class: "picture", preserveAspectRatio: "none" });
  above = makePaths(ABOVE);
  operation = make("text", { class: "operation" });
  under = make("text", { class: "operation" });
  name = make("text", { class: "name" });
  shape = make("text", { class: "shape" });
  group = make(
    "g",
    { role: "img" },
    ...this.below.map(({ node }) => node),
    this.picture,
    ...this.above.map(({ node }) => node),
    this.operation,
    this.under,
    this.name,
    this.shape,
  );
  source = ""; // the name of the box that its window slides over

  /** Where its front face is on the screen. */
  get face() {
    return this.below[BELOW.indexOf("front")].node.getBoundingClientRect();
  }

  /** Where it is on the screen. */
  get bounds() {
    return this.below[BELOW.indexOf("ring")].node.getBoundingClientRect();
  }

  /**
   * @param {Item} item
   * @param {Item | undefined} previous
   * @param {Item | undefined} source
   * @param {Plan} plan
   */
  draw(item, previous, source, { scale, below }) {
    const { layer, x } = item;
    this.source = source?.layer.name ?? "";
    this.group.setAttribute("class", `layer kind-${layer.kind}${layer.problem ? " misfit" : ""}`);
    this.group.setAttribute(
      "aria-label",
      [layer.title, ...layer.lines, layer.problem ?? ""].filter(Boolean).join(". "),
    );
    Object.assign(this.group.dataset, { layer: layer.name, shape: layer.shape.join(","), source: this.source });
    this.group.style.transform = `translate(${x}px, 0px)`;
    /** @type {Paths} */
    const paths = {
      ...bodyPaths(item),
      ...windowPaths(item, source, scale),
      ...framePaths(item, below),
      ...wirePaths(item, previous),
    };
    for (const { part, node } of [...this.below, ...this.above]) setPath(node, paths[part] ?? "");
    this.drawPicture(item);
    this.write(item, below);
  }

  /** @param {Item} item */
  drawPicture({ layer, chip, width, height }) {
    const picture = !chip && layer.picture?.startsWith(PNG) ? layer.picture : "";
    setAttributes(this.picture, { href: picture, x: -width / 2, y: -height / 2, width, height });
    this.group.classList.toggle("pictured", picture !== "");
    this.group.classList.toggle("tiny", Math.min(width, height) < TINY);
  }

  /** @type {(item: Item, below: number) => void} */
  write({ layer, chip, operation, under, gapMiddle, x }, below) {
    const middle = gapMiddle === null ? 0 : gapMiddle - x;
    write(this.operation, operation, middle, chip ? -CHIP - 7 : -9);
    write(this.under, under, middle, 18);
    write(this.name, chip ? "" : layer.name, 0, below + 12);
    write(this.shape, chip ? "" : layer.problem ? "does not fit" : sizeText(...layer.shape), 0, below + 28);
  }

  /** @type {(active: boolean, source: boolean, reachable: boolean) => void} reachable: by Tab */
  mark(active, source, reachable) {
    this.group.classList.toggle("active", active);
    this.group.classList.toggle("source", source);
    this.group.setAttribute("tabindex", reachable ? "0" : "-1");
  }
}
