// Runs on the audio thread: turns the microphone into 16 kHz mono PCM16, in pieces of 32 ms.

const RATE = 16000;
const PIECE = 512;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;
    this.kept = new Float32Array(0); // input not yet used up
    this.at = 0; // position of the next output sample in `kept`, in input samples
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
  }

  // Averages the input that one output sample covers: a plain low-pass that never holds sound back.
  sample(input, at) {
    const from = Math.floor(at);
    const to = Math.max(from + 1, Math.floor(at + this.step));
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += input[i];
    return sum / (to - from);
  }

  process(inputs) {
    const channel = inputs[0][0];
    if (!channel) return true;
    const input = new Float32Array(this.kept.length + channel.length);
    input.set(this.kept);
    input.set(channel, this.kept.length);
    while (this.at + this.step + 1 <= input.length) {
      const value = Math.max(-1, Math.min(1, this.sample(input, this.at)));
      this.piece[this.filled] = value * 32767;
      this.filled += 1;
      this.at += this.step;
      if (this.filled === PIECE) {
        this.port.postMessage(this.piece.slice().buffer);
        this.filled = 0;
      }
    }
    const used = Math.floor(this.at);
    this.kept = input.slice(used);
    this.at -= used;
    return true;
  }
}

registerProcessor("capture", Capture);
