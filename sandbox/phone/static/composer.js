// Where the diner writes or speaks: a field that grows, the counter, the buttons beside it, the suggestions of an empty chat.

import { element } from "./looks.js";
import { Recorder } from "./recorder.js";
import { voiceNote, words } from "./sending.js";

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
  #note = byId("composer-note");
  #suggestions = byId("suggestions");

  // `onSend(sending)` sends what sending.js made; `onDraft(text)` keeps what is written so far; `onCancel()` ends a reply or an edit.
  constructor(onSend, onDraft, onCancel) {
    Object.assign(this, { onSend, onDraft, onCancel });
    this.recorder = new Recorder({
      onNote: async (blob) => this.onSend(await voiceNote(blob)),
      onChange: (recording) => this.#recording(recording),
      onTrouble: (text) => this.say(text),
    });
    this.#field.addEventListener("input", () => this.#changed());
    this.#field.addEventListener("keydown", (event) => this.#sendOnEnter(event));
    byId("composer-form").addEventListener("submit", (event) => this.#submit(event));
    byId("composer-form").addEventListener("keydown", (event) => this.#cancelOnEscape(event));
  }

  set draft(text) {
    this.recorder.cancel();
    this.say("");
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

  // What is wrong, if anything is.
  say(text) {
    this.#note.textContent = text;
    this.#note.hidden = !text;
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  #chip(text) {
    const chip = element("button", "suggestion", text);
    chip.type = "button";
    chip.dataset.testid = "suggestion";
    chip.addEventListener("click", () => {
      this.onSend(words(text));
      this.focus();
    });
    return chip;
  }

  #changed() {
    this.say("");
    this.#fit();
    this.onDraft(this.#field.value);
  }

  // Enter also ends a composition (Japanese, Chinese, some phones' keyboards); that one does not send.
  #sendOnEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #cancelOnEscape(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    if (this.recorder.running) this.recorder.cancel();
    else this.onCancel();
  }

  // What had the focus is hidden now.
  #recording(isRunning) {
    this.#fit();
    if (isRunning) this.#send.focus();
    else this.focus();
  }

  #submit(event) {
    event.preventDefault();
    if (this.recorder.running) {
      this.recorder.finish();
      return;
    }
    const text = this.#field.value.trim();
    if (!text) return;
    this.draft = "";
    this.onDraft("");
    this.onSend(words(text));
    this.focus();
  }

  #fit() {
    const written = this.#field.value.length;
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, MAX_HEIGHT_PX)}px`;
    const { running } = this.recorder;
    const hasWords = Boolean(this.#field.value.trim());
    byId("composer-form").dataset.recording = String(running);
    byId("recording").hidden = !running;
    byId("record").hidden = running || hasWords;
    this.#send.hidden = !running && !hasWords;
    this.#counter.hidden = written < COUNT_FROM;
    this.#counter.textContent = this.#counter.hidden ? "" : `${written}/${MAX_LENGTH}`;
    this.#counter.classList.toggle("full", written >= MAX_LENGTH);
  }
}
