// The open chat's messages: bubbles, day separators, the typing bubble, and scrolling that never pulls the reader away.

import { Bubble } from "./bubble.js";
import { dayOf, element } from "./looks.js";

// Within this distance of the end the reader counts as being at the end.
const NEAR_END_PX = 60;

export class MessageLog {
  #chat = null;
  #bubbles = new Map();
  #atEnd = true;
  #missed = 0;
  #top = 0;

  // `parts` are the elements {log, scroller, typing, newer, newerText}; `hands` are what a bubble asks for, see bubble.js.
  constructor(parts, hands) {
    Object.assign(this, parts, { hands: { ...hands, onQuote: (id) => this.#goTo(id) } });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.newer.addEventListener("click", () => this.toEnd());
    const follow = new ResizeObserver(() => this.#atEnd && this.#jump());
    for (const watched of [this.scroller, this.log, this.typing]) follow.observe(watched);
  }

  // `restaurant` is the name that speaks for the messages that came in.
  show(chat, restaurant) {
    if (chat !== this.#chat) this.#open(chat);
    this.#missed += this.#place(chat, restaurant);
    this.typing.hidden = !chat.typing;
    if (this.#atEnd) this.#jump();
    if (chat.loaded) requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
    this.#showNewer();
  }

  toEnd() {
    this.#atEnd = true;
    this.#jump();
    this.#showNewer();
  }

  // A whole chat that is opened must not be read out; what arrives in it afterwards must.
  #open(chat) {
    this.#chat = chat;
    this.#bubbles.clear();
    this.log.setAttribute("aria-live", "off");
    this.log.replaceChildren();
    this.#atEnd = true;
    this.#missed = 0;
  }

  // Puts every row where it belongs, touching only what moved, and gives the number of new messages that came in.
  #place(chat, restaurant) {
    const rows = [];
    let came = 0;
    let before = null;
    for (const message of chat.messages) {
      if (!before || dayOf(before.at) !== dayOf(message.at)) rows.push(this.#day(dayOf(message.at)));
      if (!this.#bubbles.has(message.key) && message.direction === "in") came += 1;
      const row = this.#row(message, restaurant, chat);
      row.classList.toggle("first", before?.direction !== message.direction || rows.at(-1).className === "day");
      rows.push(row);
      before = message;
    }
    this.#arrange(rows);
    return came;
  }

  #row(message, restaurant, chat) {
    const quoted = message.reply_to && chat.find(message.reply_to);
    const known = this.#bubbles.get(message.key);
    if (known) {
      known.update(message, quoted);
      return known.row;
    }
    const made = new Bubble(message, restaurant, this.hands, quoted);
    this.#bubbles.set(message.key, made);
    return made.row;
  }

  // To the message that was quoted.
  #goTo(id) {
    const row = [...this.log.children].find((each) => each.dataset.id === id);
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.classList.add("pointed-at");
    row.addEventListener("animationend", () => row.classList.remove("pointed-at"), { once: true });
  }

  #day(label) {
    const key = `day ${label}`;
    if (!this.#bubbles.has(key)) this.#bubbles.set(key, { row: element("div", "day", element("span", "", label)) });
    return this.#bubbles.get(key).row;
  }

  #arrange(rows) {
    const wanted = new Set(rows);
    for (const row of [...this.log.children]) if (!wanted.has(row)) row.remove();
    rows.forEach((row, place) => {
      if (this.log.children[place] !== row) this.log.insertBefore(row, this.log.children[place] || null);
    });
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    // Only a way up leaves the end: when a picture loads, the end moves away from a reader who has not moved at all.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.#atEnd = true;
    else if (scrollTop < this.#top) this.#atEnd = false;
    this.#top = scrollTop;
    this.#showNewer();
  }

  #jump() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #showNewer() {
    if (this.#atEnd) this.#missed = 0;
    this.newer.hidden = this.#atEnd;
    this.newer.classList.toggle("counting", this.#missed > 0);
    const plural = this.#missed === 1 ? "" : "s";
    const news = this.#missed ? `${this.#missed} new message${plural}` : "";
    this.newerText.textContent = news;
    this.newer.setAttribute("aria-label", news ? `${news}, go to the end` : "Go to the end");
  }
}
