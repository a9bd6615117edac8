// The line's place among the received angles, and what the filters answer to it. Between two angles, while it plays,
// pictures and sums are mixed from both: a sum of products is linear in the picture, so the mix is true.

import { mix, nearestIndex } from "../shared/scale.js";

/** Half a turn or a whole one, if the angles go round; 0 where they end before. */
export function period(angles) {
  const span = (angles.at(-1) - angles[0]) * (1 + 1 / Math.max(1, angles.length - 1));
  return [180, 360].find((turn) => Math.abs(turn - span) < 1e-6) ?? 0;
}

/** The two received angles around a place, and how far it is from the one to the other. */
function around(state) {
  const count = state.data.angles.length;
  const low = Math.floor(state.at);
  return [low % count, (low + 1) % count, state.at - low];
}

export function answer(state, filter) {
  const [low, high, share] = around(state);
  const row = state.data.responses[filter];
  return share ? mix(row[low], row[high], share) : row[low];
}

export function picture(state) {
  const [low, high, share] = around(state);
  const { lines } = state.data;
  if (!share) return lines[low];
  return lines[low].map((row, y) => row.map((value, x) => mix(value, lines[high][y][x], share)));
}

/** The part of a picture that a kernel lies on: its middle. */
export function under(values, kernel) {
  const top = Math.floor((values.length - kernel.length) / 2);
  const left = Math.floor((values[0].length - kernel[0].length) / 2);
  return {
    top,
    left,
    values: values.slice(top, top + kernel.length).map((row) => row.slice(left, left + kernel[0].length)),
  };
}

export const indexOf = (state) => Math.round(state.at) % state.data.angles.length;

export const angleOf = (state) => {
  const [low, , share] = around(state);
  const { angles } = state.data;
  return angles[low] + share * (angles[1] - angles[0] || 0);
};

export const winnerOf = ({ data }, index) =>
  data.filters.reduce(
    (best, _, filter) => (data.responses[filter][index] > data.responses[best][index] ? filter : best),
    0,
  );

/** The place of the received angle that is nearest to one on the screen. A line at 179° lies beside one at 0°. */
export function nearestAngle(state, angle) {
  const { angles } = state.data;
  const turn = state.period || (angles.at(-1) > 180 ? 360 : 180);
  const apart = (one) => {
    const distance = (((one - angle) % turn) + turn) % turn;
    return Math.min(distance, turn - distance);
  };
  return nearestIndex(angles, angle, apart);
}
