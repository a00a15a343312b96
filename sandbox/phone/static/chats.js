// What is known of every chat, one for each diner and restaurant number, in memory. It knows neither the page nor the network.

export class Chats {
  #chats = new Map();

  of(diner, number) {
    const key = `${diner} ${number}`;
    if (!this.#chats.has(key)) this.#chats.set(key, new Chat(diner, number));
    return this.#chats.get(key);
  }
}

export class Chat {
  cursor = 0;
  typing = false;
  isOpen = true;
  loaded = false;
  draft = "";
  // The message that the next one answers, or takes the place of; and what was being written when that began.
  quoting = null;
  editing = null;
  #aside = "";
  messages = [];
  // Posted one after another, or quick messages could overtake each other on their way.
  sending = Promise.resolve();
  #arrivals = 0;
  #dismissed = new Set();

  constructor(diner, number) {
    this.diner = diner;
    this.number = number;
  }

  get unread() {
    return this.messages.filter((message) => message.direction === "in" && !message.seen && message.status !== "read").length;
  }

  get last() {
    return this.messages.at(-1);
  }

  // Takes one answer of /phone/api/updates; a cursor that ran backwards means that the sandbox has started afresh.
  apply(update) {
    if (update.cursor < this.cursor) {
      this.forget();
      return;
    }
    this.cursor = update.cursor;
    this.typing = Boolean(update.typing);
    this.isOpen = update.is_open !== false;
    this.loaded = true;
    update.messages.forEach((message) => this.#merge(message));
    this.#sort();
  }

  forget() {
    this.cursor = 0;
    this.typing = false;
    this.messages = this.messages.filter((message) => message.local);
  }

  edit(message) {
    this.endEdit();
    Object.assign(this, { quoting: null, editing: message });
    [this.#aside, this.draft] = [this.draft, message.body];
  }

  endEdit() {
    if (!this.editing) return;
    this.editing = null;
    this.draft = this.#aside;
  }

  markSeen() {
    for (const message of this.messages) message.seen = true;
  }

  // `sending` is made in sending.js.
  write({ body, request, shown, reply_to: replyTo = null }) {
    const arrival = ++this.#arrivals;
    const at = Date.now() / 1000;
    const message = { key: `l${arrival}`, id: `local-${arrival}`, local: true, arrival, direction: "out", status: "sending" };
    Object.assign(message, { body, at, error: null, media: [], seen: true, request, reply_to: replyTo, ...shown });
    this.messages.push(message);
    return message;
  }

  // The sandbox has taken a message written here; an update may have told of it before this answer did.
  confirm(message, id) {
    if (!message.local) return;
    if (this.find(id)) {
      this.remove(message);
      return;
    }
    message.id = id;
    message.local = false;
  }

  fail(message, error) {
    if (message.local) Object.assign(message, { status: "failed", error });
  }

  remove(message) {
    this.#dismissed.add(message.id);
    this.messages = this.messages.filter((other) => other !== message);
  }

  #merge(update) {
    if (this.#dismissed.has(update.id)) return;
    const known = this.find(update.id) || this.#waitingFor(update);
    if (known) {
      Object.assign(known, update, { local: false });
      return;
    }
    const arrival = ++this.#arrivals;
    this.messages.push({ ...update, key: `m${arrival}`, arrival, local: false, seen: update.direction === "out" });
  }

  find(id) {
    return this.messages.find((message) => message.id === id);
  }

  #waitingFor(update) {
    if (update.direction !== "out") return undefined;
    const waits = ({ local, status }) => local && status === "sending";
    return this.messages.find((message) => waits(message) && message.body === update.body && message.kind === update.kind);
  }

  #sort() {
    this.messages.sort((one, other) => one.at - other.at || one.arrival - other.arrival);
  }
}
