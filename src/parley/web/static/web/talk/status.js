// The line that tells what goes on: of all that is true at the moment, the one thing that matters most to the person.

import { word } from "./words.js";

const line = document.getElementById("status");
const state = { connection: "connecting", activity: null, microphone: null };

/**
 * What has changed; null where there is nothing to tell of it any more.
 * @param {{connection?: ?("connecting"|"lost"|"ended"), activity?: ?("hearing"|"thinking"|"speaking"), microphone?: ?("opening"|"listening")}} change
 */
export function nowIs(change) {
  Object.assign(state, change);
  const text = word(state.connection ?? state.activity ?? state.microphone ?? "ready");
  if (line.textContent !== text) line.textContent = text;
}
