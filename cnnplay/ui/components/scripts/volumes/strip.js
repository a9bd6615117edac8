// The strip that the drawing scrolls in where it is wider than the page.

const FADE = 50; // px: its fading edge is 3rem wide
const NEXT = 2; // px: less does not count as scrolled

export class Strip {
  /**
   * @param {HTMLElement} node
   * @param {HTMLElement} root whose classes say where there is more to see
   */
  constructor(node, root) {
    this.node = node;
    this.root = root;
  }

  mark() {
    const { scrollWidth, clientWidth, scrollLeft } = this.node;
    const rest = scrollWidth - clientWidth;
    this.root.classList.toggle("more-left", scrollLeft > NEXT);
    this.root.classList.toggle("more-right", scrollLeft < rest - NEXT);
    this.root.classList.toggle("scrolls", rest > NEXT);
  }

  /**
   * Scroll the strip, never the page, until a layer and, where there is room, the box before it are in sight.
   * @type {(layer: DOMRect, before: DOMRect | undefined) => void}
   */
  reveal({ left, right }, before) {
    const frame = this.node.getBoundingClientRect();
    const start = before?.left ?? left;
    const from = (right - start < frame.width ? start : left) - FADE;
    const to = right + FADE;
    if (from < frame.left) this.node.scrollLeft += from - frame.left;
    else if (to > frame.right) this.node.scrollLeft += Math.min(to - frame.right, from - frame.left);
  }
}
