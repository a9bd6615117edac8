// The classes above the pad: one of them is chosen, and each says how many drawings it has.

import { keepChildren, make, setAttributes, setText } from "../shared/dom.js";
import { grouped, plural } from "../shared/format.js";
import { claim, hasModifier } from "../shared/pointer.js";

/** The key that chooses a class: 1 to 9, then 0; none for those after the tenth. @param {number} label */
export const keyOf = (label) => (label < 10 ? String((label + 1) % 10) : "");

/** The class that a key chooses, of so many. @type {(key: string, count: number) => number | null} */
export function labelOf(key, count) {
  if (!/^\d$/.test(key)) return null;
  const label = (Number(key) + 9) % 10;
  return label < count ? label : null;
}

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export class Labels {
  node = make("div", {
    class: "labels",
    role: "radiogroup",
    "aria-label": "What you draw",
    "data-testid": "quick-pad-labels",
  });
  count = 0;
  chosen = 0;

  /** @param {(label: number) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.node.onkeydown = (event) => {
      const step = STEPS[event.key];
      if (!step || hasModifier(event) || !this.count) return;
      claim(event);
      choose((this.chosen + step + this.count) % this.count);
      this.focus();
    };
  }

  focus() {
    /** @type {HTMLElement | undefined} */ (this.node.children[this.chosen])?.focus();
  }

  /** @type {(classes: string[], counts: number[], chosen: number) => void} */
  show(classes, counts, chosen) {
    Object.assign(this, { count: classes.length, chosen });
    const buttons = keepChildren(this.node, classes.length, () =>
      make(
        "button",
        { type: "button", role: "radio" },
        make("span", { class: "key" }),
        make("span", { class: "name" }),
        make("b"),
      ),
    );
    for (const [label, button] of buttons.entries()) {
      const [key, name, count] = button.children;
      button.onclick = () => this.choose(label);
      button.title = classes[label];
      const shortcut = keyOf(label);
      setAttributes(button, {
        "aria-checked": label === chosen,
        "aria-label": `${classes[label]}, ${plural(counts[label], "drawing")}`,
        tabindex: label === chosen ? 0 : -1,
        ...(shortcut && { "aria-keyshortcuts": shortcut }),
      });
      setText(key, shortcut);
      setText(name, classes[label]);
      setText(count, grouped(counts[label]));
    }
  }
}
