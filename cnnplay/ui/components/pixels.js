// Numbers as pixels, alike in every component: grey for images; for signed numbers blue below zero, orange above it.

const INKS = {
  light: { zero: [244, 246, 248], above: [196, 84, 10], below: [11, 92, 163] },
  dark: { zero: [22, 30, 39], above: [255, 164, 84], below: [92, 184, 255] },
};

/** Whether the theme around an element is dark. */
function isDark(element) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = getComputedStyle(element).getPropertyValue("--st-background-color").trim() || "#fff";
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/** The colour [r, g, b] of a number. `scale` is "grey" (0 black to 1 white) or "signed" (±range: full strength). */
function inkOf(value, scale, range, dark) {
  if (scale === "grey") return Array(3).fill(Math.round(255 * Math.min(1, Math.max(0, value / (range || 1)))));
  const { zero, above, below } = INKS[dark ? "dark" : "light"];
  const strength = range ? Math.min(1, Math.abs(value) / range) : 0;
  const end = value < 0 ? below : above;
  return zero.map((from, index) => Math.round(from + strength * (end[index] - from)));
}

const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/** Black or white, whichever reads better on a colour. */
const textOn = ([red, green, blue]) => (0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#10181f" : "#ffffff");

/** Paint values [row][column] - or, for a colour picture, [[r], [g], [b]] of such - one canvas pixel each. */
function paintPixels(canvas, values, { scale = "grey", range = 1, dark = false } = {}) {
  const channels = Array.isArray(values[0]?.[0]) ? values : [values];
  const height = channels[0].length, width = channels[0][0]?.length ?? 0;
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const colour = channels.length === 3
        ? channels.map((channel) => inkOf(channel[row][column], "grey", range, dark)[0])
        : inkOf(channels[0][row][column], scale, range, dark);
      image.data.set([...colour, 255], 4 * (row * width + column));
    }
  }
  pen.putImageData(image, 0, 0);
}

/** A number as a learner reads it: at most three digits after the point, a real minus sign, no trailing zeros. */
function numberText(value, digits = 3) {
  const rounded = Number(value.toFixed(digits));
  return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
}
