// What the player writes out under its window: products and their sum, a pool's numbers, or which pixels are read.

import { keepChildren, make } from "../shared/dom.js";
import { numberText, plural, sizeText } from "../shared/format.js";
import { css, inkOf, textOn } from "../shared/pixels.js";
import { total } from "../shared/scale.js";

const HOW = { max: "largest", min: "smallest" }; // which of the numbers is taken, of the kinds that take one

/** What the window at (row, column) reads: [i][j] of { row, column, value }, value null where it is padding. */
function readWindow({ rows, columns, image }, row, column, channel) {
  return rows.taps.map((down) =>
    columns.taps.map((right) => {
      const at = { row: rows.starts[row] + down, column: columns.starts[column] + right };
      const inside = at.row >= 0 && at.row < rows.size && at.column >= 0 && at.column < columns.size;
      return { ...at, inside, value: inside ? (image.values?.[channel]?.[at.row][at.column] ?? 0) : null };
    }),
  );
}

const term = (value, label, kind = "") =>
  make("span", { class: `term ${kind}` }, make("b", {}, value), make("small", {}, label));
const operator = (sign) => make("span", { class: "operator" }, sign);

/**
 * A cell of the sum: a product, or a number that is pooled.
 * @typedef {{ small: string, large: string, colour: import("../shared/pixels.js").Colour | null, kind?: string, hint?: string }} Cell
 */

/** The panel under the boards. */
export function makeSum() {
  const title = make("h4");
  const grid = make("div", { class: "products" });
  const equation = make("div", { class: "equation" });
  const note = make("p", { class: "caption" });
  const node = make(
    "section",
    { class: "sum", "data-testid": "player-sum" },
    make("header", {}, title),
    make("div", { class: "worked" }, grid, make("div", { class: "result" }, equation, note)),
  );

  const made = new WeakMap(); // what is written in each cell: of 121 many stay what they are, and writing costs a layout
  /** @type {(cells: Cell[], columns: number, compact: boolean) => void} */
  const fill = (cells, columns, compact) => {
    grid.hidden = !cells.length;
    grid.classList.toggle("compact", compact);
    grid.classList.toggle("dense", !compact && columns > 3);
    grid.style.setProperty("--columns", String(columns));
    const nodes = keepChildren(grid, cells.length, () => make("div", {}, make("small"), make("b")));
    cells.forEach(({ small, large, colour, kind = "", hint = "" }, index) => {
      const cell = nodes[index];
      const written = [small, large, colour, kind, hint, compact].join();
      if (made.get(cell) === written) return;
      made.set(cell, written);
      cell.className = `product ${kind}`;
      cell.title = hint;
      cell.style.background = colour ? css(colour) : "";
      cell.style.color = colour ? textOn(colour) : "";
      cell.children[0].textContent = compact ? "" : small;
      cell.children[1].textContent = large;
    });
  };
  const write = (heading, detail, parts, remark, data) => {
    title.replaceChildren(heading, make("small", {}, detail));
    equation.replaceChildren(...parts);
    note.textContent = remark;
    for (const name of ["sum", "value"]) {
      if (data[name] === undefined) delete node.dataset[name];
      else node.dataset[name] = data[name];
    }
  };
  return { node, fill, write };
}

function explainConvolution(sum, slide, row, column, channel, dark) {
  const { kernel, bias, image, outputs, kernel_range: range } = slide;
  const width = kernel[0][0].length;
  const compact = Math.max(kernel[0].length, width) > 5;
  const dense = width > 3 || compact;
  const write = (value) => numberText(value, dense ? 2 : 3);
  const windows = kernel.map((_, index) => readWindow(slide, row, column, index).flat());
  const sums = kernel.map((map, index) =>
    total(map.flat().map((weight, at) => weight * (windows[index][at].value ?? 0))),
  );
  const products = kernel[channel].flat().map((weight, at) => {
    const { value, inside } = windows[channel][at];
    const product = (value ?? 0) * weight;
    const small = `${inside ? write(value) : "padding 0"} × ${write(weight)}`;
    return {
      small,
      large: write(product),
      hint: compact ? `${small} = ${numberText(product)}` : "",
      colour: inside ? inkOf(product, "signed", range * image.range, dark) : null,
      kind: inside ? "" : "padding",
    };
  });
  sum.fill(products, width, compact);
  const several = kernel.length > 1;
  const value = outputs[0].values[row][column];
  const parts = !several
    ? [term(numberText(sums[0]), `sum of ${plural(products.length, "product")}`), operator("+")]
    : sums.length <= 3
      ? sums.flatMap((part, index) => [
          term(numberText(part), image.channels[index], index === channel ? "shown" : ""),
          operator("+"),
        ])
      : [
          term(numberText(sums[channel]), image.channels[channel], "shown"),
          operator("+"),
          term(numberText(total(sums) - sums[channel]), `the other ${sums.length - 1} channels`),
          operator("+"),
        ];
  parts.push(
    term(numberText(bias), "bias"),
    operator("="),
    term(numberText(value), outputs[0].title.toLowerCase(), "value"),
  );
  if (outputs[1])
    parts.push(operator("→"), term(numberText(outputs[1].values[row][column]), wordOf(outputs[1].title), "value"));
  const padding = windows[0].filter(({ inside }) => !inside).length;
  const remark = [
    several ? "The sum of every channel's products goes into one number." : "",
    padding
      ? `${padding} of the ${plural(products.length, "pixel")} ${padding === 1 ? "is" : "are"} padding, which is 0.`
      : "",
  ];
  sum.write(
    "Pixel × weight",
    several ? `${image.channels[channel]}, ${plural(products.length, "product")}` : plural(products.length, "product"),
    parts,
    remark.filter(Boolean).join(" "),
    { sum: total(sums) + bias, value },
  );
}

/** "After ReLU" in the middle of a line is "after ReLU". */
const wordOf = (title) => title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());

function explainPooling(sum, slide, row, column, channel, dark) {
  const { pool, image, outputs, columns } = slide;
  const cells = readWindow(slide, row, column, channel).flat();
  const numbers = cells.filter(({ inside }) => inside).map(({ value }) => value);
  const value = outputs[0].values[row][column];
  const computed = {
    max: () => Math.max(...numbers),
    min: () => Math.min(...numbers),
    mean: () => total(numbers) / numbers.length,
  };
  const found = pool in computed ? computed[pool]() : value; // of another kind, what the map has
  const compact = columns.taps.length > 5;
  sum.fill(
    cells.map(({ inside, value }) => {
      const winner = inside && pool in HOW && value === found;
      return {
        small: winner ? `✓ ${HOW[pool]}` : inside ? "" : "padding",
        large: inside ? (winner && compact ? "✓" : "") + numberText(value, compact ? 2 : 3) : "",
        colour: inside ? inkOf(value, image.scale, image.range, dark) : null,
        kind: inside ? (winner ? "winner" : "") : "padding",
      };
    }),
    columns.taps.length,
    compact,
  );
  const list =
    numbers.length <= 16 ? numbers.map((number) => numberText(number)).join(pool === "mean" ? " + " : ", ") : "";
  const left = !list
    ? `${pool} of ${numbers.length} numbers`
    : pool === "mean"
      ? `(${list}) ÷ ${numbers.length}`
      : `${pool}(${list})`;
  const parts = [
    make("span", { class: "list" }, left),
    operator("="),
    term(numberText(value), wordOf(outputs[0].title), "value"),
  ];
  if (outputs[1])
    parts.push(operator("→"), term(numberText(outputs[1].values[row][column]), wordOf(outputs[1].title), "value"));
  const padding = cells.length - numbers.length;
  const remark = padding
    ? `Padding is left out: ${numbers.length} of the ${cells.length} cells ${numbers.length === 1 ? "counts" : "count"}.`
    : "";
  sum.write("The window’s numbers", plural(numbers.length, "value"), parts, remark, { sum: found, value });
}

/** "reads rows padding, 1, 2", for one axis. */
function axisText(axis, at, noun) {
  const start = axis.starts[at];
  const pixels = axis.taps.map((tap) => start + tap).filter((pixel) => pixel >= 0 && pixel < axis.size);
  const outside = axis.taps.length - pixels.length;
  const begins =
    start < 0
      ? `starts in the padding, ${plural(-start, noun)} before ${noun} 1,`
      : start >= axis.size
        ? "starts in the padding behind the last pixel"
        : `starts at ${noun} ${start + 1}`;
  const reads = [
    outside ? `${plural(outside, `${noun}`)} of padding` : "",
    pixels.length ? `${noun}${pixels.length > 1 ? "s" : ""} ${pixels.map((pixel) => pixel + 1).join(", ")}` : "",
  ];
  return `Window ${at + 1} of ${axis.starts.length} along the ${noun}s ${begins} and reads ${reads.filter(Boolean).join(" and ")}.`;
}

function explainWindows(sum, slide, row, column) {
  const taps = readWindow(slide, row, column, 0).flat();
  const padding = taps.filter(({ inside }) => !inside).length;
  const lines = [axisText(slide.rows, row, "row"), axisText(slide.columns, column, "column")];
  sum.fill([], 1, false);
  const remark = `${padding ? `${padding} of its ${taps.length} taps ${padding === 1 ? "is" : "are"}` : `None of its ${plural(taps.length, "tap")} is`} padding.`;
  sum.write(
    "This window",
    sizeText(slide.rows.taps.length, slide.columns.taps.length),
    lines.map((text) => make("p", {}, text)),
    remark,
    {},
  );
}

/** @typedef {ReturnType<typeof makeSum>} Sum */
/** @typedef {(sum: Sum, slide: import("./data.js").Slide, row: number, column: number, channel: number, dark: boolean) => void} Explain */

/** @type {Record<import("./data.js").Slide["kind"], Explain>} */
export const EXPLAIN = { convolution: explainConvolution, pooling: explainPooling, windows: explainWindows };
