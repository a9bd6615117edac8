// Painting a scene of the zoom: grids of numbers, signs, tiles, and the value.

import { mixed, tinted } from "../shared/colour.js";
import { numberText } from "../shared/format.js";
import { css, inkOf, textOn } from "../shared/pixels.js";
import { isColourInput, pixelOf } from "./numbers.js";
import { cellOf, flyingOf, rectOf } from "./scene.js";
import { powerText, shownValue, sumSoFar } from "./words.js";

/** @import { Grid, Rect, Scene } from "./scene.js" */
/** @import { Group, Step, Term } from "./steps.js" */
/** @import { Colour } from "../shared/pixels.js" */
/** @import { Theme } from "../shared/theme.js" */

const LEGIBLE = 25; // px: a smaller cell shows its colour alone
const RIM = "#10181f";

/** @typedef {CanvasRenderingContext2D} Pen */
/**
 * @typedef {object} Look how a scene is painted
 * @property {Theme} theme
 * @property {number} revealed products that are shown by now
 * @property {{ group: number, term: number } | null} cursor
 */

/** The number of a term that a grid shows, its colour and how it is written. @type {(step: Step, term: Term, role: Grid["role"], dark: boolean) => { ink: Colour, text: () => string }} */
function numberOf(step, term, role, dark) {
  const value = role === "value" ? term.value : role === "weight" ? (term.weight ?? 0) : term.product;
  const reach = { value: step.reach, weight: step.layer.weightReach, product: step.productReach }[role];
  const power = step.layer.kind === "softmax" && role === "product";
  const read = step.source ?? step.layer;
  const grey = role === "value" && read.kind === "input";
  const channel = role === "value" && isColourInput(read) && term.index !== null ? term.index % 3 : null;
  const ink = channel === null ? inkOf(value, grey ? "grey" : "signed", reach, dark) : tinted(value, channel);
  return { ink, text: () => (power ? powerText(value) : numberText(value, 2)) };
}

/** @type {(pen: Pen, rect: Rect, fill: string, text: string, colour: string, font: string) => void} */
function paintCell(pen, { x, y, width, height }, fill, text, colour, font) {
  pen.fillStyle = fill;
  pen.fillRect(x, y, width, height);
  if (!text) return;
  const size = Math.max(9, Math.min(Math.max(13, width * 0.2), width * 0.33, (width * 1.6) / text.length));
  pen.font = `${size}px ${font}`;
  pen.fillStyle = colour;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, x + width / 2, y + height / 2 + 0.5);
}

/** A cell without a number: a pixel of the padding, or a product that is still to come. @type {(pen: Pen, rect: Rect, theme: Theme, padding: boolean) => void} */
function paintEmpty(pen, { x, y, width, height }, { ink, paper }, padding) {
  pen.fillStyle = paper;
  pen.fillRect(x, y, width, height);
  if (!padding || width < 5) return;
  pen.save();
  pen.globalAlpha *= 0.35;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x + width, y);
  pen.lineTo(x, y + height);
  pen.stroke();
  pen.restore();
}

/** A line around a rectangle that is seen on any ground. @type {(pen: Pen, rect: Rect, colour: string, width?: number) => void} */
export function outline(pen, { x, y, width, height }, colour, line = 2) {
  for (const [stroke, size] of /** @type {[string, number][]} */ ([
    [colour === "#ffffff" ? RIM : "#ffffff", line + 2],
    [colour, line],
  ])) {
    pen.strokeStyle = stroke;
    pen.lineWidth = size;
    pen.strokeRect(x, y, width, height);
  }
}

/** The lines between cells. @type {(pen: Pen, grid: Grid, ink: string) => void} */
function paintLattice(pen, grid, ink) {
  const { x, y, width, height } = rectOf(grid);
  pen.save();
  pen.globalAlpha *= grid.cell < 8 ? 0.4 : 0.25;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  pen.beginPath();
  if (grid.cell >= 8) {
    for (let row = 1; row < grid.rows; row += 1) {
      pen.moveTo(x, y + row * grid.cell);
      pen.lineTo(x + width, y + row * grid.cell);
    }
    for (let column = 1; column < grid.columns; column += 1) {
      pen.moveTo(x + column * grid.cell, y);
      pen.lineTo(x + column * grid.cell, y + height);
    }
  }
  pen.rect(x, y, width, height);
  pen.stroke();
  pen.restore();
}

/** @type {(pen: Pen, step: Step, grid: Grid, look: Look) => void} */
export function paintGrid(pen, step, grid, { theme, revealed }) {
  const { terms } = step.groups[grid.group];
  for (const [at, term] of terms.entries()) {
    const rect = cellOf(grid, at);
    const padding = term.index === null && grid.role !== "weight";
    const { ink, text } = numberOf(step, term, grid.role, theme.dark);
    if (grid.role === "product" && at >= revealed) paintEmpty(pen, rect, theme, false);
    else if (padding && (grid.role === "value" || term.weight === null)) {
      paintEmpty(pen, rect, theme, true);
      if (term.weight !== null && grid.cell >= LEGIBLE) paintCell(pen, rect, "transparent", "0", theme.ink, theme.font);
    } else paintCell(pen, rect, css(ink), grid.cell >= LEGIBLE ? text() : "", textOn(ink), theme.font);
  }
  paintLattice(pen, grid, theme.ink);
}

/** @type {(pen: Pen, text: string, x: number, y: number, theme: Theme, size?: number) => void} */
function write(pen, text, x, y, { ink, font }, size = 12) {
  pen.font = `${size}px ${font}`;
  pen.fillStyle = ink;
  pen.textAlign = "center";
  pen.textBaseline = size > 13 ? "middle" : "alphabetic";
  pen.fillText(text, x, y);
}

/** The value that all of it comes to. @type {(pen: Pen, step: Step, rect: Rect, theme: Theme) => void} */
export function paintOutput(pen, { layer, value, index }, rect, theme) {
  if (isColourInput(layer)) {
    const ink = mixed(pixelOf(layer, index)); // the pixel itself, of which the value is one channel
    paintCell(pen, rect, css(ink), rect.width >= LEGIBLE ? shownValue(layer, value) : "", textOn(ink), theme.font);
    outline(pen, rect, theme.ink, 1);
    return;
  }
  const ink = inkOf(value, layer.kind === "input" ? "grey" : "signed", layer.reach, theme.dark);
  paintCell(pen, rect, css(ink), rect.width >= LEGIBLE ? shownValue(layer, value) : "", textOn(ink), theme.font);
  outline(pen, rect, theme.ink, 1);
}

/** A map's products, small. @type {(pen: Pen, step: Step, group: Group, rect: Rect, theme: Theme) => void} */
function paintTile(pen, { productReach }, { rows, columns, terms }, { x, y, width, height }, theme) {
  const [across, down] = [width / columns, height / rows];
  for (const [at, { product }] of terms.entries()) {
    pen.fillStyle = css(inkOf(product, "signed", productReach, theme.dark));
    pen.fillRect(x + (at % columns) * across, y + Math.floor(at / columns) * down, across + 0.3, down + 0.3);
  }
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 0.5;
  pen.strokeRect(x, y, width, height);
}

/** A line of the list: value × weight = product, over a bar as long as the product is large. @type {(pen: Pen, step: Step, line: Scene["lines"][number], theme: Theme) => void} */
function paintLine(pen, step, { group, term, rect }, theme) {
  const { value, weight, product } = step.groups[group].terms[term];
  const middle = rect.y + rect.height / 2;
  pen.fillStyle = css(inkOf(product, "signed", step.productReach, theme.dark));
  pen.fillRect(rect.x, rect.y + 2, (rect.width * 0.28 * Math.abs(product)) / step.productReach, rect.height - 4);
  pen.font = `12px ${theme.font}`;
  pen.fillStyle = theme.ink;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const text = `${numberText(value)} × ${numberText(weight ?? 1)} = ${numberText(product)}`;
  pen.fillText(text, rect.x + rect.width - 6, middle);
}

/**
 * All of a scene but the grids and the value that may be on their way.
 * @type {(pen: Pen, step: Step, scene: Scene, look: Look, group: number) => void}
 */
export function paintRest(pen, step, scene, look, group) {
  const { theme } = look;
  const flying = flyingOf(scene);
  for (const grid of scene.grids) if (!flying.includes(grid)) paintGrid(pen, step, grid, look);
  const products = scene.grids.findLast(({ role, group: one }) => role === "product" && one === group);
  if (products && step.layer.kind === "convolution") {
    const { x, y, width, height } = rectOf(products);
    write(pen, sumSoFar(step.groups[group], look.revealed), x + width / 2, y + height + 16, theme, 12);
  }
  for (const { text, x, y } of scene.signs) write(pen, text, x, y, theme, 18);
  for (const { text, x, y } of scene.captions) write(pen, text, x, y, theme, 11.5);
  for (const tile of scene.tiles) {
    paintTile(pen, step, step.groups[tile.group], tile.rect, theme);
    if (tile.group === group) outline(pen, tile.rect, theme.accent);
  }
  for (const line of scene.lines) paintLine(pen, step, line, theme);
}

/** The term that is chosen, and the one that the cursor is on. @type {(pen: Pen, step: Step, scene: Scene, look: Look) => void} */
export function paintMarks(pen, step, scene, { theme, cursor }) {
  for (const grid of scene.grids) {
    const { terms } = step.groups[grid.group];
    if (step.chosen && terms.includes(step.chosen))
      outline(pen, cellOf(grid, terms.indexOf(step.chosen)), theme.dark ? "#ffffff" : RIM, 2);
    if (cursor && cursor.group === grid.group) outline(pen, cellOf(grid, cursor.term), theme.accent, 2);
  }
  const line = cursor && scene.lines.find(({ group, term }) => group === cursor.group && term === cursor.term);
  if (line) {
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 1.5;
    pen.strokeRect(line.rect.x - 3, line.rect.y + 0.5, line.rect.width + 4, line.rect.height - 1);
  }
}
