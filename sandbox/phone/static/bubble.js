// One message as a bubble: made once, then brought up to date in place. It does not know what stands around it.

import { element, icon, setTick, timeOf } from "./looks.js";
import { renderText } from "./render.js";

// `onRetry(message)` is called when the diner asks for a failed message to be sent again.
export class Bubble {
  #body = null;
  #mediaShown = null;
  #ticked = null;
  #reason = null;

  constructor(message, author, onRetry) {
    this.onRetry = () => onRetry(message);
    this.text = element("div", "body");
    this.text.dataset.testid = "message-body";
    this.media = element("div", "media");
    this.time = element("time", "time");
    this.tick = message.direction === "out" ? icon("i-clock") : null;
    const meta = element("div", "meta", this.time, ...(this.tick ? [this.tick] : []));
    const bubble = element("div", "bubble", this.media, this.text, meta);
    this.row = element("div", `row ${message.direction}`, element("span", "visually-hidden", `${author}: `), bubble);
    Object.assign(this.row.dataset, { testid: "message", direction: message.direction });
    this.update(message);
  }

  update(message) {
    Object.assign(this.row.dataset, { status: message.status, id: message.id });
    if (this.#body !== message.body) this.#showBody(message.body);
    this.#showMedia(message.media || []);
    this.time.textContent = timeOf(message.at);
    this.row.style.setProperty("--clock", JSON.stringify(this.time.textContent));
    this.time.dateTime = new Date(message.at * 1000).toISOString();
    if (this.tick) this.#showTick(message.status);
    this.#showFailure(message);
  }

  #showTick(status) {
    if (status === this.#ticked) return;
    this.#ticked = status;
    setTick(this.tick, status);
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

  #showFailure({ direction, status, error }) {
    const failed = status === "failed" || status === "undelivered";
    const reason = failed ? `Not sent. ${error || ""}`.trim() : null;
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.row.querySelector(".failure")?.remove();
    if (failed) this.row.append(this.#failureLine(reason, direction === "out"));
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
    retry.addEventListener("click", this.onRetry);
    line.append(retry);
    return line;
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
