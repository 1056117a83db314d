// Talking: from one press of the button until its end. One at a time: whoever stops, or presses anew, also ends what is
// still opening, however late the browser gives the microphone.

/** Why nobody is heard; `word` is the key of the sentence that says so. */
export class CannotListen extends Error {
  constructor(word) {
    super(word);
    this.word = word;
  }
}

export class Talking {
  #press = null;
  #onChange;
  #onFailure;

  /**
   * @param {(state: ?("opening"|"listening")) => void} onChange null: nobody talks
   * @param {(why: string) => void} onFailure the key of a sentence; said after the change
   */
  constructor(onChange, onFailure) {
    this.#onChange = onChange;
    this.#onFailure = onFailure;
  }

  /** True from the press on, also while the microphone still opens. */
  get wanted() {
    return this.#press !== null;
  }

  /** @param {(signal: AbortSignal, onOpen: () => void) => Promise<void>} listen lasts as long as it hears; gives everything back when the signal comes */
  async start(listen) {
    this.#press?.abort();
    const press = new AbortController();
    this.#press = press;
    this.#onChange("opening");
    let failure = null;
    try {
      await listen(press.signal, () => press.signal.aborted || this.#onChange("listening"));
    } catch (error) {
      failure = error;
    }
    if (press.signal.aborted) return;
    this.stop();
    if (failure) this.#onFailure(failure instanceof CannotListen ? failure.word : "missing");
  }

  stop() {
    if (!this.wanted) return;
    this.#press.abort();
    this.#press = null;
    this.#onChange(null);
  }
}
