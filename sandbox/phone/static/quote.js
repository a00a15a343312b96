// A quoted message, in a bubble and above the field: who wrote it, and its beginning.

import { element } from "./looks.js";
import { inWords } from "./media.js";
import { plainText } from "./render.js";

const LENGTH = 160;
const GONE = { body: "A message that is no longer here", direction: "" };

// `message` may be missing; `restaurant` is the name that speaks for what came in.
export function quote(message, restaurant) {
  const { direction } = message || GONE;
  const author = element("strong", "quote-author", direction === "out" ? "You" : restaurant);
  const text = element("span", "quote-text", firstWords(message || GONE));
  return [author, text];
}

export function firstWords(message) {
  if (message.kind === "deleted") return "A message that was deleted";
  return plainText(message.body || "").slice(0, LENGTH) || inWords(message);
}

// Above the field: what the next message answers.
export class Quoting {
  #box = document.getElementById("quoting");
  #shown = null;
  #editing = false;
  #cancel = document.getElementById("quoting-cancel");

  constructor(onCancel) {
    this.#cancel.addEventListener("click", onCancel);
  }

  // `editing`: it is not answered, but written anew.
  show(message, restaurant, editing) {
    if (message === this.#shown && editing === this.#editing) return;
    this.#shown = message;
    this.#editing = editing;
    this.#box.hidden = !message;
    this.#box.setAttribute("aria-label", editing ? "Editing" : "Replying to");
    this.#cancel.setAttribute("aria-label", editing ? "Edit nothing" : "Reply to nothing");
    if (!message) return;
    const [author, text] = quote(message, restaurant);
    if (editing) author.textContent = "Edit";
    document.getElementById("quoting-words").replaceChildren(author, text);
  }
}
