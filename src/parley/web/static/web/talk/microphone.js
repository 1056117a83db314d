// The microphone: 16 kHz mono PCM16 in pieces of 32 ms, and how loud it is.

export class MicrophoneRefused extends Error {}
export class MicrophoneMissing extends Error {}
export class MicrophoneInsecure extends Error {}

const WHY = { NotAllowedError: MicrophoneRefused, SecurityError: MicrophoneRefused, NotFoundError: MicrophoneMissing, OverconstrainedError: MicrophoneMissing };

export class Microphone {
  #context = null;
  #stream = null;

  get open() {
    return this.#stream !== null;
  }

  /** Starts capture; `onPiece(ArrayBuffer)` gets the sound, `onLevel(0..1)` its loudness. */
  async start(onPiece, onLevel) {
    if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneInsecure();
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      throw new (WHY[error.name] ?? MicrophoneMissing)(error.message);
    }
    this.#context = new AudioContext({ latencyHint: "interactive" });
    await this.#context.audioWorklet.addModule(new URL("capture-worklet.js", import.meta.url));
    const node = new AudioWorkletNode(this.#context, "capture", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => {
      onPiece(data);
      onLevel(loudness(new Int16Array(data)));
    };
    this.#context.createMediaStreamSource(this.#stream).connect(node);
  }

  async stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    await this.#context?.close();
    this.#context = null;
  }
}

function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const level = 10 * Math.log10(sum / samples.length / 2 ** 30 + 1e-10);
  return Math.max(0, Math.min(1, (level + 60) / 55));
}
