// How the width is divided between picture, kernel and maps.

import { clamp } from "../shared/scale.js";
import { EDGE } from "./board.js";
import { LEAST_WEIGHT } from "./kernel_cells.js";

/** @import { Slide } from "./data.js" */

const GAP = 20; // px between panels; on a phone less
const PHONE = 480; // px: below this width the maps are stacked beside the picture, and what is edited comes last
const NARROW = 680; // px
const ROOMY = 720; // px: from this width on the kernel stands in the row with picture and maps
// A picture that is larger pushes Play off the screen.
const LARGEST = 304; // px
const LARGEST_ON_A_LAPTOP = 240; // px: 28 pixels of 8
const TALL = 960; // px: the height from which a screen is no laptop's
const LEAST = 220; // px: of the picture, where there is room
const PIXEL = 64; // px: the largest cell of a picture

/**
 * @typedef {object} Widths
 * @property {number} gap between panels
 * @property {boolean} phone
 * @property {boolean} narrow
 * @property {number} picture
 * @property {number} kernel 0: it does not stand in the row
 * @property {number} map of each one
 */

/**
 * Only the room and the picture's size decide on the picture's width, so that nothing jumps while a kernel grows or a
 * second map comes.
 * @type {(slide: Slide, room: number, screen?: number) => Widths} screen: the height of what is seen of the page
 */
export function widthsFor({ rows, columns, kernel, outputs }, room, screen = TALL) {
  const phone = room < PHONE;
  const gap = phone ? 14 : GAP;
  const reserved = kernel && room >= ROOMY ? clamp(0.25 * room, 7 * (LEAST_WEIGHT + 1), 246) + gap : 0;
  const beside = room - reserved; // of the kernel
  const share = phone || !kernel ? 0.57 * (room - gap) : 0.457 * (beside - 2 * gap);
  // A small picture need not fill its share.
  const own = Math.max(LEAST, PIXEL * Math.max(rows.size, columns.size) + 2 * EDGE);
  const picture = Math.floor(Math.min(share, screen < TALL ? LARGEST_ON_A_LAPTOP : LARGEST, own));
  const fits = kernel !== null && kernel[0][0].length * (LEAST_WEIGHT + 1) <= reserved - gap;
  const rest = (fits ? beside : room) - picture;
  return {
    gap,
    phone,
    narrow: room < NARROW,
    picture,
    kernel: fits ? Math.floor(reserved - gap) : 0,
    map: Math.floor(phone ? rest - gap : Math.min(picture, rest / outputs.length - gap)),
  };
}
