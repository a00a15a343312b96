// One message as a bubble: made once, then brought up to date in place. It does not know what stands around it.

import { element, icon, setTick, timeOf } from "./looks.js";
import { renderText } from "./render.js";

// `onRetry(message)` is called when the diner asks for a failed message to be sent again.
export class Bubble {
  #body = null;
  #mediaShown = null;

  constructor(message, author, onRetry) {
    this.text = element("div", "body");
    this.text.dataset.testid = "message-body";
    this.media = element("div", "media");
    this.time = element("time", "time");
    this.tick = message.direction === "out" ? icon("i-clock") : null;
    this.failure = this.#failureLine(message, onRetry);
    const meta = element("div", "meta", this.time, ...(this.tick ? [this.tick] : []));
    const bubble = element("div", "bubble", this.media, this.text, meta);
    this.row = element("div", `row ${message.direction}`, element("span", "visually-hidden", `${author}: `), bubble, this.failure);
    Object.assign(this.row.dataset, { testid: "message", direction: message.direction });
    this.update(message);
  }

  update(message) {
    Object.assign(this.row.dataset, { status: message.status, id: message.id });
    if (this.#body !== message.body) this.#showBody(message.body);
    this.#showMedia(message.media || []);
    this.time.textContent = timeOf(message.at);
    this.time.dateTime = new Date(message.at * 1000).toISOString();
    if (this.tick && this.tick.dataset.status !== message.status) {
      this.tick.dataset.status = message.status;
      setTick(this.tick, message.status);
    }
    this.#showFailure(message);
  }

  #showBody(body) {
    this.#body = body;
    this.text.hidden = !body;
    this.text.replaceChildren(renderText(body || ""));
  }

  #showMedia(media) {
    const key = media.map((one) => one.url).join("\n");
    if (key === this.#mediaShown) return;
    this.#mediaShown = key;
    this.media.hidden = media.length === 0;
    this.media.replaceChildren(...media.map(mediaElement));
  }

  #failureLine(message, onRetry) {
    this.reason = element("span", "reason");
    const retry = element("button", "retry", "Retry");
    retry.type = "button";
    retry.dataset.testid = "retry";
    retry.hidden = message.direction !== "out";
    retry.addEventListener("click", () => onRetry(message));
    const mark = element("span", "mark", "!");
    mark.setAttribute("aria-hidden", "true");
    const line = element("div", "failure", mark, this.reason, retry);
    line.dataset.testid = "failure";
    return line;
  }

  #showFailure(message) {
    const failed = message.status === "failed" || message.status === "undelivered";
    this.failure.hidden = !failed;
    const reason = failed ? `Not sent. ${message.error || ""}`.trim() : "";
    if (this.reason.textContent !== reason) this.reason.textContent = reason;
  }
}

function mediaElement({ url, content_type: contentType }) {
  const address = safeAddress(url);
  if (!address) return element("span", "attachment", "Attachment");
  const kind = (contentType || "").split("/")[0];
  if (kind === "image") return picture(address);
  if (kind === "audio" || kind === "video") {
    const player = element(kind);
    player.controls = true;
    player.preload = "metadata";
    player.src = address;
    return player;
  }
  return attachment(address, `Document ${contentType || ""}`);
}

// A picture that cannot be shown (gone, or from a host that the page's policy forbids) stays reachable as a link.
function picture(address) {
  const image = element("img");
  image.alt = "Photo";
  image.src = address;
  const link = newTab(element("a", "photo", image), address);
  image.addEventListener("error", () => link.replaceWith(attachment(address, "Photo")));
  return link;
}

function attachment(address, label) {
  return newTab(element("a", "attachment", label.trim()), address);
}

function newTab(link, address) {
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function safeAddress(url) {
  const address = URL.canParse(url, location.href) ? new URL(url, location.href) : null;
  return address && /^https?:$/.test(address.protocol) ? address.href : null;
}
