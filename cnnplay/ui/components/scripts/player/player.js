// The sliding-window player: boards, kernel and sum, each in a script of its own, and the stepper, which owns the
// place; mount() joins them. Numbers are received, never convolved here.

import { debounce } from "../shared/debounce.js";
import { component, make, watchWidth } from "../shared/dom.js";
import { numberText, sizeText } from "../shared/format.js";
import { targetOf } from "../shared/pointer.js";
import { clamp, nearestIndex } from "../shared/scale.js";
import { makeStepper } from "../shared/stepper.js";
import { onThemeChange, paletteOf, readTheme } from "../shared/theme.js";
import { cellAt, EDGE, fit, makeBoard } from "./board.js";
import { inputLegend, outputLegend } from "./board_legends.js";
import { paintInput, paintOutput } from "./board_paint.js";
import { drawCursor, drawWindow } from "./board_window.js";
import { isColourImage, length, span } from "./data.js";
import { LEAST_WEIGHT, makeKernel } from "./kernel_editor.js";
import { EXPLAIN, makeSum } from "./sums.js";

const GAP = 20; // px between panels; on a phone less
const PHONE = 480; // px: below this width the maps are stacked beside the picture, and what is edited comes last
const ROOMY = 720; // px: from this width on the kernel stands in the row with picture and maps
const LARGEST = 352; // px: a picture that is larger pushes the sum off the screen
const BY_HAND = ["step", "scrub", "pick", "stop"]; // causes by which a visitor has chosen a cell
const CALM_DOWN = 120; // ms between two texts while it hurries: more often nobody reads them

/** @typedef {import("./data.js").Slide} Slide */
/** @typedef {{ slide: Slide, alt: string }} Data what player() in player.py sends */
/** @typedef {import("../shared/stepper.js").Cause | "data"} Cause of a change: data are new numbers for the same place */

/** @param {HTMLElement} parentElement */
function mount(parentElement) {
  /** @type {Slide} */
  let slide;
  let channel = 0;
  /** @type {import("./data.js").PlayerTheme} */
  let theme;
  /** @type {(name: string, value: unknown) => void} */
  let trigger = () => {};
  /** @type {number | null} */
  let seen = null; // how far a pass has come; null: all is seen
  let own = false; // whether the user has moved or played it since it began
  let explained = 0;
  let announcing = 0;
  const root = make("div", { class: "component player", "data-testid": "player", role: "group" });
  const input = makeBoard("player-input");
  const inputTitle = make("h4");
  const inputKeys = make("div", { class: "keys" });
  const inputPanel = make("section", { class: "panel" }, make("header", {}, inputTitle), input.node, inputKeys);
  const outputs = [0, 1].map((index) => {
    const board = makeBoard(`player-output-${index}`);
    const title = make("h4");
    const keys = make("div", { class: "keys" });
    return {
      board,
      title,
      keys,
      node: make("section", { class: "panel" }, make("header", {}, title), board.node, keys),
    };
  });
  const kernel = makeKernel(
    (edited) => trigger("kernel", edited),
    (chosen) => {
      channel = chosen;
      paint();
      place("stop");
    },
  );
  const sum = makeSum();
  const sendCell = debounce(() => {
    const { row, column } = now();
    trigger("cell", [row, column]);
  });
  const status = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const maps = make("div", { class: "maps" }, ...outputs.map(({ node }) => node));
  const panels = make("div", { class: "panels" }, inputPanel, kernel.node, maps);
  const height = () => slide.rows.starts.length;
  const width = () => slide.columns.starts.length;
  const text = (index) =>
    `output row ${Math.floor(index / width()) + 1}, column ${(index % width()) + 1} of ${sizeText(height(), width())}`;
  const bar = makeStepper({ name: "player", text, moved: (_index, _ahead, by) => place(by) });
  root.append(panels, bar.node, sum.node, status);
  const shown = () => outputs.slice(0, slide.outputs.length);
  const now = () => ({ row: Math.floor(bar.index / width()), column: bar.index % width() });

  /** Where the window is drawn: on its way along the row, or back to the next row's beginning. */
  const between = () => {
    const { row, column } = now();
    const ahead = bar.ahead();
    if (column + 1 < width()) return { row, column: column + ahead };
    if (row + 1 === height() || (bar.hurried && width() > 1)) return { row, column };
    return { row: row + ahead, column: column * (1 - ahead) };
  };
  /** What changes with the place. @param {Cause} by */
  const place = (by) => {
    if (!slide || !theme) return;
    const { row, column } = now();
    if (by === "start" && bar.index === 0) seen = 0;
    if (by === "scrub" || by === "pick") seen = null;
    if (seen !== null) seen = Math.max(seen, bar.index) < height() * width() - 1 ? Math.max(seen, bar.index) : null;
    drawWindow(input, slide, between(), theme);
    const moved = root.dataset.row !== String(row) || root.dataset.column !== String(column) || by !== "play";
    Object.assign(root.dataset, { row, column, playing: bar.playing, height: height(), width: width() });
    if (moved) for (const { board } of shown()) drawCursor(board, row, column, seen, slide.kind === "windows", theme);
    explain(row, column, by);
    if (by !== "data") own = true;
    if (BY_HAND.includes(by)) sendCell();
    else if (by === "start") sendCell.cancel();
  };
  const explain = (row, column, by) => {
    const at = `${row} ${column}`;
    if (by === "play" && (at === sum.node.dataset.at || (bar.hurried && performance.now() - explained < CALM_DOWN)))
      return;
    explained = performance.now();
    sum.node.dataset.at = at;
    EXPLAIN[slide.kind](sum, slide, row, column, slide.kind === "pooling" ? 0 : channel, theme.dark);
    if (!BY_HAND.includes(by)) return;
    clearTimeout(announcing);
    announcing = setTimeout(() => announce(row, column), 400);
  };
  const announce = (row, column) => {
    const values = slide.outputs
      .filter(({ values }) => values)
      .map(({ title, values }) => `${title} ${numberText(values[row]?.[column] ?? 0)}`);
    status.textContent = `${text(bar.index)}. ${values.length ? `${values.join(", ")}.` : [...sum.node.querySelectorAll("p")].map((line) => line.textContent).join(" ")}`;
  };

  const paint = () => {
    theme = { ...readTheme(root), reads: paletteOf(root)[2] ?? "#009e73" };
    root.style.setProperty("--reads", theme.reads);
    paintInput(input, slide, channel, theme);
    inputKeys.replaceChildren(...inputLegend(slide, theme));
    shown().forEach(({ board, keys }, index) => {
      paintOutput(board, slide.outputs[index], theme);
      const same = index && ["scale", "range"].every((name) => slide.outputs[0][name] === slide.outputs[1][name]);
      keys.replaceChildren(...(same ? [] : outputLegend(slide.outputs[index], theme.dark)));
    });
    if (slide.kernel) kernel.update(slide, channel, theme.dark);
  };
  /** The widths of picture, kernel (0: not in the row) and each map. Only the room and the picture's size decide on the
      picture, so that nothing jumps while a kernel grows or a second map comes. */
  const widths = (room, gap) => {
    const {
      rows,
      columns,
      outputs: { length: count },
    } = slide;
    const phone = room < PHONE;
    const reserved = slide.kernel && room >= ROOMY ? clamp(0.25 * room, 7 * (LEAST_WEIGHT + 1), 246) + gap : 0;
    const all = room - reserved;
    const share = phone || !slide.kernel ? 0.57 * (room - gap) : 0.457 * (all - 2 * gap);
    const own = Math.max(220, 64 * Math.max(rows.size, columns.size) + 2 * EDGE); // a small picture need not fill its share
    const wide = Math.floor(Math.min(share, LARGEST, own));
    const fits = slide.kernel && slide.kernel[0][0].length * (LEAST_WEIGHT + 1) <= reserved - gap;
    const rest = (fits ? all : room) - wide;
    return {
      wide,
      weights: fits ? Math.floor(reserved - gap) : 0,
      each: Math.floor(phone ? rest - gap : Math.min(wide, rest / count - gap)),
    };
  };
  /** Sizes and places of everything, anew. */
  const arrange = () => {
    const room = root.clientWidth;
    const phone = room < PHONE;
    const gap = phone ? 14 : GAP;
    if (!room) return; // in a hidden tab; the observer calls again
    const { wide, weights, each } = widths(room, gap);
    const coarse = matchMedia("(pointer: coarse)").matches;
    root.classList.toggle("narrow", room < 680);
    root.classList.toggle("phone", phone);
    root.style.setProperty("--gap", `${gap}px`);
    if (slide.kernel) {
      kernel.measure(slide.kernel[0], weights || (coarse ? room : Math.min(room, 320)), coarse);
      kernel.node.style.width = weights ? `${weights}px` : "";
    }
    if (weights && kernel.node.parentNode !== panels) inputPanel.after(kernel.node);
    if (!weights && kernel.node.parentNode === panels) sum.node.after(kernel.node);
    fit(input, length(slide.rows), length(slide.columns), { width: wide + 2 * EDGE, height: wide + 2 * EDGE });
    shown().forEach(({ board, node }) => {
      const most = clamp(Math.max(input.cell, 140 / Math.max(height(), width())), 1, 72);
      fit(board, height(), width(), { width: each, height: wide, most });
      node.style.width = `${each}px`;
    });
    inputPanel.style.width = `${wide}px`;
    // Whole pixels make the board a little smaller at one kernel than at the next, and its legend comes with padding.
    inputPanel.style.minHeight = `${Math.floor(wide * Math.min(1, slide.rows.size / slide.columns.size)) + 54}px`;
    paint();
    place("data");
  };
  const label = () => {
    const { rows, columns, image } = slide;
    const name =
      slide.kind === "windows"
        ? "Input"
        : isColourImage(image)
          ? "Image, in colour"
          : image.channels[0] === "grey"
            ? "Image"
            : image.channels[channel];
    const [down, across] = [rows, columns].map(({ before, after }) =>
      before === after ? String(before) : `${before} before, ${after} after`,
    );
    const padding =
      down !== across ? `padding: rows ${down}; columns ${across}` : down === "0" ? "" : `padding ${down}`;
    inputTitle.replaceChildren(
      name,
      make("small", {}, [sizeText(rows.size, columns.size), padding].filter(Boolean).join(", ")),
    );
    input.base.setAttribute("role", "img");
    input.base.setAttribute("aria-label", `${name}, ${sizeText(rows.size, columns.size)}${padding && `, ${padding}`}`);
    outputs.forEach(({ board, title, node }, index) => {
      const output = slide.outputs[index];
      node.hidden = !output;
      if (!output) return;
      title.replaceChildren(output.title, make("small", {}, sizeText(height(), width())));
      board.base.setAttribute("role", "application");
      board.base.setAttribute("aria-roledescription", "map of cells");
      board.base.tabIndex = index ? -1 : 0; // both show the same place: one of them is enough for Tab
      board.base.setAttribute(
        "aria-label",
        `${output.title}, ${height()} by ${width()}. Arrow keys choose a cell, Space plays.`,
      );
    });
  };

  const pick = (row, column) => {
    const index = clamp(row, 0, height() - 1) * width() + clamp(column, 0, width() - 1);
    if (index !== bar.index || bar.playing) bar.go(index, "pick");
  };
  /** The window of an axis whose middle is nearest to a place on the padded line. */
  const nearest = (axis, at) => nearestIndex(axis.starts, at - axis.before - axis.taps[0] - span(axis) / 2);
  const pointers = (board, choose) => {
    const { base } = board;
    const at = (event) => {
      const { row, column } = cellAt(board, event);
      choose(row, column);
    };
    base.onclick = (event) => {
      at(event);
      sendCell.flush();
    };
    base.onpointerdown = (event) => event.pointerType === "mouse" || base.setPointerCapture(event.pointerId);
    base.onpointermove = (event) => {
      // What merely hovers does not disturb a pass that plays or has been paused; a click or a drag does.
      if (event.buttons || (event.pointerType === "mouse" && !bar.playing && seen === null)) at(event);
    };
  };
  pointers(input, (row, column) => pick(nearest(slide.rows, row), nearest(slide.columns, column)));
  for (const { board } of outputs) {
    pointers(board, (row, column) => pick(Math.floor(row), Math.floor(column)));
    board.base.onkeydown = (event) => {
      const { row, column } = now();
      const all = event.ctrlKey || event.metaKey;
      const target = {
        ArrowUp: [row - 1, column],
        ArrowDown: [row + 1, column],
        ArrowLeft: [row, column - 1],
        ArrowRight: [row, column + 1],
        Home: [all ? 0 : row, 0],
        End: [all ? height() - 1 : row, width() - 1],
      }[event.key];
      if (!target || event.altKey) return;
      event.preventDefault();
      pick(...target);
    };
  }
  root.onkeydown = (event) => {
    event.stopPropagation(); // Streamlit has one-key shortcuts of its own
    if (event.key !== " " || targetOf(event).closest("button, input[type=text]")) return;
    event.preventDefault();
    bar.toggle();
  };
  parentElement.append(root);
  onThemeChange(root, () => {
    paint();
    place("data");
  });
  const observer = watchWidth(root, () => slide && arrange());

  return {
    /** @type {(data: Data, setTriggerValue: (name: string, value: unknown) => void) => void} */
    update(data, setTriggerValue) {
      const another = !slide || data.slide.subject !== slide.subject; // then the place means nothing any more
      if (another) own = false;
      if (another && bar.playing) bar.toggle();
      if (another) {
        seen = null;
        sendCell.cancel();
      }
      const before = another || !(own || data.slide.chosen) ? data.slide.start : now();
      const size = slide ? height() * width() : 0;
      slide = data.slide;
      trigger = setTriggerValue;
      channel = Math.min(channel, (slide.kernel ?? slide.image.channels).length - 1);
      if (seen !== null && size !== height() * width())
        seen = clamp(before.row, 0, height() - 1) * width() + clamp(before.column, 0, width() - 1);
      bar.reset(
        height() * width(),
        clamp(before.row, 0, height() - 1) * width() + clamp(before.column, 0, width() - 1),
      );
      root.setAttribute("aria-label", data.alt);
      root.dataset.kind = slide.kind;
      kernel.node.hidden = !slide.kernel;
      label();
      arrange();
    },
    destroy() {
      observer.disconnect();
      bar.destroy();
      clearTimeout(announcing);
      sendCell.cancel();
      root.remove();
    },
  };
}

export default component(
  mount,
  (player, { data, setTriggerValue }) => player.update(data, setTriggerValue),
  (player) => player.destroy(),
);
