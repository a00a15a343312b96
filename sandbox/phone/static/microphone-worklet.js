// Beside the page, where sound is made: the microphone's samples become µ-law of 8,000 a second, 100 ms at a time.

import { RATE, encoded } from "./mulaw.js";

const CHUNK = RATE / 10;

class Telephone extends AudioWorkletProcessor {
  #chunk = new Uint8Array(CHUNK);
  #filled = 0;
  #sum = 0;
  #count = 0;
  #due = 0;

  process([[samples]]) {
    for (const sample of samples || []) this.#take(sample);
    return true;
  }

  // Each telephone's sample is the mean of those in its time: it holds back what is too high for it.
  #take(sample) {
    this.#sum += sample;
    this.#count += 1;
    this.#due += RATE;
    if (this.#due < sampleRate) return;
    this.#due -= sampleRate;
    this.#chunk[this.#filled++] = encoded(this.#sum / this.#count);
    this.#sum = this.#count = 0;
    if (this.#filled < CHUNK) return;
    this.port.postMessage(this.#chunk.slice());
    this.#filled = 0;
  }
}

registerProcessor("telephone", Telephone);
