// A step of the zoom in words and numbers.

import { channelsText } from "../shared/colour.js";
import { grouped, numberText, plural, probabilityText } from "../shared/format.js";
import { total } from "../shared/scale.js";
import { DIGITS, nameOf } from "../shared/shares.js";
import { isColourInput, mapName, pixelOf, sizesOf, spotOf } from "./numbers.js";

/** @import { Layer, Spot } from "./numbers.js" */
/** @import { Group, Step, Term } from "./steps.js" */

const MOST_SUMMANDS = 8; // written out in a sum

/** A place in a layer: "map 2, row 5, column 7" or "unit 3". @type {(layer: Layer, index: number) => string} */
export function placeText(layer, index) {
  const { row, column, map } = spotOf(layer, index);
  if (layer.kind === "input" && !isColourInput(layer)) return `row ${row + 1}, column ${column + 1}`;
  if (layer.shape.length === 3) return `${mapName(layer, map)}, row ${row + 1}, column ${column + 1}`;
  if (!layer.classes) return `number ${grouped(map + 1)}`;
  const name = nameOf(layer.classes, map);
  if (layer.kind !== "softmax") return `score of ${name}`;
  return layer.classes.join() === DIGITS.join() ? `digit ${name}` : name;
}

/** As short as it fits on a button. @type {(layer: Layer, index: number) => string} */
export function crumbText(layer, index) {
  const { row, column, map } = spotOf(layer, index);
  if (layer.shape.length !== 3) return `${layer.name} ${layer.classes?.[map] ?? grouped(map + 1)}`;
  return `${layer.name} (${row + 1}, ${column + 1})`;
}

/** "0.2 + 0.31 − 0.05" @param {number[]} numbers */
export const sumText = (numbers) =>
  numbers
    .map((number, index) => {
      const text = numberText(Math.abs(number));
      const minus = number < 0 && text !== "0";
      return index ? `${minus ? "−" : "+"} ${text}` : `${minus ? "−" : ""}${text}`;
    })
    .join(" ");

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A small positive number: "7.1 · 10⁻⁹". @param {number} value */
function tinyText(value) {
  const [digits, exponent] = value.toExponential(1).split("e-");
  return `${numberText(Number(digits), 1)} · 10⁻${[...exponent].map((digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;
}

/** A number that may be very large or very small: the powers of softmax. @param {number} value */
export function powerText(value) {
  if (value >= 100) return grouped(value);
  return value > 0 && value < 0.001 ? tinyText(value) : numberText(value, value < 0.01 ? 5 : 3);
}

/** A share from 0 to 1 that no rounding makes 0 or 1: "0.75", "7.1 · 10⁻⁹", "1 − 3.2 · 10⁻⁵". @param {number} share */
export function shareText(share) {
  const rest = 1 - share;
  return rest > 0 && rest < 0.001 ? `1 − ${tinyText(rest)}` : powerText(share);
}

/** A value of a layer; the answer's are probabilities. @type {(layer: { kind: string }, value: number) => string} */
export const shownValue = ({ kind }, value) => (kind === "softmax" ? probabilityText(value) : numberText(value));

/** The sum of a group's products; while they appear, of those that are there. @type {(group: Group, revealed: number) => string} */
export const sumSoFar = ({ terms }, revealed) =>
  `sum ${revealed < terms.length ? "so far " : ""}${numberText(total(terms.slice(0, revealed).map(({ product }) => product)))}`;

/** "0.42 × −0.31 = −0.13", and where the value is. @type {(step: Step, group: Group, term: Term) => string} */
export function termText({ layer, source }, _group, { index, value, weight, product }) {
  if (index === null)
    return weight === null ? "Padding: there is no value here." : `Padding: 0 × ${numberText(weight)} = 0`;
  const where = `${(source ?? layer).name}, ${placeText(source ?? layer, index)}`;
  if (layer.kind === "softmax") return `${where}: e to the power of ${numberText(value)} is ${powerText(product)}`;
  if (weight === null) return `${where}: ${numberText(value)}`;
  return `${where}: ${numberText(value)} × ${numberText(weight)} = ${numberText(product)}`;
}

/** @type {(step: Step) => number} */
const countOf = ({ groups }) => groups.reduce((sum, { terms }) => sum + terms.length, 0);

/** Sums of products, and the bias. @param {Step} step */
function productsText(step) {
  const { groups, bias, value, source } = step;
  const kind = source && isColourInput(source) ? "channel" : "map";
  const sums = groups.map(({ sum }) => sum);
  const all = sums.reduce((sum, one) => sum + one, 0);
  const written = groups.length > 1 && groups.length <= MOST_SUMMANDS;
  const products = plural(countOf(step), "product");
  const sum = written ? `${numberText(all)}, ${kind} by ${kind} ${sumText(sums)}` : numberText(all);
  return `The sum of ${products} is ${sum}. With the bias: ${sumText([all, bias ?? 0])} = ${numberText(value)}.`;
}

/** @type {Record<string, (step: Step) => string>} */
const SENTENCES = {
  convolution: productsText,
  dense: productsText,
  pooling: ({ layer, groups: [{ terms, sum }], value }) => {
    const count = terms.filter(({ index }) => index !== null).length;
    if (layer.rule.pool === "mean")
      return `The mean of ${plural(count, "value")}: ${numberText(sum)} / ${count} = ${numberText(value)}`;
    const word = layer.rule.pool === "max" ? "largest" : "smallest";
    return `The ${word} of ${plural(count, "value")} is kept: ${numberText(value)}. The others are dropped.`;
  },
  activation: ({ layer, groups, value }) =>
    `${layer.title.replace("Activation: ", "")}, ${layer.rule.formula}: x = ${numberText(groups[0].terms[0].value)} ` +
    `becomes ${numberText(value)}`,
  batchnorm: ({ layer: { rule }, spot: { map }, groups, value }) => {
    const [gamma, beta, mean, deviation] = [rule.gamma, rule.beta, rule.mean, rule.deviation].map((numbers) =>
      numberText(numbers?.[map] ?? 0),
    );
    const x = numberText(groups[0].terms[0].value);
    return `γ·(x − mean) / deviation + β: ${gamma} · (${x} − ${mean}) / ${deviation} + ${beta} = ${numberText(value)}`;
  },
  dropout: ({ value }) =>
    `Dropout drops values only while the network trains. When it answers, ${numberText(value)} stays ` +
    `${numberText(value)}.`,
  flatten: ({ layer, source, index, value }) =>
    `Flatten changes no number: ${placeText(/** @type {Layer} */ (source), index)} becomes number ` +
    `${grouped(index + 1)} of ${grouped(layer.shape[0])}. It is ${numberText(value)}.`,
  globalmean: ({ groups: [{ terms, sum, title }], value }) =>
    `The mean of all ${plural(terms.length, "value")} of ${title}: ${numberText(sum)} / ${terms.length} = ` +
    numberText(value),
  softmax: ({ layer: { rule }, spot: { map }, groups, result }) => {
    const { value: score, product } = groups[0].terms[map];
    const power = rule.shift ? `${numberText(score)} − ${numberText(rule.shift)}` : numberText(score);
    return (
      `e to the power of ${power}, divided by the sum of all ${groups[0].terms.length}: ` +
      `${powerText(product)} / ${powerText(rule.total ?? 1)} = ${shareText(result)}, or ${probabilityText(result)}`
    );
  },
  input: ({ layer, index, value }) =>
    isColourInput(layer)
      ? `This is where it begins: a pixel of the image, ${channelsText(pixelOf(layer, index))}. 0 is none of a colour, ` +
        "1 is all of it."
      : `This is where it begins: a pixel of the image, with brightness ${numberText(value)}. 0 is black, 1 is white.`,
};

/** How a value came about, in a sentence with its numbers. @param {Step} step */
export const sentenceOf = (step) => SENTENCES[step.layer.kind](step);

/** @type {(layer: Layer, index: number) => string} */
export const valueText = (layer, index) =>
  `${layer.name}, ${placeText(layer, index)}: ${shownValue(layer, layer.values[index])}`;

/** A pixel of a colour picture with all of its channels; else a value. @type {(layer: Layer, index: number) => string} */
export function pointedText(layer, index) {
  if (!isColourInput(layer)) return valueText(layer, index);
  const { row, column } = spotOf(layer, index);
  return `${layer.name}, row ${row + 1}, column ${column + 1}: ${channelsText(pixelOf(layer, index))}`;
}

/** @param {Step} step */
export const titleOf = ({ layer, index }) => valueText(layer, index);

/** How many maps a layer has, in words: "map 2 of 6". @type {(layer: Layer, map: number) => string} */
export const mapOf = (layer, map) =>
  isColourInput(layer) ? `${mapName(layer, map)}, channel ${map + 1} of 3` : `map ${map + 1} of ${sizesOf(layer)[2]}`;
