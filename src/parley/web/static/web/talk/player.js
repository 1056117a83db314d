// Plays the reply without gaps, and stops at once when it is interrupted.

const AHEAD_S = 0.04; // scheduling slack, so that the first piece is not cut

export class Player {
  #context = null;
  #next = 0;
  #playing = new Set();

  /** Must run in a click or key press once: browsers keep sound off until then. What is played before it is on, waits. */
  wake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume();
  }

  get speaking() {
    return this.#playing.size > 0;
  }

  /** @param {Int16Array} samples @param {number} rate in Hz @param {() => void} onQuiet called when nothing is left to play */
  play(samples, rate, onQuiet) {
    if (!this.#context || samples.length === 0) return;
    const buffer = this.#context.createBuffer(1, samples.length, rate);
    const channel = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) channel[i] = samples[i] / 32768;
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#context.destination);
    this.#next = Math.max(this.#next, this.#context.currentTime + AHEAD_S);
    source.start(this.#next);
    this.#next += buffer.duration;
    this.#playing.add(source);
    source.onended = () => {
      this.#playing.delete(source);
      if (!this.speaking) onQuiet();
    };
  }

  clear() {
    for (const source of this.#playing) {
      source.onended = null;
      source.stop();
    }
    this.#playing.clear();
    this.#next = 0;
  }
}
