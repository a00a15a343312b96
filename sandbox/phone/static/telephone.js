// The telephone's two ends of sound: a microphone that gives µ-law, and an earpiece that plays it. They ask nobody.

import { RATE, decoded } from "./mulaw.js";

// Held back before the first sound, so that what comes a little late is still in time.
const JITTER_S = 0.12;

export class Microphone {
  muted = false;
  #stream = null;
  #context = null;

  // `onSound(bytes)` gets 100 ms at a time. Rejects where there is no microphone to be had.
  async open(onSound) {
    if (!navigator.mediaDevices?.getUserMedia) throw new Error("none");
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    const context = (this.#context = new AudioContext());
    await context.audioWorklet.addModule("/phone/static/microphone-worklet.js");
    const node = new AudioWorkletNode(context, "telephone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => this.muted || onSound(data);
    context.createMediaStreamSource(this.#stream).connect(node);
  }

  close() {
    for (const track of this.#stream?.getTracks() || []) track.stop();
    this.#context?.close();
    this.#stream = this.#context = null;
  }
}

export class Earpiece {
  // At the telephone's own rate: so pieces join without a seam, and the browser brings the whole to the loudspeaker's.
  #context = new AudioContext({ sampleRate: RATE });
  #until = 0;
  #playing = new Set();
  // Seconds that were given to the loudspeaker: what a test looks at.
  played = 0;

  play(bytes) {
    const context = this.#context;
    const buffer = context.createBuffer(1, bytes.length, RATE);
    buffer.copyToChannel(decoded(bytes), 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    if (this.#until < context.currentTime) this.#until = context.currentTime + JITTER_S;
    source.start(this.#until);
    this.#until += buffer.duration;
    this.played += buffer.duration;
    this.#playing.add(source);
    source.onended = () => this.#playing.delete(source);
  }

  // What was not played yet is not wanted any more.
  clear() {
    for (const source of this.#playing) source.stop();
    this.#playing.clear();
    this.#until = 0;
  }

  close() {
    this.#context.close();
  }
}
