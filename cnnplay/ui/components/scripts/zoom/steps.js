// What one value of a layer was computed from: the values that it read, their weights, and the products. Only products
// and sums are computed here, of numbers that came from Python.

import { clamp, total } from "../shared/scale.js";
import { indexOf, isColourInput, mapName, reachOf, sizesOf, spotOf } from "./numbers.js";

/** @import { Layer, Spot } from "./numbers.js" */

/**
 * A value that was read.
 * @typedef {object} Term
 * @property {number | null} index its place in the layer before; null: a pixel of the padding
 * @property {number} value
 * @property {number | null} weight
 * @property {number} product what it adds to the sum; without a weight, the value
 */

/**
 * Terms that stand in rows and columns, as in one map.
 * @typedef {object} Group
 * @property {string} title
 * @property {number} rows
 * @property {number} columns
 * @property {Term[]} terms row by row
 * @property {number} sum of the products
 */

/**
 * @typedef {object} Step
 * @property {Layer} layer
 * @property {Layer | null} source the layer before; null at the input
 * @property {number} index of the value in its layer
 * @property {Spot} spot
 * @property {number} value as Python computed it
 * @property {Group[]} groups
 * @property {number | null} bias
 * @property {number} result what the terms come to: the value, but for its rounding
 * @property {number} reach of the values read
 * @property {number} productReach
 * @property {Term | null} chosen the term that a maximum took, or that stands for the value itself
 */

/** @typedef {{ groups: Group[], bias?: number, result?: number, chosen?: Term }} Found */
/** @typedef {(layer: Layer, source: Layer, spot: Spot, index: number) => Found} Reader */

const ACROSS = 16; // values of a vector in a row
const AROUND = 3; // pixels of the image on each side of one

/** @type {(index: number | null, value: number, weight?: number | null, product?: number) => Term} */
const makeTerm = (index, value, weight = null, product = weight === null ? value : value * weight) => ({
  index,
  value,
  weight,
  product,
});

/** @type {(title: string, rows: number, columns: number, terms: Term[]) => Group} */
const makeGroup = (title, rows, columns, terms) => ({
  title,
  rows,
  columns,
  terms,
  sum: total(terms.map(({ product }) => product)),
});

/**
 * The pixels under a layer's window, row by row; null in the padding.
 * @type {(layer: Layer, source: Layer, spot: Spot) => ({ row: number, column: number } | null)[]}
 */
function pixelsUnder({ rule: { rows, columns } }, source, { row, column }) {
  const [height, width] = sizesOf(source);
  if (!rows || !columns) return [];
  return rows.taps.flatMap((down) =>
    columns.taps.map((right) => {
      const at = { row: rows.starts[row] + down, column: columns.starts[column] + right };
      const inside = at.row >= 0 && at.row < height && at.column >= 0 && at.column < width;
      return inside ? at : null;
    }),
  );
}

/** Rows and columns of a layer's window. @type {(layer: Layer) => [number, number]} */
const windowOf = ({ rule: { rows, columns } }) => [rows?.taps.length ?? 1, columns?.taps.length ?? 1];

/** All values of maps, a group a map. @type {(source: Layer, maps: number[], read: (index: number) => Term) => Group[]} */
const byMap = (source, [height, width, count], read) =>
  Array.from({ length: count }, (_, map) => {
    const terms = Array.from({ length: height * width }, (_, pixel) => read(pixel * count + map));
    return makeGroup(mapName(source, map), height, width, terms);
  });

/** The value at the same place, which nothing is added to. @type {Reader} */
const sameplace = (layer, source, _spot, index) => ({
  groups: [makeGroup("", 1, 1, [makeTerm(index, source.values[index])])],
  result: layer.values[index],
});

/** @type {Reader} */
function convolution(layer, source, spot) {
  const pixels = pixelsUnder(layer, source, spot);
  const [channels, filters] = [sizesOf(source)[2], layer.shape[2]];
  const groups = Array.from({ length: channels }, (_, map) => {
    const terms = pixels.map((pixel, tap) => {
      const weight = layer.kernel[(tap * channels + map) * filters + spot.map];
      if (!pixel) return makeTerm(null, 0, weight);
      const index = indexOf(source, { ...pixel, map });
      return makeTerm(index, source.values[index], weight);
    });
    return makeGroup(mapName(source, map), ...windowOf(layer), terms);
  });
  return { groups, bias: layer.rule.bias?.[spot.map] ?? 0 };
}

/** @type {Reader} */
function pooling(layer, source, spot) {
  const terms = pixelsUnder(layer, source, spot).map((pixel) => {
    if (!pixel) return makeTerm(null, 0);
    const index = indexOf(source, { ...pixel, map: spot.map });
    return makeTerm(index, source.values[index]);
  });
  const real = terms.filter(({ index }) => index !== null);
  const groups = [makeGroup(mapName(source, spot.map), ...windowOf(layer), terms)];
  if (layer.rule.pool === "mean") return { groups, result: groups[0].sum / real.length };
  const sign = layer.rule.pool === "max" ? 1 : -1;
  const chosen = real.reduce((best, one) => (sign * one.value > sign * best.value ? one : best));
  return { groups, chosen, result: chosen.value };
}

/** @type {Reader} */
function dense(layer, source, spot) {
  const units = layer.shape[0];
  const read = (/** @type {number} */ index) =>
    makeTerm(index, source.values[index], layer.kernel[index * units + spot.map]);
  const bias = layer.rule.bias?.[spot.map] ?? 0;
  if (source.maps) return { groups: byMap(source, source.maps, read), bias };
  const columns = Math.min(source.shape[0], ACROSS);
  const terms = Array.from(source.values, (_, index) => read(index));
  return { groups: [makeGroup("", Math.ceil(terms.length / columns), columns, terms)], bias };
}

/** γ·(x − mean) / deviation + β. @type {Reader} */
function batchnorm({ rule }, source, spot, index) {
  const [gamma, beta, mean, deviation] = [rule.gamma, rule.beta, rule.mean, rule.deviation].map(
    (numbers) => numbers?.[spot.map] ?? 0,
  );
  const value = source.values[index];
  return {
    groups: [makeGroup("", 1, 1, [makeTerm(index, value)])],
    result: (gamma * (value - mean)) / deviation + beta,
  };
}

/** @type {Reader} */
function globalmean(_layer, source, spot) {
  const [height, width] = sizesOf(source);
  const group = byMap(source, sizesOf(source), (index) => makeTerm(index, source.values[index]))[spot.map];
  return { groups: [group], result: group.sum / (height * width) };
}

/** @type {Reader} */
function softmax({ rule: { powers = [], total: all = 1 } }, source, spot) {
  const terms = Array.from(source.values, (value, index) => makeTerm(index, value, null, powers[index]));
  const groups = [makeGroup("", 1, terms.length, terms)];
  return { groups, chosen: terms[spot.map], result: powers[spot.map] / all };
}

/** @type {Record<string, Reader>} */
const READERS = {
  convolution,
  pooling,
  dense,
  batchnorm,
  globalmean,
  softmax,
  activation: sameplace,
  dropout: sameplace,
  flatten: sameplace,
};

/** A pixel of the image among its neighbours: it was computed from nothing. @type {(layer: Layer, spot: Spot) => Found} */
function atInput(layer, spot) {
  const [height, width] = sizesOf(layer);
  const side = (/** @type {number} */ size) => Math.min(size, 2 * AROUND + 1);
  const [rows, columns] = [side(height), side(width)];
  const top = clamp(spot.row - AROUND, 0, height - rows);
  const left = clamp(spot.column - AROUND, 0, width - columns);
  const groupOf = (/** @type {number} */ map) => {
    const terms = Array.from({ length: rows * columns }, (_, at) => {
      const index = indexOf(layer, { row: top + Math.floor(at / columns), column: left + (at % columns), map });
      return makeTerm(index, layer.values[index]);
    });
    return makeGroup(isColourInput(layer) ? mapName(layer, map) : "", rows, columns, terms);
  };
  const colour = isColourInput(layer);
  const groups = colour ? [0, 1, 2].map(groupOf) : [groupOf(spot.map)];
  const chosen = groups[colour ? spot.map : 0].terms[(spot.row - top) * columns + spot.column - left];
  return { groups, chosen, result: chosen.value };
}

/** Whether a layer's numbers were sent, so that there is a step into it. @param {Layer | undefined} layer */
export const isOpen = (layer) => Boolean(layer && (layer.kind === "input" || layer.rule.kind in READERS));

/**
 * How a value came about.
 * @type {(layers: Layer[], at: number, index: number) => Step}
 */
export function stepAt(layers, at, index) {
  const [layer, source] = [layers[at], at ? layers[at - 1] : null];
  const spot = spotOf(layer, index);
  const found = source ? READERS[layer.rule.kind](layer, source, spot, index) : atInput(layer, spot);
  const products = found.groups.flatMap(({ terms }) => terms.map(({ product }) => product));
  return {
    layer,
    source,
    index,
    spot,
    value: layer.values[index],
    groups: found.groups,
    bias: found.bias ?? null,
    result: found.result ?? total(found.groups.map(({ sum }) => sum)) + (found.bias ?? 0),
    reach: (source ?? layer).reach,
    productReach: reachOf(products),
    chosen: found.chosen ?? null,
  };
}

/** The group that adds most to the sum; the chosen term's, where there is one. @param {Step} step */
export function firstGroup({ groups, chosen }) {
  if (chosen) return groups.findIndex(({ terms }) => terms.includes(chosen));
  const sums = groups.map(({ sum }) => Math.abs(sum));
  return sums.indexOf(Math.max(...sums));
}

/** The term to look at first: the chosen one, or the largest product of a group. @type {(step: Step, group: number) => number} */
export function firstTerm({ groups, chosen }, group) {
  const { terms } = groups[group];
  if (chosen && terms.includes(chosen)) return terms.indexOf(chosen);
  const products = terms.map(({ index, product }) => (index === null ? -1 : Math.abs(product)));
  return products.indexOf(Math.max(...products));
}

/** The largest products of a step, in falling order. @type {(step: Step, count: number) => { group: number, term: number }[]} */
export function largest({ groups }, count) {
  const places = groups.flatMap(({ terms }, group) => terms.map((_, term) => ({ group, term })));
  const size = (/** @type {{ group: number, term: number }} */ { group, term }) =>
    Math.abs(groups[group].terms[term].product);
  return places.sort((one, other) => size(other) - size(one)).slice(0, count);
}
