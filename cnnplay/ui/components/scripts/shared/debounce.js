// Telling Python where a visitor has come to rest, not every place on the way.

const REST = 400; // ms without another call

/**
 * A function that calls back with its last arguments, once it has not been called for a while.
 * @template {unknown[]} Values
 * @param {(...values: Values) => void} callback
 * @param {number} [wait] milliseconds
 * @returns {((...values: Values) => void) & { cancel: () => void }}
 */
export function debounce(callback, wait = REST) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const cancel = () => clearTimeout(timer);
  const later = (/** @type {Values} */ ...values) => {
    cancel();
    timer = setTimeout(() => callback(...values), wait);
  };
  return Object.assign(later, { cancel });
}
