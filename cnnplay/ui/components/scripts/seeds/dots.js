// Every run as a dot over its place, the median of each group as a line through its dots.

import { drawAxes } from "../shared/axes.js";
import { make, setAttributes } from "../shared/dom.js";
import { numberText, percentText } from "../shared/format.js";
import { claim, moveOf, targetOf } from "../shared/pointer.js";
import { clamp, decimals, linear, linearTicks, niceStep } from "../shared/scale.js";
import { arrange, aside, limitsOf, styleOf, valueText } from "./data.js";

/** @import { Data, Run } from "./data.js" */

const HEIGHT = 300;
const MARGIN = { left: 58, right: 10, top: 12, bottom: 44 };
const LEAST_SPAN = 0.01; // a hundredth: less would make noise look large
const WIDEST = 44; // px from the middle of a group to its outermost dot

export class Dots {
  /**
   * @param {(id: string) => void} choose
   * @param {(run: Run | null) => void} point a dot is pointed at, or none
   */
  constructor(choose, point) {
    this.axes = make("g");
    this.marks = make("g", { class: "marks" });
    this.svg = make("svg", { "aria-hidden": "true", height: HEIGHT }, this.axes, this.marks);
    this.dots = make("div", { class: "dots", role: "group", "aria-label": "Runs" });
    this.node = make("div", { class: "plot" }, this.svg, this.dots);
    /** @type {Run[]} */
    this.runs = [];
    /** @type {Map<string, HTMLButtonElement>} a run keeps its button: one that has the focus stays what it was */
    this.buttons = new Map();
    this.current = ""; // the id of the run that the tab key leads to
    this.dots.onclick = (event) => {
      const run = this.runOf(event);
      if (run) choose(run.id);
    };
    this.dots.onpointerover = (event) => point(this.runOf(event));
    this.dots.addEventListener("focusin", (event) => point(this.runOf(event)));
    this.dots.onpointerleave = () => point(null);
    this.dots.onkeydown = (event) => this.move(event);
  }

  /** @param {Event} event */
  runOf(event) {
    const id = targetOf(event).dataset.run;
    return this.runs.find((run) => run.id === id) ?? null;
  }

  /** Arrow keys lead from point to point; there is one stop for the tab key. @param {KeyboardEvent} event */
  move(event) {
    const step = moveOf(event.key);
    if (!step || !this.runs.length) return;
    claim(event);
    const at = this.runs.findIndex((run) => run.id === this.current);
    this.current = this.runs[clamp(at + step[0] + step[1], 0, this.runs.length - 1)].id;
    this.stop();
    this.buttons.get(this.current)?.focus();
  }

  stop() {
    for (const [id, button] of this.buttons) setAttributes(button, { tabindex: id === this.current ? 0 : -1 });
  }

  /**
   * @param {Data} data
   * @param {number} width px
   */
  draw({ groups, chosen, percentPoints }, width) {
    const { left, right, top, bottom } = MARGIN;
    const done = groups.flatMap((group) => group.runs.flatMap((run) => (run.value === null ? [] : [run.value])));
    const limits = limitsOf(done, LEAST_SPAN);
    const toY = linear(limits, [HEIGHT - bottom, top]);
    const { places, at } = arrange(groups);
    const toX = linear([0, 1], [left, width - right]);
    const ticks = linearTicks(limits, niceStep(limits[1] - limits[0], 5));
    const digits = decimals(100 * (ticks[1] - ticks[0] || 1));
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${HEIGHT}`, width });
    drawAxes(
      this.axes,
      { left, right: width - right, foot: HEIGHT - bottom + 34, toX, toY },
      places.map((_, index) => (index + 0.5) / places.length),
      ticks,
      (x) => places[Math.round(x * places.length - 0.5)],
      (y) => (percentPoints ? percentText(y, digits) : numberText(y)),
    );
    const reach = Math.min(WIDEST, ((0.42 * 0.76) / Math.max(groups.length, 1)) * (width - left - right));
    this.drawMarks(groups, at.map(toX), toY, reach, HEIGHT - bottom + 17);
    this.drawDots({ groups, chosen, percentPoints }, at.map(toX), toY, reach);
  }

  /** @type {(groups: Data["groups"], xs: number[], toY: (y: number) => number, reach: number, foot: number) => void} */
  drawMarks(groups, xs, toY, reach, foot) {
    const marks = groups.flatMap(({ letter: name, median }, index) => {
      const style = styleOf(index);
      const letter = make("text", { class: "letter", style, x: xs[index], y: foot }, name);
      if (median === null) return [letter];
      const [from, to] = [xs[index] - reach - 7, xs[index] + reach + 7];
      return [letter, make("path", { class: "median", style, d: `M${from} ${toY(median)}H${to}` })];
    });
    this.marks.replaceChildren(...marks);
  }

  /**
   * @param {Pick<Data, "groups" | "chosen" | "percentPoints">} data
   * @param {number[]} xs
   * @param {(y: number) => number} toY
   * @param {number} reach
   */
  drawDots({ groups, chosen, percentPoints }, xs, toY, reach) {
    const placed = groups.flatMap((group, index) =>
      group.runs.flatMap((run, number) =>
        run.value === null ? [] : [{ run, index, x: xs[index] + reach * aside(number, group.runs.length) }],
      ),
    );
    this.runs = placed.map(({ run }) => run);
    const gone = new Set(this.buttons.keys());
    for (const [at, { run, index, x }] of placed.entries()) {
      const button = this.buttons.get(run.id) ?? make("button", { type: "button", "data-run": run.id });
      this.buttons.set(run.id, button);
      gone.delete(run.id);
      setAttributes(button, {
        style: `left: ${x}px; top: ${toY(run.value ?? 0)}px; ${styleOf(index)}`,
        "aria-label": `${run.words}: ${valueText(run.value ?? 0, percentPoints)}`,
        "aria-pressed": run.id === chosen,
      });
      if (this.dots.children[at] !== button) this.dots.insertBefore(button, this.dots.children[at] ?? null);
    }
    for (const id of gone) {
      this.buttons.get(id)?.remove();
      this.buttons.delete(id);
    }
    if (!this.buttons.has(this.current)) this.current = this.runs[0]?.id ?? "";
    this.stop();
  }
}
