// Layers as Python sends them to the zoomable picture.

/** @import { LayerData, Packed, Rule } from "../../cnnplay/ui/components/scripts/zoom/numbers.js" */

/** Whole numbers as they are sent. @param {number[]} numbers @returns {Packed} */
export const packed = (numbers) => ({
  numbers: btoa(String.fromCharCode(...new Uint8Array(Int16Array.from(numbers).buffer))),
  step: 1,
});

/** @type {(name: string, kind: string, shape: number[], values: number[], rule: Partial<Rule>) => LayerData} */
export const layer = (name, kind, shape, values, rule) => ({
  name,
  kind,
  title: name,
  shape,
  window: null,
  lines: [],
  values: packed(values),
  rule: { kind, ...rule },
});
