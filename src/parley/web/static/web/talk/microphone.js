// The microphone: 16 kHz mono PCM16 in pieces of 32 ms, and how loud it is.

import { CannotListen } from "./talking.js";

const WHY = { NotAllowedError: "refused", SecurityError: "refused" };

/**
 * Listens until the signal comes, and gives the microphone back even where it is granted only after that.
 * Rejects with CannotListen. `onPiece(ArrayBuffer)` gets the sound, `onLevel(0..1)` its loudness.
 */
export async function listenHere({ signal, onOpen, onPiece, onLevel }) {
  const stream = await granted();
  atEnd(signal, () => stream.getTracks().forEach((track) => track.stop()));
  signal.throwIfAborted();
  const gone = unplugged(stream);
  const context = new AudioContext({ latencyHint: "interactive" });
  atEnd(signal, () => context.close());
  await Promise.race([gone, context.audioWorklet.addModule(new URL("capture-worklet.js", import.meta.url))]);
  signal.throwIfAborted();
  const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }) => {
    if (signal.aborted) return; // it was under way when the person stopped
    onPiece(data);
    onLevel(loudness(new Int16Array(data)));
  };
  context.createMediaStreamSource(stream).connect(node);
  onOpen();
  await gone;
}

async function granted() {
  if (!navigator.mediaDevices?.getUserMedia) throw new CannotListen("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw new CannotListen(WHY[error.name] ?? "missing");
  }
}

function atEnd(signal, act) {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act);
}

/** Rejects when the device goes, or is withdrawn in the browser; the page's own stopping does not count. */
function unplugged(stream) {
  return new Promise((_, fail) => {
    for (const track of stream.getTracks()) track.onended = () => fail(new CannotListen("unplugged"));
  });
}

function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const level = 10 * Math.log10(sum / samples.length / 2 ** 30 + 1e-10);
  return Math.max(0, Math.min(1, (level + 60) / 55));
}
