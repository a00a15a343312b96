// Records a voice note with the microphone: tap to begin and tap Send, or hold and let go. It sends nothing itself.

import { clock } from "./player.js";

const HELD_MS = 600;
const SHORTEST_S = 0.5;
const TICK_MS = 100;
const BITS_PER_SECOND = 32_000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

const byId = (id) => document.getElementById(id);

export class Recorder {
  #button = byId("record");
  #time = byId("recording-time");
  #level = byId("recording-level");
  #recorder = null;
  #context = null;
  #from = 0;
  #timer = 0;
  #round = 0;

  // `onNote(blob)` gets the recording; `onChange(recording)` hears of its beginning and end; `onTrouble(text)` says what is wrong.
  constructor({ onNote, onChange, onTrouble }) {
    Object.assign(this, { onNote, onChange, onTrouble });
    this.#button.addEventListener("pointerdown", (event) => event.button === 0 && this.#press(event));
    // A keyboard or a screen reader clicks without a pointer.
    this.#button.addEventListener("click", (event) => event.detail === 0 && this.#start());
    byId("recording-cancel").addEventListener("click", () => this.cancel());
  }

  get running() {
    return this.#recorder !== null;
  }

  cancel() {
    this.#round += 1;
    this.#end(false);
  }

  finish() {
    this.#end(true);
  }

  #press({ pointerId }) {
    const pressed = performance.now();
    this.#start();
    const over = new AbortController();
    const ends = (event) => {
      if (event.pointerId !== pointerId) return;
      over.abort();
      // A touch that the browser makes a scroll of lets nothing go.
      if (event.type === "pointerup" && performance.now() - pressed > HELD_MS) this.finish();
    };
    for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, ends, { signal: over.signal });
  }

  async #start() {
    if (this.running) return;
    const round = ++this.#round;
    try {
      const stream = await microphone();
      if (round === this.#round) this.#record(stream);
      else release(stream);
    } catch (error) {
      this.onTrouble(reason(error));
    }
  }

  #record(stream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    this.#from = performance.now();
    this.#recorder.start();
    this.#context = new AudioContext();
    const loudness = listening(this.#context, stream);
    const draw = () => {
      this.#time.textContent = clock(Math.floor((performance.now() - this.#from) / 1000));
      this.#level.style.setProperty("--level", loudness());
    };
    draw();
    this.#timer = setInterval(draw, TICK_MS);
    this.onChange(true);
  }

  #end(wanted) {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#recorder = null;
    clearInterval(this.#timer);
    this.#context.close();
    const seconds = (performance.now() - this.#from) / 1000;
    recorder.addEventListener("dataavailable", ({ data }) => {
      release(recorder.stream);
      if (wanted && seconds >= SHORTEST_S) this.onNote(data);
    }, { once: true });
    recorder.stop();
    this.onChange(false);
    if (wanted && seconds < SHORTEST_S) this.onTrouble("That was too short. Tap the microphone, speak, then tap Send.");
  }
}

async function microphone() {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) throw new Error("none");
  return navigator.mediaDevices.getUserMedia({ audio: true });
}

function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// Gives how loud it is at the moment, from 0 to 1.
function listening(context, stream) {
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return Math.min(1, Math.max(...samples.map(Math.abs)) * 1.6).toFixed(2);
  };
}

function reason(error) {
  const file = "You can send a sound file instead: + and then Document.";
  if (error.name === "NotAllowedError") return `This page may not use the microphone: allow it in the browser's address bar. ${file}`;
  if (error.name === "NotFoundError") return `There is no microphone here. ${file}`;
  if (!isSecureContext) return `Browsers give the microphone to pages of this computer, or with https, only. ${file}`;
  return `The microphone can't be used. ${file}`;
}
