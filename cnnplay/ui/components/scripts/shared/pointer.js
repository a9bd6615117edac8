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

const SIDEWAYS = 4; // px: less is a click, or a finger that scrolls the page

/**
 * Follow a pointer from where it is pressed until it is let go, over the element's edge as well.
 * @param {HTMLElement | SVGElement} node
 * @param {object} listeners
 * @param {(event: PointerEvent) => boolean | void} [listeners.begin] false: it is not followed
 * @param {(event: PointerEvent, sideways: boolean) => void} listeners.move sideways: whether it has gone so by now
 * @param {(event: PointerEvent, sideways: boolean) => void} [listeners.end] not where the browser takes it to scroll
 * @param {() => void} [listeners.release] in either case
 * @param {(event: PointerEvent) => void} [listeners.hover] over the element, but not pressed
 */
export function onDrag(node, { begin, move, end, release, hover }) {
  /** @type {number | null} */
  let from = null;
  let sideways = false;
  node.onpointerdown = (event) => {
    if (event.button || begin?.(event) === false) return;
    [from, sideways] = [event.clientX, false];
    node.setPointerCapture(event.pointerId);
  };
  node.onpointermove = (event) => {
    if (from === null) return hover?.(event);
    sideways ||= Math.abs(event.clientX - from) > SIDEWAYS;
    return move(event, sideways);
  };
  node.onpointerup = (event) => {
    if (from !== null) end?.(event, sideways);
    from = null;
    release?.();
  };
  node.onpointercancel = () => {
    from = null;
    release?.();
  };
}
