// When the phone asks for news: often while it is looked at, seldom while it is hidden, slower while nobody answers.

const VISIBLE_MS = 600;
const HIDDEN_MS = 2000;
const LOST_MS = 2000;
// One failed request may be a hiccup; the second in a row is a lost connection.
const FAILURES_UNTIL_LOST = 2;

export class Poller {
  #timer = 0;
  #running = false;
  #again = false;
  #failures = 0;
  #round = 0;

  // `ask(round)` asks for the news and rejects if it got none; `onLost(lost)` is told whether the connection is lost.
  constructor(ask, onLost) {
    this.ask = ask;
    this.onLost = onLost;
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
    addEventListener("online", () => this.now());
  }

  // Asks at once, or once more as soon as the request under way is done.
  now() {
    clearTimeout(this.#timer);
    if (this.#running) this.#again = true;
    else this.#run();
  }

  async #run() {
    this.#running = true;
    this.#again = false;
    try {
      await this.ask(this.#round++);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!error.offline) console.error(error);
    }
    this.#running = false;
    this.onLost(this.#failures >= FAILURES_UNTIL_LOST);
    this.#timer = setTimeout(() => this.#run(), this.#again ? 0 : this.#pause());
  }

  #pause() {
    if (this.#failures >= FAILURES_UNTIL_LOST) return LOST_MS;
    return document.hidden ? HIDDEN_MS : VISIBLE_MS;
  }
}
