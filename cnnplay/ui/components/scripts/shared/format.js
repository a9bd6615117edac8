// Numbers and counts in words.

/**
 * A number as a learner reads it: at most `digits` after the point, a real minus sign, no trailing zeros.
 * @param {number} value
 */
export function numberText(value, digits = 3) {
  const rounded = Number(value.toFixed(digits));
  return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
}

const groups = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }); // to make one for each number is slow

/**
 * 12,345
 * @param {number} count
 */
export const grouped = (count) => groups.format(Math.round(count));

/**
 * "1 pixel", "2,000 pixels"
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * A share from 0 to 1 in percent. `share_text` in figures/percent.py writes the same.
 * @param {number} share
 */
export const percentText = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

/**
 * A probability from 0 to 1 in percent, always with one digit after the point; one that is nearly 0 or 1 is not rounded
 * to 0 or 1, and one that is no number is a dash. `probability_text` in figures/percent.py writes the same numbers.
 * @param {number} probability
 */
export function probabilityText(probability) {
  if (!Number.isFinite(probability)) return "–";
  if (probability > 0.999) return ">99.9 %";
  return probability < 0.001 ? "<0.1 %" : percentText(probability, 1);
}

/**
 * "28 × 28 × 6"
 * @param {...number} sizes
 */
export const sizeText = (...sizes) => sizes.map(grouped).join(" × ");

/** @param {number} angle in degrees */
export const degreesText = (angle) => `${numberText(angle, 1)}°`;

/**
 * A number without the digits that floating-point arithmetic leaves, for attributes.
 * @param {number} value
 */
export const exactText = (value) => String(Number(value.toFixed(9)));

/**
 * "0,5", "−1" or "1/9" as a number; null where it is none.
 * @param {string} text
 */
export function parseNumber(text) {
  const parts = text.replace(/\s/g, "").replace(/,/g, ".").replace(/[−–]/g, "-").split("/");
  if (parts.length > 2 || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return null;
  const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  return Math.abs(value) <= 1e6 ? value : null; // a division by zero is neither
}
