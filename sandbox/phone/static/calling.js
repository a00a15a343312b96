// A call on the screen: it rings, lasts and ends; one speaks, or types what the practice voice says, and presses keys.

import { heard, ring, tellCall } from "./api.js";
import { element, paintAvatar } from "./looks.js";
import { clock } from "./player.js";
import { Earpiece, Microphone } from "./telephone.js";

const TICK_MS = 250;
// What the microphone says while an answer is awaited is sent together, but no more than this.
const MOST_WAITING = 8000;
// Of the sentence that is played where the service takes no calls.
const NOT_TAKEN = "not_taken";
const SWITCH_ON = "This service takes no calls: start it with CALLS_ENABLED=true.";
const ENDS = { busy: "Busy", "no-answer": "Not taken", failed: "Failed", canceled: "Not taken" };

const byId = (id) => document.getElementById(id);

export class Calling {
  #view = byId("calling");
  #call = null;
  #timer = 0;

  // `who()` gives {diner, number, name}: who calls whom.
  constructor(who) {
    this.who = who;
    for (const by of ["whatsapp", "telephone"]) {
      byId(`call-${by}`).addEventListener("click", () => {
        byId("call-menu").hidePopover();
        this.#start(by);
      });
    }
    byId("call-menu").addEventListener("toggle", ({ newState }) => this.#menu(newState === "open"));
    byId("call-menu").addEventListener("keydown", (event) => this.#move(event));
    byId("hang-up").addEventListener("click", () => this.#hangUp());
    byId("mute").addEventListener("click", () => this.#mute(!this.#call.microphone.muted));
    byId("keys-open").addEventListener("click", () => this.#showKeys(byId("keys").hidden));
    byId("keys").addEventListener("click", ({ target }) => target.dataset.key && this.#tell("keys", { keys: target.dataset.key }));
    byId("calling-form").addEventListener("submit", (event) => this.#say(event));
    this.#view.addEventListener("cancel", (event) => this.#cancel(event));
    this.#view.addEventListener("close", () => this.#leave());
  }

  #menu(open) {
    byId("call").setAttribute("aria-expanded", String(open));
    if (open) byId("call-whatsapp").focus();
  }

  #move(event) {
    const items = [byId("call-whatsapp"), byId("call-telephone")];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length).focus();
  }

  async #start(by) {
    if (this.#call) return;
    const call = { id: null, over: new AbortController(), microphone: new Microphone(), earpiece: new Earpiece() };
    Object.assign(call, { waiting: [], posting: false, since: 0, ended: false });
    this.#call = call;
    const { diner, number, name } = this.who();
    this.#open(name, number);
    try {
      call.id = await ring(diner, number, by);
    } catch (error) {
      this.#end(call, { trouble: error.message });
      return;
    }
    // Closed meanwhile.
    if (call !== this.#call) {
      tellCall(call.id, "end").catch(() => {});
      return;
    }
    this.#listen(call);
    this.#speak(call);
  }

  #open(name, number) {
    paintAvatar(byId("calling-avatar"), name, number);
    byId("calling-name").textContent = name;
    this.#note("");
    byId("calling-said").replaceChildren();
    byId("calling-words").value = "";
    Object.assign(this.#view.dataset, { state: "ringing", heard: "0" });
    this.#status("Ringing…");
    this.#mute(false);
    this.#showKeys(false);
    byId("hang-up").setAttribute("aria-label", "Hang up");
    this.#view.showModal();
    byId("hang-up").focus();
  }

  // What the caller hears, until the call is over.
  async #listen(call) {
    let end = { status: "failed", trouble: "The connection to the sandbox was lost." };
    try {
      for await (const told of heard(call.id, call.over.signal)) {
        if (told.sound) this.#play(call, bytesOf(told.sound));
        else if (told.event === "ended") end = told;
        else this.#see(call, told);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    this.#end(call, end);
  }

  #play(call, sound) {
    call.earpiece.play(sound);
    this.#view.dataset.heard = call.earpiece.played.toFixed(1);
  }

  #see(call, told) {
    if (told.event === "cleared") call.earpiece.clear();
    if (told.event === "said") this.#line(byId("calling-name").textContent, told.words);
    if (told.event === "dialled") this.#line("", `Put through to ${told.to.join(", ")}`);
    if (told.event === "played" && told.url.includes(NOT_TAKEN)) this.#note(SWITCH_ON);
    if (told.event !== "answered") return;
    call.since = performance.now();
    this.#view.dataset.state = "answered";
    this.#status("Answered");
    const draw = () => (byId("calling-status").textContent = clock(Math.floor((performance.now() - call.since) / 1000)));
    draw();
    this.#timer = setInterval(draw, TICK_MS);
  }

  async #speak(call) {
    try {
      await call.microphone.open((sound) => this.#send(call, sound));
      // The call was over before one had said whether it may.
      if (call.ended || call !== this.#call) call.microphone.close();
    } catch {
      call.microphone.close();
      // After the end, the note says why it ended.
      if (call !== this.#call || call.ended) return;
      // Why nobody answers may stand there, and matters more.
      if (!byId("calling-note").textContent) this.#note("No microphone: type what you say.");
      if (document.activeElement === byId("hang-up")) byId("calling-words").focus();
    }
  }

  // One at a time and in order.
  async #send(call, sound) {
    call.waiting.push(...sound);
    if (call.posting || call.ended) return;
    call.posting = true;
    try {
      while (call.waiting.length && !call.ended) {
        const taken = call.waiting.splice(0).slice(-MOST_WAITING);
        await tellCall(call.id, "sound", { sound: btoa(String.fromCharCode(...taken)) });
      }
    } catch {
      // The stream of what is heard tells when the connection is lost.
    }
    call.posting = false;
  }

  async #say(event) {
    event.preventDefault();
    const field = byId("calling-words");
    const words = field.value.trim();
    if (!words || !(await this.#tell("words", { words }))) return;
    field.value = "";
    this.#line("You", words);
  }

  async #tell(what, body) {
    if (!this.#call?.id || this.#call.ended) return false;
    try {
      await tellCall(this.#call.id, what, body);
      return true;
    } catch (error) {
      this.#note(error.message);
      return false;
    }
  }

  #line(who, words) {
    const line = element("p", "", ...(who ? [element("strong", "", `${who}: `)] : []), words);
    byId("calling-said").append(line);
    this.#showLast();
  }

  #showLast() {
    const said = byId("calling-said");
    said.scrollTop = said.scrollHeight;
  }

  #mute(muted) {
    this.#call.microphone.muted = muted;
    byId("mute").setAttribute("aria-pressed", String(muted));
  }

  #showKeys(shown) {
    byId("keys").hidden = !shown;
    byId("keys-open").setAttribute("aria-expanded", String(shown));
    this.#showLast();
  }

  #note(text) {
    byId("calling-note").textContent = text;
  }

  // A clock alone is not said aloud.
  #status(text) {
    byId("calling-status").textContent = byId("calling-told").textContent = text;
  }

  // Escape hangs up, as the red button does.
  #cancel(event) {
    event.preventDefault();
    this.#hangUp();
  }

  // After the end, the same button closes.
  #hangUp() {
    this.#view.close();
  }

  #leave() {
    const call = this.#call;
    this.#call = null;
    if (call.id && !call.ended) tellCall(call.id, "end").catch(() => {});
    this.#release(call);
    call.over.abort();
    byId("call").focus();
  }

  #end(call, { status, seconds, trouble }) {
    this.#release(call);
    if (call !== this.#call) return;
    this.#view.dataset.state = "ended";
    this.#status(ENDS[status] || (seconds === undefined ? "Failed" : `Call ended · ${clock(seconds)}`));
    if (trouble) this.#note(trouble);
    byId("hang-up").setAttribute("aria-label", "Close");
  }

  #release(call) {
    clearInterval(this.#timer);
    if (call.ended) return;
    call.ended = true;
    call.microphone.close();
    call.earpiece.close();
  }
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
