// A voice note that can be played: its button, its waveform with a place to seek in, its length. It sends nothing.

import { element, icon } from "./looks.js";

const BARS = 36;
const QUIETEST = 0.12;
const RATE = 48_000;

let playing = null;

export function voiceNote(url) {
  return new Player(url).row;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

class Player {
  #seconds = 0;

  constructor(url) {
    this.audio = new Audio(url);
    this.audio.preload = "metadata";
    this.button = element("button", "play", icon("i-play"));
    this.button.type = "button";
    this.bars = Array.from({ length: BARS }, () => element("i"));
    this.place = element("input");
    Object.assign(this.place, { type: "range", min: 0, max: 1000, step: 1, value: 0 });
    this.place.setAttribute("aria-label", "Position");
    this.length = element("span", "length", "0:00");
    const wave = element("span", "wave", ...this.bars);
    wave.setAttribute("aria-hidden", "true");
    const mark = element("span", "voice-mark", icon("i-mic"));
    this.row = element("div", "voice", mark, this.button, element("span", "track", wave, this.place), this.length);
    this.row.setAttribute("role", "group");
    this.#listen();
    this.#draw();
    this.#hear(url);
  }

  #listen() {
    this.button.addEventListener("click", () => this.#toggle());
    this.place.addEventListener("input", () => this.#seek(this.place.value / 1000));
    for (const event of ["play", "pause", "timeupdate", "loadedmetadata"]) {
      this.audio.addEventListener(event, () => this.#draw());
    }
    this.audio.addEventListener("ended", () => this.#seek(0));
    this.audio.addEventListener("error", () => this.#fail());
  }

  #toggle() {
    if (!this.audio.paused) {
      this.audio.pause();
      return;
    }
    playing?.pause();
    playing = this.audio;
    this.audio.play().catch(() => this.audio.error && this.#fail());
  }

  #seek(share) {
    if (this.#length) this.audio.currentTime = share * this.#length;
    this.#draw();
  }

  get #length() {
    return this.#seconds || (Number.isFinite(this.audio.duration) ? this.audio.duration : 0);
  }

  #draw() {
    const paused = this.audio.paused;
    const length = this.#length;
    const at = this.audio.currentTime;
    const share = length ? Math.min(1, at / length) : 0;
    this.button.setAttribute("aria-label", paused ? "Play the voice note" : "Pause the voice note");
    this.button.firstChild.firstChild.setAttribute("href", paused ? "#i-play" : "#i-pause");
    this.row.setAttribute("aria-label", `Voice note, ${clock(length)}`);
    this.row.dataset.playing = String(!paused);
    this.length.textContent = clock(at > 0 ? at : length);
    this.place.value = Math.round(share * 1000);
    this.place.setAttribute("aria-valuetext", `${clock(at)} of ${clock(length)}`);
    this.bars.forEach((bar, nth) => bar.classList.toggle("played", nth < share * BARS));
  }

  // The waveform is the sound's own; a browser that can't read the file here may still play it.
  async #hear(url) {
    try {
      const content = await (await fetch(url)).arrayBuffer();
      const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(content);
      this.#seconds = sound.duration;
      peaks(sound.getChannelData(0)).forEach((peak, nth) => this.bars[nth].style.setProperty("--peak", peak));
      this.row.dataset.heard = "true";
      this.#draw();
    } catch {
      this.row.dataset.heard = "false";
    }
  }

  #fail() {
    this.button.disabled = true;
    this.length.textContent = "can't be played";
  }
}

function peaks(samples) {
  const each = Math.max(1, Math.floor(samples.length / BARS));
  const found = Array.from({ length: BARS }, (_, nth) => {
    let most = 0;
    for (let at = nth * each; at < Math.min(samples.length, (nth + 1) * each); at += 8) most = Math.max(most, Math.abs(samples[at]));
    return most;
  });
  const loudest = Math.max(...found, 0.01);
  return found.map((peak) => Math.max(QUIETEST, peak / loudest).toFixed(2));
}
