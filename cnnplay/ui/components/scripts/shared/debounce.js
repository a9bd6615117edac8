// Telling Python where a visitor has come to rest, not every place on the way.

const REST = 400; // ms without another call

/**
 * A function that calls back with its last arguments: once it has not been called for a while, or when the visitor
 * presses elsewhere, because that may take its component off the page.
 * @template {unknown[]} Values
 * @param {(...values: Values) => void} callback
 * @param {number} [wait] milliseconds
 */
export function debounce(callback, wait = REST) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Values | null} */
  let waiting = null;
  const cancel = () => {
    clearTimeout(timer);
    waiting = null;
    globalThis.removeEventListener?.("pointerdown", flush, true);
  };
  const flush = () => {
    const values = waiting;
    cancel();
    if (values) callback(...values);
  };
  const later = (/** @type {Values} */ ...values) => {
    cancel();
    waiting = values;
    timer = setTimeout(flush, wait);
    globalThis.addEventListener?.("pointerdown", flush, true);
  };
  return Object.assign(later, { cancel, flush });
}
