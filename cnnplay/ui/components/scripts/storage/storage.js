// What the browser keeps for a learner: their progress in the course. The server keeps none.

/** @import { Call, Component } from "../shared/component.js" */

import { component } from "../shared/component.js";

/**
 * @typedef {{ name: string, text: string | null, session: string, asked: boolean }} Data
 * name: of the entry. text: to keep, null for nothing new. session: the script's, another after a restart of the server.
 * asked: whether that session has been told what is kept already
 */

/**
 * The entry of that name, and whether this browser keeps any: private windows and strict settings may forbid it. That is
 * tried with another entry: to write the entry itself would wake the other tabs of the browser, which read it then.
 * @param {() => Storage} storage
 * @param {string} name
 * @returns {{ works: boolean, text: string | null }}
 */
export function read(storage, name) {
  try {
    const trial = `${name}.trial`;
    storage().setItem(trial, "");
    storage().removeItem(trial);
    return { works: true, text: storage().getItem(name) };
  } catch {
    return { works: false, text: null };
  }
}

/** @implements {Component<Data>} */
class BrowserStorage {
  /** @param {Call<Data>} call */
  constructor({ data, setStateValue }) {
    /** @type {string | undefined} */
    this.told = undefined;
    this.session = data.session;
    this.tell = () => {
      this.told = this.session;
      setStateValue("kept", { session: this.session, ...read(() => localStorage, data.name) });
    };
    // Another tab of this browser has written: what it has done counts here as well.
    this.listen = (/** @type {StorageEvent} */ event) => {
      if (event.key === data.name) this.tell();
    };
    addEventListener("storage", this.listen);
  }

  /** @param {Call<Data>} call */
  update({ data: { name, text, session, asked } }) {
    this.session = session;
    if (!asked && session !== this.told) this.tell();
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
