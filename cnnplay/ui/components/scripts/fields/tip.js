// The help of a field: a mark beside its label, and a text above the page while the pointer is on the mark.

import { make, setText } from "../shared/dom.js";

const GAP = 6; // pixels

export class Tip {
  constructor() {
    this.node = make("div", { class: "tip", popover: "manual", "aria-hidden": "true" });
  }

  /**
   * A mark that shows a text. It is no stop for the Tab key: screen readers read the text with the field.
   * @param {() => string} text
   */
  mark(text) {
    const mark = make("button", { type: "button", class: "mark", tabindex: -1, "aria-hidden": "true" }, "?");
    mark.onpointerenter = () => this.show(mark, text());
    mark.onpointerleave = () => this.hide();
    mark.onclick = () => this.show(mark, text());
    mark.onblur = () => this.hide();
    return mark;
  }

  /** @type {(mark: HTMLElement, text: string) => void} */
  show(mark, text) {
    setText(this.node, text);
    this.node.showPopover?.();
    const at = mark.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const above = at.top - height - GAP;
    this.node.style.left = `${Math.max(GAP, Math.min(at.left - width / 2, innerWidth - width - GAP))}px`;
    this.node.style.top = `${above > GAP ? above : at.bottom + GAP}px`;
  }

  hide() {
    if (this.node.matches(":popover-open")) this.node.hidePopover();
  }
}
