// One message as a bubble: made once, then brought up to date in place. It does not know what stands around it.

import { moreButton } from "./actions.js";
import { choicesBelow } from "./choices.js";
import { element, icon, setTick, timeOf } from "./looks.js";
import { mediaElement, placeCard } from "./media.js";
import { quote } from "./quote.js";
import { renderText } from "./render.js";

export class Bubble {
  #body = null;
  #mediaShown = null;
  #ticked = null;
  #quoted = null;
  #reason = null;
  #message = null;

  // `hands` are {onRetry(message), onMore(message, button), onTap(message, option), onQuote(id)}; `restaurant` speaks for what came in.
  constructor(message, restaurant, hands, quoted) {
    this.hands = hands;
    const author = message.direction === "out" ? "You" : restaurant;
    this.text = element("div", "body");
    this.text.dataset.testid = "message-body";
    this.media = element("div", "media");
    this.time = element("time", "time");
    this.tick = message.direction === "out" ? icon("i-clock") : null;
    const meta = element("div", "meta", this.time, ...(this.tick ? [this.tick] : []));
    this.reaction = element("span", "reaction");
    this.reaction.dataset.testid = "reaction";
    this.reaction.setAttribute("role", "img");
    const more = moreButton((button) => hands.onMore(this.#message, button));
    const parts = [this.media, this.text, meta, more, this.reaction];
    this.quote = message.reply_to ? this.#quoteOf(message.reply_to) : null;
    if (this.quote) parts.unshift(this.quote);
    this.bubble = element("div", "bubble", ...parts);
    this.bubble.addEventListener("contextmenu", (event) => this.#openMenu(event, more));
    this.row = element("div", `row ${message.direction}`, element("span", "visually-hidden", `${author}: `), this.bubble);
    Object.assign(this.row.dataset, { testid: "message", direction: message.direction });
    if (message.choices) this.row.append(choicesBelow(message.choices, (option) => hands.onTap(this.#message, option)));
    this.restaurant = restaurant;
    this.update(message, quoted);
  }

  // `quoted` may be missing; it may change, too.
  update(message, quoted) {
    this.#message = message;
    this.#showQuoted(quoted);
    Object.assign(this.row.dataset, { status: message.status, id: message.id, kind: message.kind || "text" });
    this.#showBody(message.kind === "deleted" ? "_You deleted this message_" : message.body);
    this.#showMedia(message);
    const isEdited = message.is_edited && message.kind !== "deleted";
    this.time.textContent = `${isEdited ? "Edited " : ""}${timeOf(message.at)}`;
    this.row.style.setProperty("--clock", JSON.stringify(this.time.textContent));
    this.time.dateTime = new Date(message.at * 1000).toISOString();
    if (this.tick) this.#showTick(message.status);
    this.#showReaction(message.reaction || "");
    this.#showFailure(message);
  }

  // A long press, or the right button: but not on what the browser has a menu of its own for.
  #openMenu(event, more) {
    if (event.target.closest("a, img, input") || String(getSelection())) return;
    event.preventDefault();
    this.hands.onMore(this.#message, more);
  }

  #quoteOf(id) {
    const button = element("button", "quote");
    button.type = "button";
    button.dataset.testid = "quote";
    button.addEventListener("click", () => this.hands.onQuote(id));
    return button;
  }

  #showQuoted(quoted) {
    if (!this.quote) return;
    const parts = quote(quoted, this.restaurant);
    const words = parts.map((each) => each.textContent).join("\n");
    if (words === this.#quoted) return;
    this.#quoted = words;
    this.quote.replaceChildren(...parts);
  }

  #showTick(status) {
    if (status === this.#ticked) return;
    this.#ticked = status;
    setTick(this.tick, status);
  }

  #showBody(body) {
    if (this.#body === body) return;
    this.#body = body;
    this.text.hidden = !body;
    this.text.replaceChildren(renderText(body || ""));
  }

  #showMedia(message) {
    const media = message.media || [];
    const key = JSON.stringify([media.map((one) => [one.url, one.name]), message.location || null]);
    if (key === this.#mediaShown) return;
    this.#mediaShown = key;
    const parts = media.map((one) => mediaElement(one, message));
    if (message.location) parts.push(placeCard(message.location));
    this.media.hidden = parts.length === 0;
    this.media.replaceChildren(...parts);
  }

  #showReaction(emoji) {
    if (this.reaction.textContent === emoji && this.reaction.hidden === !emoji) return;
    this.reaction.textContent = emoji;
    this.reaction.hidden = !emoji;
    this.reaction.setAttribute("aria-label", `You reacted with ${emoji}`);
    this.row.classList.toggle("reacted", Boolean(emoji));
  }

  #showFailure({ direction, status, error, request, body }) {
    const failed = status === "failed" || status === "undelivered";
    const beginning = direction === "out" ? "Not sent." : "Practice: this did not arrive.";
    const reason = failed ? `${beginning} ${error || ""}`.trim() : null;
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.row.querySelector(".failure")?.remove();
    if (failed) this.row.append(this.#failureLine(reason, direction === "out" && Boolean(request || body)));
  }

  #failureLine(reason, mayRetry) {
    const mark = element("span", "mark", "!");
    mark.setAttribute("aria-hidden", "true");
    const line = element("div", "failure", mark, element("span", "reason", reason));
    line.dataset.testid = "failure";
    if (!mayRetry) return line;
    const retry = element("button", "retry", "Retry");
    retry.type = "button";
    retry.dataset.testid = "retry";
    retry.addEventListener("click", () => this.hands.onRetry(this.#message));
    line.append(retry);
    return line;
  }
}
