// Elements: made, found, written, watched.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "rect", "circle", "text", "image"]);

/** @typedef {Record<string, string | number | boolean>} Attributes */

/**
 * An element with attributes and children. Strings become text nodes, so that data are never read as markup.
 * @template {string} Tag
 * @param {Tag} tag a name of HTML, or one of SVG_TAGS
 * @param {Attributes} attributes
 * @param {...(Node | string)} children
 * @returns {Tag extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag]
 *   : Tag extends keyof SVGElementTagNameMap ? SVGElementTagNameMap[Tag] : Element}
 */
export function make(tag, attributes = {}, ...children) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children);
  return /** @type {any} */ (node);
}

/**
 * @param {Element} node
 * @param {Attributes} attributes
 */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/**
 * Keep `count` children in a group: nodes stay and only their attributes change.
 * @template {Element} Child
 * @param {Element} group
 * @param {number} count
 * @param {() => Child} create
 * @returns {Child[]}
 */
export function keepChildren(group, count, create) {
  while (group.childElementCount > count) group.lastElementChild?.remove();
  while (group.childElementCount < count) group.append(create());
  return /** @type {Child[]} */ ([...group.children]);
}

/**
 * The element that a component's HTML is known to hold.
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 */
export function find(root, selector, kind) {
  const node = root.querySelector(selector);
  if (!(node instanceof kind)) throw new Error(`there is no ${selector} in the component's HTML`);
  return node;
}

/**
 * A drawing on a button, of one path.
 * @param {number} side of its square
 * @param {string} d
 */
export const icon = (side, d) =>
  make("svg", { viewBox: `0 0 ${side} ${side}`, "aria-hidden": "true" }, make("path", { d }));

/**
 * Write a text where it is another: one that is written anew is read aloud anew.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether the visitor has asked for less motion. */
export const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Call back when a node's width changes; its own redraws change only its height.
 * @param {HTMLElement} node
 * @param {(width: number) => void} changed
 */
export function watchWidth(node, changed) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (node.clientWidth === width) return;
    width = node.clientWidth;
    changed(width);
  });
  observer.observe(node);
  return observer;
}
