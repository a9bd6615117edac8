// The sliding-window player: boards, kernel and sum, each in a script of its own, and the stepper, which owns the
// place. Numbers are received, never convolved here.

import { component } from "../shared/component.js";
import { debounce } from "../shared/debounce.js";
import { make, prefersReducedMotion, watchWidth } from "../shared/dom.js";
import { numberText, sizeText } from "../shared/format.js";
import { targetOf } from "../shared/pointer.js";
import { clamp } from "../shared/scale.js";
import { Status } from "../shared/status.js";
import { Stepper } from "../shared/stepper.js";
import { onThemeChange, paletteOf, readTheme } from "../shared/theme.js";
import { appearedOf, explain, unfinished } from "./explain.js";
import { listenToKeys, listenToPointer } from "./hands.js";
import { KernelEditor } from "./kernel_editor.js";
import { Panels } from "./panels.js";
import { SumPanel } from "./sum_panel.js";
import { onItsWay, windowAt } from "./windows.js";

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Cause as Move } from "../shared/stepper.js" */
/** @import { Place, PlayerTheme, Slide } from "./data.js" */

/** @typedef {{ slide: Slide, alt: string }} Data what player() in player.py sends */
/** @typedef {Move | "data"} Cause of a change: data are new numbers for the same place */

const ONE_BY_ONE = 2; // places a second: up to this rate the products appear one by one
const CALM_DOWN = 120; // ms between two texts while it hurries: more often nobody reads them
/** Causes by which a visitor has chosen a cell. @type {Cause[]} */
const BY_HAND = ["step", "scrub", "pick", "stop"];

/** @implements {Component<Data>} */
class Player {
  channel = 0;
  /** @type {PlayerTheme | null} */
  theme = null; // none before there is room to draw
  /** @type {number | null} */
  seen = null; // how far a pass has come; null: all is seen
  own = false; // whether the user has moved or played it since it began
  /** @type {{ at: number, when: number, appeared: number | null }} */
  explained = { at: -1, when: 0, appeared: null }; // what the sum was written out for
  sum = new SumPanel();
  status = new Status();
  kernel = new KernelEditor(
    (kernel) => this.trigger("kernel", kernel),
    (channel) => this.showChannel(channel),
  );
  panels = new Panels(this.kernel, this.sum.node);
  sendCell = debounce(() => this.trigger("cell", [this.place.row, this.place.column]));

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setTriggerValue }) {
    this.slide = data.slide;
    this.trigger = setTriggerValue;
    this.bar = new Stepper({
      name: "player",
      text: (index) => this.placeText(index),
      moved: (_index, _ahead, by) => this.show(by),
    });
    const parts = [this.panels.node, this.bar.node, this.sum.node, this.status.node];
    this.root = make("div", { class: "component player", role: "group", "data-testid": "player" }, ...parts);
    this.begin(data.slide);
    this.listen();
    parentElement.append(this.root);
    this.observer = watchWidth(this.root, () => this.arrange());
  }

  get height() {
    return this.slide.rows.starts.length;
  }

  get width() {
    return this.slide.columns.starts.length;
  }

  /** The window's place, and the cell that it fills. @returns {Place} */
  get place() {
    return { row: Math.floor(this.bar.index / this.width), column: this.bar.index % this.width };
  }

  /** The index of the nearest cell that there is. @param {Place} place */
  indexOf({ row, column }) {
    return clamp(row, 0, this.height - 1) * this.width + clamp(column, 0, this.width - 1);
  }

  /** @param {number} index */
  placeText(index) {
    const [row, column] = [Math.floor(index / this.width) + 1, (index % this.width) + 1];
    return `output row ${row}, column ${column} of ${sizeText(this.height, this.width)}`;
  }

  listen() {
    const actions = {
      choose: (/** @type {Place} */ place) => this.choose(place),
      follow: (/** @type {Place} */ place) => this.follow(place),
      rests: () => !this.bar.playing && this.seen === null, // a pass is not disturbed, paused or not
    };
    const { input, outputs } = this.panels;
    const windowUnder = (/** @type {Place} */ { row, column }) => ({
      row: windowAt(this.slide.rows, row),
      column: windowAt(this.slide.columns, column),
    });
    const cellUnder = (/** @type {Place} */ { row, column }) => ({ row: Math.floor(row), column: Math.floor(column) });
    listenToPointer(input.board, windowUnder, actions);
    for (const { board } of outputs) {
      listenToPointer(board, cellUnder, actions);
      listenToKeys(board, (down, right) =>
        this.follow({ row: this.place.row + down, column: this.place.column + right }),
      );
    }
    this.root.onkeydown = (event) => {
      event.stopPropagation(); // Streamlit has one-key shortcuts of its own
      if (event.key !== " " || targetOf(event).closest("button, input[type=text]")) return;
      event.preventDefault();
      this.bar.toggle();
    };
    onThemeChange(this.root, () => {
      this.paint();
      this.show("data");
    });
  }

  /** @param {Place} place */
  choose(place) {
    this.bar.go(this.indexOf(place), "pick");
    this.sendCell.flush();
  }

  /** @param {Place} place */
  follow(place) {
    const index = this.indexOf(place);
    if (index !== this.bar.index || this.bar.playing) this.bar.go(index, "pick");
  }

  /** @param {number} channel */
  showChannel(channel) {
    this.channel = channel;
    this.paint();
    this.show("stop");
  }

  /** @param {Call<Data>} call */
  update({ data, setTriggerValue }) {
    const { slide } = data;
    const before = { place: this.place, size: this.height * this.width };
    const another = slide.subject !== this.slide.subject;
    if (another && this.bar.playing) this.bar.toggle();
    this.slide = slide;
    this.trigger = setTriggerValue;
    if (another) this.begin(slide);
    const size = this.height * this.width;
    const index = this.indexOf(this.own || slide.chosen ? before.place : slide.start);
    if (!another) this.bar.reset(size, index);
    if (this.seen !== null && size !== before.size) this.seen = index;
    this.channel = Math.min(this.channel, (slide.kernel ?? slide.image.channels).length - 1);
    this.root.setAttribute("aria-label", data.alt);
    this.root.dataset.kind = slide.kind;
    this.panels.name(slide, this.channel);
    this.arrange();
  }

  /** At the start of a slide; of another subject the place means nothing any more. @param {Slide} slide */
  begin({ start }) {
    this.own = false;
    this.seen = null;
    this.sendCell.cancel();
    this.status.hush();
    this.bar.reset(this.height * this.width, this.indexOf(start));
  }

  arrange() {
    if (!this.root.clientWidth) return; // in a hidden tab; the observer calls again
    this.panels.arrange(this.slide, this.root);
    this.paint();
    this.show("data");
  }

  /** What rests while the window moves. */
  paint() {
    this.theme = { ...readTheme(this.root), reads: paletteOf(this.root)[2] ?? "#009e73" };
    this.root.style.setProperty("--reads", this.theme.reads);
    this.panels.paint(this.slide, this.channel, this.theme);
  }

  /** How many of the window's products are written down, where they appear one by one; null: all of them. */
  get appeared() {
    const { slide, bar } = this;
    const last = bar.index === bar.count - 1; // where nothing moves on
    if (!bar.playing || last || bar.rate > ONE_BY_ONE || slide.kind === "windows" || prefersReducedMotion())
      return null;
    return appearedOf(bar.share, slide.rows.taps.length * slide.columns.taps.length);
  }

  /** What changes with the place. @param {Cause} by */
  show(by) {
    const { slide, theme, place, bar, root, height, width } = this;
    if (!theme) return;
    this.uncover(by);
    const { appeared } = this;
    this.panels.drawWindow(slide, onItsWay(place, bar.ahead(), { height, width }, bar.hurried), theme, appeared);
    const { row, column } = place;
    const moved = root.dataset.row !== String(row) || root.dataset.column !== String(column);
    const counted = root.dataset.appeared !== String(appeared ?? "");
    Object.assign(root.dataset, { row, column, playing: bar.playing, height, width });
    Object.assign(root.dataset, { appeared: appeared ?? "", seen: this.seen ?? "" });
    const seen = appeared === null ? this.seen : bar.index - 1; // its number is not known yet
    if (moved || counted || by !== "play") this.panels.drawCursor(slide, place, seen, theme);
    this.explain(by, theme.dark, appeared);
    if (by !== "data") this.own = true;
    if (BY_HAND.includes(by)) this.sendCell();
    else if (by === "start") this.sendCell.cancel();
  }

  /** Playing, or stepping from the start, uncovers the maps on the way; before, they are complete. @param {Cause} by */
  uncover(by) {
    const { index } = this.bar;
    if (by === "start" || (by === "step" && !this.own)) this.seen ??= index;
    if (by === "scrub" || by === "pick") this.seen = null;
    if (this.seen === null) return;
    const farthest = Math.max(this.seen, index);
    this.seen = farthest < this.height * this.width - 1 ? farthest : null;
  }

  /** @type {(by: Cause, dark: boolean, appeared: number | null) => void} */
  explain(by, dark, appeared) {
    const { index, hurried } = this.bar;
    const now = performance.now();
    const same = index === this.explained.at && appeared === this.explained.appeared;
    const soon = same || (hurried && now - this.explained.when < CALM_DOWN);
    if (by === "play" && soon) return;
    this.explained = { at: index, when: now, appeared };
    const whole = explain(this.slide, this.place, this.channel, dark);
    this.sum.show(appeared === null ? whole : unfinished(whole, appeared));
    if (BY_HAND.includes(by)) this.status.sayAtRest(() => this.describe());
  }

  /** The place and its numbers in words. */
  describe() {
    const { row, column } = this.place;
    const numbers = this.slide.outputs.flatMap(({ title, values }) =>
      values ? [`${title} ${numberText(values[row][column])}`] : [],
    );
    const sentences = [...this.sum.node.querySelectorAll("p")].map(({ textContent }) => textContent);
    return `${this.placeText(this.bar.index)}. ${numbers.length ? `${numbers.join(", ")}.` : sentences.join(" ")}`;
  }

  destroy() {
    this.observer.disconnect();
    this.bar.destroy();
    this.status.hush();
    this.sendCell.cancel();
    this.root.remove();
  }
}

export default component(Player);
