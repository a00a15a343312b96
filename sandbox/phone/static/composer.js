// Where the diner writes: a field that grows, the counter, the send button, and the suggestions of an empty chat.

import { element } from "./looks.js";

// Twilio takes at most this many characters in one WhatsApp message.
const MAX_LENGTH = 1600;
const COUNT_FROM = 1400;
const MAX_HEIGHT_PX = 148;
const DINERS = ["Hello!", "What coffee do you have?", "I'm allergic to peanuts", "Can I talk to a human?", "/cfo", "/help"];
const STAFFS = ["/help", "/86 tilapia", "/86", "/undo"];

const byId = (id) => document.getElementById(id);

export class Composer {
  #field = byId("composer");
  #counter = byId("counter");
  #send = byId("send");
  #suggestions = byId("suggestions");

  // `onSend(text)` sends; `onDraft(text)` keeps what is written so far.
  constructor(onSend, onDraft) {
    this.onSend = onSend;
    this.onDraft = onDraft;
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#sendOnEnter(event));
    byId("composer-form").addEventListener("submit", (event) => this.#submit(event));
  }

  set draft(text) {
    this.#field.value = text;
    this.#fit();
  }

  // Whose chat it is: the staff write other words than diners.
  set isStaff(isStaff) {
    this.#suggestions.replaceChildren(...(isStaff ? STAFFS : DINERS).map((text) => this.#chip(text)));
  }

  set suggesting(wanted) {
    if (this.#suggestions.hidden === wanted) this.#suggestions.hidden = !wanted;
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  #chip(text) {
    const chip = element("button", "suggestion", text);
    chip.type = "button";
    chip.dataset.testid = "suggestion";
    chip.addEventListener("click", () => {
      this.onSend(text);
      this.focus();
    });
    return chip;
  }

  #changed() {
    this.#fit();
    this.onDraft(this.#field.value);
  }

  // Enter also ends a composition (Japanese, Chinese, some phones' keyboards); that one does not send.
  #sendOnEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text) return;
    this.draft = "";
    this.onDraft("");
    this.onSend(text);
    this.focus();
  }

  #fit() {
    const written = this.#field.value.length;
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, MAX_HEIGHT_PX)}px`;
    this.#send.disabled = !this.#field.value.trim();
    this.#counter.hidden = written < COUNT_FROM;
    this.#counter.textContent = this.#counter.hidden ? "" : `${written}/${MAX_LENGTH}`;
    this.#counter.classList.toggle("full", written >= MAX_LENGTH);
  }
}
