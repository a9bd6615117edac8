// The theme of the page, read from Streamlit's custom properties.

import { penOf } from "./canvas.js";
import { make } from "./dom.js";

/**
 * Whether the theme around an element is dark.
 * @param {Element} element
 */
export function isDark(element) {
  const probe = penOf(make("canvas"), { willReadFrequently: true });
  probe.fillStyle = getComputedStyle(element).getPropertyValue("--st-background-color").trim() || "#fff";
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/**
 * The theme's categorical colours in their order.
 * @param {Element} element
 */
export function paletteOf(element) {
  const list = getComputedStyle(element).getPropertyValue("--st-chart-categorical-colors");
  return splitColours(list);
}

/**
 * "#0072b2, rgb(1, 2, 3)" as a list: a comma within brackets belongs to its colour.
 * @param {string} list
 */
export const splitColours = (list) =>
  list
    .split(/,(?![^(]*\))/)
    .map((colour) => colour.trim())
    .filter(Boolean);

/**
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {string} paper the background
 * @property {string} ink the text
 * @property {string} accent
 * @property {string} font
 */

/**
 * @param {Element} root
 * @returns {Theme}
 */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    dark: isDark(root),
    paper: read("--st-background-color"),
    ink: read("--st-text-color"),
    accent: read("--st-primary-color"),
    font: style.fontFamily,
  };
}

/**
 * Call back when the theme changes: the end of the transition that base.css gives to every component's root.
 * @param {HTMLElement} root
 * @param {() => void} changed
 */
export function onThemeChange(root, changed) {
  root.ontransitionend = (event) => {
    if (event.target === root) changed();
  };
}
