// Where a pointer is, and what a key asks for.

/**
 * A pointer's place in an element, in CSS pixels from its upper left corner.
 * @param {Element} node
 * @param {PointerEvent | WheelEvent | MouseEvent} event
 * @returns {[number, number]}
 */
export function positionIn(node, event) {
  const { left, top } = node.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

/** Keys that lead through rows and columns: [down, right]; far stands for "to the end". */
const FAR = 1e9;
/** @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, -FAR],
  End: [0, FAR],
  PageUp: [-FAR, 0],
  PageDown: [FAR, 0],
};

/**
 * The step [down, right] that a key asks for, if any.
 * @param {string} key
 */
export const moveOf = (key) => MOVES[key];

/** @param {KeyboardEvent} event */
export const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

/**
 * Take a key for oneself: it neither scrolls the page nor is one of Streamlit's one-key shortcuts.
 * @param {Event} event
 */
export function claim(event) {
  event.preventDefault();
  event.stopPropagation();
}

/**
 * The element that an event came from.
 * @param {Event} event
 */
export const targetOf = (event) => /** @type {HTMLElement} */ (event.target);
