// µ-law, as telephones carry a voice: a byte for a sample of 8,000 a second (ITU-T G.711). Pure; the worklet uses it too.

export const RATE = 8000;
const BIAS = 0x84;
const LOUDEST = 32_635;

const DECODED = Float32Array.from({ length: 256 }, (_, byte) => {
  const flipped = ~byte & 0xff;
  const size = (((flipped & 15) << 3) + BIAS << (flipped >> 4 & 7)) - BIAS;
  return (flipped & 0x80 ? -size : size) / 32_768;
});

export const decoded = (bytes) => Float32Array.from(bytes, (byte) => DECODED[byte]);

// `sample`: from -1 to 1.
export function encoded(sample) {
  const size = Math.min(Math.abs(Math.round(sample * 32_768)), LOUDEST) + BIAS;
  const exponent = 31 - Math.clz32(size) - 7;
  return ~((sample < 0 ? 0x80 : 0) | exponent << 4 | size >> exponent + 3 & 15) & 0xff;
}
