// The practice phone: wires the diner switch, the list of chats, the open chat and the polling together.
// It owns which diner and which chat are on the screen; the parts draw, chats.js remembers, api.js asks.

import { Actions } from "./actions.js";
import { addDiner, fetchUpdates, fetchWorld, sendMessage, setWindow } from "./api.js";
import { Attach } from "./attach.js";
import { Calling } from "./calling.js";
import { ChatList } from "./chatlist.js";
import { Chats } from "./chats.js";
import { Composer } from "./composer.js";
import { DinerSwitch } from "./diners.js";
import { MessageLog } from "./log.js";
import { paintAvatar, phoneNumber } from "./looks.js";
import { Poller } from "./poller.js";
import { Quoting } from "./quote.js";
import { tap } from "./sending.js";

// The chats that are not open are asked for in every fourth round only: their badges may lag two seconds.
const OTHERS_EVERY_ROUNDS = 4;
const DINER_KEY = "practice-phone.diner";
const NUMBER_KEY = "practice-phone.number";
const NARROW = matchMedia("(max-width: 759.98px)");
const HAS_KEYBOARD = matchMedia("(hover: hover) and (pointer: fine)");

const byId = (id) => document.getElementById(id);

class Phone {
  #world = { numbers: [], diners: [] };
  #known = false;
  #diner = recall(DINER_KEY);
  #number = null;
  #chats = new Chats();

  constructor() {
    const parts = { log: byId("messages"), scroller: byId("scroller"), typing: byId("typing") };
    Object.assign(parts, { newer: byId("newer"), newerText: byId("newer-text") });
    const actions = new Actions({
      onReact: (message, emoji) => this.#react(message, emoji),
      onReply: (message) => this.#reply(message),
      onEdit: (message) => this.#edit(message),
      onDelete: (message) => this.#change({ delete: { of: message.id } }),
    });
    const onMore = (message, button) => actions.open(message, button);
    const onTap = (message, option) => this.#write(this.#chat, tap(option, message));
    this.log = new MessageLog(parts, { onMore, onTap, onRetry: (message) => this.#retry(message) });
    this.quoting = new Quoting(() => this.#reply(null));
    this.calling = new Calling(() => ({ diner: this.#diner, ...this.#restaurant() }));
    this.attach = new Attach((sending) => this.#write(this.#chat, sending), (text) => this.composer.say(text));
    this.list = new ChatList(byId("chat-list"), (number) => this.#choose(number));
    this.diners = new DinerSwitch((address) => this.#become(address), (name) => this.#addDiner(name));
    const onDraft = (text) => (this.#chat.draft = text);
    this.composer = new Composer((sending) => this.#write(this.#chat, sending), onDraft, () => this.#reply(null));
    this.poller = new Poller((round) => this.#poll(round), (lost) => (byId("banner").hidden = !lost));
    byId("back").addEventListener("click", () => history.back());
    byId("window-close").addEventListener("click", () => this.#setWindow(false));
    byId("window-open").addEventListener("click", () => this.#setWindow(true));
    byId("banner-retry").addEventListener("click", () => this.poller.now());
    addEventListener("popstate", (event) => this.#show(event.state?.number || null));
    NARROW.addEventListener("change", () => this.#draw());
  }

  start() {
    this.poller.now();
  }

  get #chat() {
    return this.#number && this.#chats.of(this.#diner, this.#number);
  }

  async #poll(round) {
    if (!this.#known) await this.#meet();
    const rest = round % OTHERS_EVERY_ROUNDS === 0 ? this.#world.numbers.map(({ number }) => number) : [];
    const asked = new Set([this.#number, ...rest].filter(Boolean));
    try {
      await Promise.all([...asked].map((number) => this.#catchUp(this.#chats.of(this.#diner, number))));
    } catch (error) {
      if (error.offline) throw error;
      // Refused, not lost: a restarted sandbox may no longer know this diner.
      this.#known = false;
    } finally {
      this.#draw();
    }
  }

  async #meet() {
    this.#world = await fetchWorld();
    this.#known = true;
    const { diners, numbers } = this.#world;
    if (!diners.some(({ address }) => address === this.#diner)) this.#diner = diners[0]?.address;
    this.diners.show(diners, this.#diner);
    if (numbers.some(({ number }) => number === this.#number)) return;
    const last = numbers.find(({ number }) => number === recall(NUMBER_KEY));
    // A narrow screen opens on the list, as the app does; a wide one has room to open the first chat beside it.
    const first = last || (NARROW.matches ? null : numbers[0]);
    history.replaceState(null, "");
    if (first) this.#choose(first.number);
  }

  async #catchUp(chat) {
    const looked = () => chat === this.#chat && !document.hidden;
    const question = { from: chat.diner, to: chat.number, since: chat.cursor, open: looked() };
    chat.apply(await fetchUpdates(question));
    if (looked()) chat.markSeen();
  }

  // Opening a chat is a step in the browser's history, so that a phone's own back gesture leads to the list.
  #choose(number) {
    const entry = { number };
    if (history.state?.number) history.replaceState(entry, "");
    else history.pushState(entry, "");
    this.#show(number);
  }

  #show(number) {
    this.#endEdit();
    const before = this.#number;
    this.#number = number;
    remember(NUMBER_KEY, number);
    if (number) this.#enter();
    this.#draw();
    if (!number) this.list.focus(before);
    this.poller.now();
  }

  #enter() {
    const { name } = this.#restaurant();
    byId("chat-title").textContent = name;
    paintAvatar(byId("chat-avatar"), name, this.#number);
    this.composer.draft = this.#chat.draft;
    this.composer.isStaff = Boolean(this.#world.diners.find(({ address }) => address === this.#diner)?.is_staff);
    this.#chat.markSeen();
    this.#draw();
    // On a touch screen, focus would open the keyboard over a chat that has only just been opened.
    if (HAS_KEYBOARD.matches) this.composer.focus();
    else byId("chat-title").focus({ preventScroll: true });
  }

  #become(address) {
    this.#endEdit();
    this.#diner = address;
    remember(DINER_KEY, address);
    this.diners.show(this.#world.diners, address);
    if (this.#number) this.#show(this.#number);
    this.#draw();
    this.poller.now();
  }

  async #addDiner(name) {
    const diner = await addDiner(name);
    if (!this.#world.diners.some(({ address }) => address === diner.address)) this.#world.diners.push(diner);
    this.#become(diner.address);
  }

  #write(chat, sending) {
    const edited = chat.editing;
    this.#endEdit();
    if (edited && sending.shown.kind === "text") {
      this.#change({ body: sending.body, edit: { of: edited.id } });
      this.#draw();
      return;
    }
    const message = chat.write({ reply_to: chat.quoting?.id, ...sending });
    chat.quoting = null;
    chat.sending = chat.sending.then(() => this.#post(chat, message));
    this.#draw();
    this.log.toEnd();
  }

  async #post(chat, message) {
    try {
      const asked = { body: message.body, reply_to: message.reply_to || "", ...message.request };
      const { id } = await sendMessage(chat.diner, chat.number, asked);
      chat.confirm(message, id);
    } catch (error) {
      chat.fail(message, error.message);
    }
    this.#draw();
    this.poller.now();
  }

  #retry(message) {
    const chat = this.#chat;
    this.#endEdit();
    chat.remove(message);
    const { body, kind, media, location, request = {}, reply_to: replyTo } = message;
    this.#write(chat, { body, request, shown: { kind, media, location }, reply_to: replyTo });
    this.composer.focus();
  }

  #reply(message) {
    this.#endEdit();
    this.#chat.quoting = message;
    this.#draw();
    this.composer.focus();
  }

  // What was being written before comes back, whatever ends it.
  #endEdit() {
    if (!this.#chat?.editing) return;
    this.#chat.endEdit();
    this.composer.draft = this.#chat.draft;
  }

  async #setWindow(isOpen) {
    const chat = this.#chat;
    try {
      await setWindow(chat.diner, chat.number, isOpen);
      chat.isOpen = isOpen;
      this.#draw();
      byId(isOpen ? "window-close" : "window-open").focus();
    } catch (error) {
      this.composer.say(error.message);
    }
  }

  #edit(message) {
    this.#chat.edit(message);
    this.composer.draft = message.body;
    this.#draw();
    this.composer.focus();
  }

  #react(message, emoji) {
    this.#change({ reaction: { emoji }, reply_to: message.id });
  }

  // No message of its own: it shows on the one that it is about.
  async #change(asked) {
    const chat = this.#chat;
    try {
      await sendMessage(chat.diner, chat.number, asked);
    } catch (error) {
      this.composer.say(`That was not sent. ${error.message}`);
    }
    this.poller.now();
  }

  #restaurant() {
    return this.#world.numbers.find(({ number }) => number === this.#number);
  }

  #draw() {
    const chat = this.#chat;
    byId("phone").dataset.screen = chat ? "chat" : "list";
    byId("chat-pane").dataset.empty = String(!chat);
    this.list.show(this.#world.numbers, (number) => this.#chats.of(this.#diner, number), this.#number);
    this.#drawTitle();
    if (!chat) return;
    const subtitle = chat.typing ? "typing…" : phoneNumber(chat.number);
    if (byId("chat-subtitle").textContent !== subtitle) byId("chat-subtitle").textContent = subtitle;
    byId("chat-subtitle").classList.toggle("is-typing", chat.typing);
    byId("window").hidden = chat.isOpen;
    byId("window-close").hidden = !chat.isOpen;
    this.composer.suggesting = chat.loaded && chat.messages.length === 0;
    this.quoting.show(chat.editing || chat.quoting, this.#restaurant().name, Boolean(chat.editing));
    this.log.show(chat, this.#restaurant().name);
  }

  #drawTitle() {
    const unread = this.#world.numbers.reduce((sum, { number }) => sum + this.#chats.of(this.#diner, number).unread, 0);
    const title = unread ? `(${unread}) Practice phone` : "Practice phone";
    if (document.title !== title) document.title = title;
  }
}

// Each window is a phone of its own; a new one begins as the last one was left. A browser that keeps no storage
// (private windows, blocked cookies) still has a working phone.
function recall(key) {
  try {
    return sessionStorage.getItem(key) ?? localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    for (const storage of [sessionStorage, localStorage]) storage.setItem(key, value || "");
  } catch {
    // Nothing to do: the choice lasts as long as the page.
  }
}

new Phone().start();
