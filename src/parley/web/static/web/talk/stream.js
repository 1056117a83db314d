// WS /v1/stream: one conversation over one socket, taken up again when the connection is lost.

const RETRY_MS = [500, 1000, 2000, 4000, 8000];

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
    this.#socket?.close(1000);
    this.#socket = null;
  }

  say(text) {
    this.#send({ type: "text", text });
  }

  sound(buffer) {
    if (this.live) this.#socket.send(buffer);
  }

  soundEnds() {
    this.#send({ type: "audio_end" });
  }

  interrupt() {
    this.#send({ type: "interrupt" });
  }

  #begin() {
    this.#tries = 0;
    const start = { type: "session_start", language: this.language, audio: { encoding: "pcm16", rate: 16000, framing: "binary" } };
    if (this.#sessionId) start.session_id = this.#sessionId;
    this.#socket.send(JSON.stringify(start));
    const waiting = this.#waiting.splice(0);
    waiting.forEach((message) => this.#send(message));
  }

  #send(message) {
    if (!this.live) {
      this.#waiting.push(message);
      if (!this.#wanted) this.open();
      return;
    }
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
    if (message.type === "session_end") {
      this.#wanted = false;
      this.#sessionId = null;
    }
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
