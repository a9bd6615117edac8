// Fields to set: sliders that send while they are dragged, lists, switches and numbers.

/** @import { Call, Component } from "../shared/component.js" */
/** @import { Field, View } from "./kinds.js" */

import { component } from "../shared/component.js";
import { make, setAttributes, setText } from "../shared/dom.js";
import { editsOf } from "./edits.js";
import { KINDS } from "./kinds.js";
import { Sender, scriptOfPage } from "./sender.js";
import { Tip } from "./tip.js";

/** @typedef {{ key: string, session: string, row: boolean, fields: Field[] }} Data `row`: side by side */

/** A field with its label, help and note around it. */
class Framed {
  /**
   * @param {Field} field
   * @param {Tip} tip
   * @param {(name: string, value: unknown) => void} change
   */
  constructor(field, tip, change) {
    this.field = field;
    /** @type {View} */
    this.view = KINDS[field.kind](field, (value) => change(this.field.name, value));
    this.label = make("label", {});
    this.mark = tip.mark(() => this.field.help ?? "");
    this.note = make("p", { class: "note" });
    this.help = make("span", { class: "unseen" });
    const grid = make("div", {}, this.label, this.mark, this.view.node, this.note, this.help);
    this.node = make("div", { class: `field of-${field.kind}`, "data-field": field.name }, grid);
  }

  /** @type {(field: Field, value: unknown, id: string) => void} */
  show(field, value, id) {
    this.field = field;
    const { input } = this.view;
    input.id = this.label.htmlFor = `field-${id}`;
    this.help.id = `help-${id}`;
    setAttributes(input, { "aria-label": field.label, "aria-describedby": this.help.id });
    input.toggleAttribute("disabled", field.disabled);
    setText(this.label, field.label);
    setText(this.help, field.help ?? "");
    setText(this.note, field.note ?? "");
    this.label.classList.toggle("unseen", !field.labelled);
    this.mark.hidden = !field.help;
    this.note.hidden = field.note === null;
    this.node.classList.toggle("half", field.half);
    this.view.show(field, value);
  }
}

/** @implements {Component<Data>} */
class Fields {
  /** @type {Map<string, Framed>} */
  framed = new Map();

  /** @param {Call<Data>} call */
  constructor({ parentElement, data, setStateValue }) {
    this.setStateValue = setStateValue;
    this.session = data.session;
    this.answers = data.fields;
    this.edits = editsOf(data.key, data.session);
    this.sender = new Sender(() => this.send(), scriptOfPage());
    this.tip = new Tip();
    this.list = make("div", { class: "fields" });
    this.root = make("div", { class: "component" }, this.list, this.tip.node);
    parentElement.append(this.root);
    this.isHeld = false;
    this.root.onpointerdown = () => {
      this.isHeld = true;
      this.edits.beginMovement();
    };
    this.onRelease = () => {
      this.isHeld = false;
    };
    this.onElsewhere = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(this.root)) this.sender.flush();
    };
    addEventListener("pointerup", this.onRelease, true);
    addEventListener("pointercancel", this.onRelease, true);
    addEventListener("pointerdown", this.onElsewhere, true);
    addEventListener("keydown", this.onElsewhere, true);
  }

  /** @param {Call<Data>} call */
  update({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    if (data.session !== this.session) {
      // The server was restarted. What has been changed meanwhile is to be sent again: it was sent to nobody.
      const before = this.edits;
      this.session = data.session;
      this.edits = editsOf(data.key, data.session);
      this.edits.adopt(before, this.answers);
    }
    this.answers = data.fields;
    this.list.classList.toggle("row", data.row);
    const wanted = data.fields.map((field, at) => this.show(field, String(at)));
    for (const [at, node] of wanted.entries())
      if (this.list.children[at] !== node) this.list.insertBefore(node, this.list.children[at] ?? null);
    while (this.list.childElementCount > wanted.length) this.list.lastElementChild?.remove();
    if (this.edits.areAwaited(data.fields) && !this.sender.unanswered) this.sender.request();
  }

  /** @type {(field: Field, at: string) => HTMLElement} */
  show(field, at) {
    const id = `${field.kind} ${field.name}`;
    const framed = this.framed.get(id) ?? new Framed(field, this.tip, (name, value) => this.change(name, value));
    this.framed.set(id, framed);
    framed.show(field, this.edits.shown(field), at);
    return framed.node;
  }

  /** @type {(name: string, value: unknown) => void} */
  change(name, value) {
    this.edits.make(name, value, this.isHeld);
    this.sender.request();
  }

  send() {
    this.setStateValue("edits", { session: this.session, made: this.edits });
  }

  destroy() {
    removeEventListener("pointerup", this.onRelease, true);
    removeEventListener("pointercancel", this.onRelease, true);
    removeEventListener("pointerdown", this.onElsewhere, true);
    removeEventListener("keydown", this.onElsewhere, true);
    this.sender.destroy();
    this.root.remove();
  }
}

export default component(Fields);
