// What pointers and keys do on the player's boards.

import { moveOf } from "../shared/pointer.js";

/** @import { Board } from "./board.js" */
/** @import { Place } from "./data.js" */

/**
 * @typedef {object} Actions
 * @property {(place: Place) => void} choose also the cell where the window is already
 * @property {(place: Place) => void} follow a pointer
 * @property {() => boolean} rests whether a pointer that merely hovers may move the window
 */

/**
 * A click, a drag, or hovering.
 * @param {Board} board
 * @param {(place: Place) => Place} cellAt the cell that a place on the board stands for
 * @param {Actions} actions
 */
export function listenToPointer(board, cellAt, { choose, follow, rests }) {
  const { base } = board;
  base.onclick = (event) => choose(cellAt(board.cellAt(event)));
  base.onpointerdown = (event) => event.pointerType === "mouse" || base.setPointerCapture(event.pointerId);
  base.onpointermove = (event) => {
    if (event.buttons || (event.pointerType === "mouse" && rests())) follow(cellAt(board.cellAt(event)));
  };
}

/**
 * Keys that lead from cell to cell; with Ctrl, Home and End lead to the first and the last of all.
 * @param {Board} board
 * @param {(down: number, right: number) => void} step
 */
export function listenToKeys({ base }, step) {
  base.onkeydown = (event) => {
    const way = moveOf(event.key);
    if (!way || event.altKey) return;
    event.preventDefault();
    const corner = (event.ctrlKey || event.metaKey) && (event.key === "Home" || event.key === "End");
    step(corner ? way[1] : way[0], way[1]);
  };
}
