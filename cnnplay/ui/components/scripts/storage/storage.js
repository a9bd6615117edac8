// What the browser keeps for a learner: their progress in the course. The server keeps none.

/** @import { Call, Component } from "../shared/component.js" */

import { component } from "../shared/component.js";

/**
 * @typedef {{ name: string, text: string | null, asked: boolean }} Data
 * name: of the entry. text: to keep, null for nothing new. asked: whether the script has been told what is kept already
 */

/**
 * The entry of that name, and whether this browser keeps any: private windows and strict settings may forbid it.
 * @param {() => Storage} storage
 * @param {string} name
 * @returns {{ works: boolean, text: string | null }}
 */
export function read(storage, name) {
  try {
    const text = storage().getItem(name);
    storage().setItem(name, text ?? "");
    if (text === null) storage().removeItem(name);
    return { works: true, text };
  } catch {
    return { works: false, text: null };
  }
}

/** @implements {Component<Data>} */
class BrowserStorage {
  /** @param {Call<Data>} call */
  constructor({ data, setStateValue }) {
    const tell = () =>
      setStateValue(
        "kept",
        read(() => localStorage, data.name),
      );
    if (!data.asked) tell();
    // Another tab of this browser has written: what it has done counts here as well.
    this.listen = (/** @type {StorageEvent} */ event) => {
      if (event.key === data.name) tell();
    };
    addEventListener("storage", this.listen);
  }

  /** @param {Call<Data>} call */
  update({ data: { name, text } }) {
    if (text === null) return;
    try {
      if (localStorage.getItem(name) !== text) localStorage.setItem(name, text);
    } catch {
      // The script has been told that this browser keeps nothing, and says so.
    }
  }

  destroy() {
    removeEventListener("storage", this.listen);
  }
}

export default component(BrowserStorage);
