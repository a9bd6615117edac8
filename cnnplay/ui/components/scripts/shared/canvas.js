// Canvases: their pens, and their size in the screen's own pixels.

/**
 * The canvas's pen, which every browser of today has.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export const penOf = (canvas, settings) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));

/** The screen's own pixels in one CSS pixel. */
export const dotsPerPixel = () => globalThis.devicePixelRatio || 1;

/**
 * Clear a canvas and give it a size in CSS pixels, as fine as the screen is; its pen draws in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function resize(canvas, width, height) {
  const dots = dotsPerPixel();
  canvas.width = Math.round(width * dots);
  canvas.height = Math.round(height * dots);
  const pen = penOf(canvas);
  pen.scale(dots, dots);
  return pen;
}

/**
 * Draw the same line several times, each time narrower: a rim of another colour is seen on any ground.
 * @param {CanvasRenderingContext2D} pen
 * @param {{ colour: string, width: number }[]} lines the widest first
 * @param {() => void} draw
 */
export function rimmed(pen, lines, draw) {
  for (const { colour, width } of lines) {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    draw();
  }
}
