// WS /v1/stream: one conversation over one socket, taken up again when the connection is lost.

const RETRY_MS = [500, 1000, 2000, 4000, 8000];

/** Tells `opening` before the first try and `lost` before each further one; all else by the type of the message. */
export class Stream extends EventTarget {
  #socket = null;
  #sessionId = null;
  #tries = 0;
  #sequence = 0;
  #wanted = false;
  #waiting = [];

  constructor(language) {
    super();
    this.language = language;
  }

  get live() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    this.#wanted = true;
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    if (this.#tries === 0) this.#tell("opening", {});
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/v1/stream`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#begin();
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#lost(socket);
    this.#socket = socket;
  }

  /** Ends this conversation; the next `open` begins a new one. */
  close() {
    this.#wanted = false;
    this.#sessionId = null;
    this.#tries = 0;
    this.#socket?.close(1000);
    this.#socket = null;
  }

  /** Words wait for the connection. */
  say(text) {
    const message = { type: "text", text };
    if (this.live) {
      this.#send(message);
      return;
    }
    this.#waiting.push(message);
    this.open();
  }

  /** Sound does not wait: what nobody heard in time is said again. */
  sound(buffer) {
    if (this.live) this.#socket.send(buffer);
  }

  soundEnds() {
    if (this.live) this.#send({ type: "audio_end" });
  }

  #begin() {
    this.#tries = 0;
    const start = { type: "session_start", language: this.language, audio: { encoding: "pcm16", rate: 16000, framing: "binary" } };
    if (this.#sessionId) start.session_id = this.#sessionId;
    this.#socket.send(JSON.stringify(start));
    for (const message of this.#waiting.splice(0)) this.#send(message);
  }

  #send(message) {
    this.#sequence += 1;
    this.#socket.send(JSON.stringify({ ...message, sequence: this.#sequence }));
  }

  #receive(data) {
    if (data instanceof ArrayBuffer) {
      this.#tell("sound", new Int16Array(data));
      return;
    }
    const message = JSON.parse(data);
    if (message.session_id) this.#sessionId = message.session_id;
    if (message.type === "session_end") this.close();
    this.#tell(message.type, message);
  }

  #lost(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    if (!this.#wanted) return;
    this.#tell("lost", {});
    const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)];
    this.#tries += 1;
    setTimeout(() => this.#wanted && this.open(), wait);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
