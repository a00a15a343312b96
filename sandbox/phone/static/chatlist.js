// The list of a diner's chats: name, last words, time, ticks, unread badge. It draws what it is given and reports a choice.

import { dayOrTime, element, icon, paintAvatar, setTick } from "./looks.js";
import { firstWords } from "./quote.js";

export class ChatList {
  #items = new Map();

  // `onOpen(number)` is called when a chat is chosen.
  constructor(list, onOpen) {
    this.list = list;
    this.onOpen = onOpen;
  }

  // `restaurants` are {number, name}; `chatOf(number)` gives the current diner's chat; `open` is the open number or null.
  show(restaurants, chatOf, open) {
    const items = restaurants.map((restaurant) => this.#item(restaurant));
    items.forEach((item, place) => {
      if (this.list.children[place] !== item.row) this.list.insertBefore(item.row, this.list.children[place] || null);
    });
    while (this.list.children.length > items.length) this.list.lastElementChild.remove();
    restaurants.forEach(({ number }) => this.#update(this.#items.get(number), chatOf(number), number === open));
  }

  focus(number) {
    this.#items.get(number)?.button.focus();
  }

  #item({ number, name }) {
    if (this.#items.has(number)) return this.#items.get(number);
    const avatar = element("span", "avatar");
    avatar.setAttribute("aria-hidden", "true");
    paintAvatar(avatar, name, number);
    const item = { time: element("span", "chat-time"), tick: icon("i-sent"), last: element("span", "chat-last") };
    item.badge = element("span", "badge");
    item.badge.dataset.testid = "unread";
    item.badge.setAttribute("role", "img");
    const top = element("span", "chat-line", element("span", "chat-name", name), item.time);
    const bottom = element("span", "chat-line", item.tick, item.last, item.badge);
    item.button = element("button", "chat-item", avatar, element("span", "chat-lines", top, bottom));
    item.button.type = "button";
    Object.assign(item.button.dataset, { testid: "chat-item", number });
    item.button.addEventListener("click", () => this.onOpen(number));
    item.row = element("li", "", item.button);
    this.#items.set(number, item);
    return item;
  }

  #update(item, chat, open) {
    if (open) item.button.setAttribute("aria-current", "true");
    else item.button.removeAttribute("aria-current");
    const { last, unread, typing } = chat;
    setText(item.time, last ? dayOrTime(last.at) : "");
    if (!item.words || item.of !== last || item.body !== last?.body) this.#readLast(item, last);
    setText(item.last, typing ? "typing…" : item.words);
    item.last.classList.toggle("is-typing", typing);
    const ticked = last?.direction === "out" && !typing;
    item.tick.classList.toggle("gone", !ticked);
    if (ticked) setTick(item.tick, last.status);
    setText(item.badge, unread ? String(unread) : "");
    item.badge.hidden = !unread;
    if (unread) item.badge.setAttribute("aria-label", `${unread} unread`);
    item.button.classList.toggle("has-unread", unread > 0);
  }

  // Kept until another message is the last one: the list is drawn at every poll.
  #readLast(item, last) {
    Object.assign(item, { of: last, body: last?.body });
    item.words = last ? firstWords(last) || "📎 Attachment" : "No messages yet";
  }
}

function setText(holder, text) {
  if (holder.textContent !== text) holder.textContent = text;
}
