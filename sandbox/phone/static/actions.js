// What one can do with a message: react to it, reply to it, copy its words. It sends nothing itself.

import { element, icon } from "./looks.js";

const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const GAP_PX = 6;

export class Actions {
  #menu = document.getElementById("message-menu");
  #message = null;
  #opener = null;

  // `onReact(message, emoji)`: an empty one takes it back; the others get the message.
  constructor({ onReact, onReply, onEdit, onDelete }) {
    const reactions = REACTIONS.map((emoji) => this.#item("reaction-choice", emoji, () => onReact(this.#message, this.#toggled(emoji))));
    reactions.forEach((item, nth) => item.setAttribute("aria-label", `React with ${REACTIONS[nth]}`));
    const reply = this.#item("menu-item", "Reply", () => onReply(this.#message));
    const copy = this.#item("menu-item", "Copy", () => navigator.clipboard?.writeText(this.#message.body));
    const edit = this.#item("menu-item", "Edit", () => onEdit(this.#message));
    const erase = this.#item("menu-item", "Delete", () => onDelete(this.#message));
    Object.assign(this, { copy, edit, erase });
    this.#menu.append(element("div", "reaction-row", ...reactions), reply, copy, edit, erase);
    this.#menu.addEventListener("keydown", (event) => this.#walk(event));
    this.#menu.addEventListener("toggle", (event) => this.#toggle(event.newState === "open"));
  }

  // `opener` is the button beside the message.
  open(message, opener) {
    if (message.local || message.kind === "deleted") return;
    this.#message = message;
    this.#opener = opener;
    const isOwn = message.direction === "out";
    this.copy.hidden = !message.body;
    this.edit.hidden = !isOwn || message.kind !== "text";
    this.erase.hidden = !isOwn;
    this.#menu.showPopover();
    this.#place(opener.getBoundingClientRect());
    this.#menu.querySelector("button").focus();
  }

  #toggled(emoji) {
    return this.#message.reaction === emoji ? "" : emoji;
  }

  #item(className, label, act) {
    const item = element("button", className, label);
    item.type = "button";
    item.setAttribute("role", "menuitem");
    item.addEventListener("click", () => {
      this.#menu.hidePopover();
      act();
    });
    return item;
  }

  #place(by) {
    const { width, height } = this.#menu.getBoundingClientRect();
    const below = by.bottom + GAP_PX + height < innerHeight;
    const top = below ? by.bottom + GAP_PX : Math.max(GAP_PX, by.top - GAP_PX - height);
    const left = Math.min(Math.max(GAP_PX, by.right - width), innerWidth - width - GAP_PX);
    Object.assign(this.#menu.style, { top: `${top}px`, left: `${left}px` });
  }

  #toggle(open) {
    this.#opener?.setAttribute("aria-expanded", String(open));
    if (!open && this.#menu.contains(document.activeElement)) this.#opener?.focus();
  }

  #walk(event) {
    const items = [...this.#menu.querySelectorAll("button:not([hidden])")];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length).focus();
  }
}

export function moreButton(onOpen) {
  const button = element("button", "more", icon("i-down"));
  button.type = "button";
  button.dataset.testid = "more";
  button.setAttribute("aria-label", "React or reply");
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => onOpen(button));
  return button;
}
