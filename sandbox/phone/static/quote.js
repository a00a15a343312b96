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
  return plainText(message.body || "").slice(0, LENGTH) || inWords(message);
}

// Above the field: what the next message answers.
export class Quoting {
  #box = document.getElementById("quoting");
  #shown = null;

  constructor(onCancel) {
    document.getElementById("quoting-cancel").addEventListener("click", onCancel);
  }

  // `editing`: it is not answered, but written anew.
  show(message, restaurant, editing) {
    if (message === this.#shown) return;
    this.#shown = message;
    this.#box.hidden = !message;
    this.#box.setAttribute("aria-label", editing ? "Editing" : "Replying to");
    if (message) document.getElementById("quoting-words").replaceChildren(...quote(message, restaurant));
  }
}
