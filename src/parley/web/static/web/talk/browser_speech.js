// The browser's own recognition and voices (Web Speech API), for those who choose them.

import { CannotListen } from "./talking.js";

const TAGS = { en: "en-US", fr: "fr-FR", ko: "ko-KR" };
const WHY = { "not-allowed": "refused", "service-not-allowed": "refused", "audio-capture": "missing" };
const QUIET_ENDS = new Set(["no-speech", "aborted"]);
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

/** Listens until the signal comes or the browser has enough; `onText(text, final)` gets what was heard. Rejects with CannotListen. */
export async function listenInBrowser({ signal, language, onOpen, onText }) {
  if (!Recognition) throw new CannotListen("no_browser_ears");
  const recognition = new Recognition();
  recognition.lang = TAGS[language];
  recognition.interimResults = true;
  recognition.continuous = true;
  recognition.onstart = onOpen;
  recognition.onresult = (event) => {
    for (let i = event.resultIndex; i < event.results.length; i += 1) {
      onText(event.results[i][0].transcript.trim(), event.results[i].isFinal);
    }
  };
  signal.addEventListener("abort", () => recognition.stop());
  await new Promise((end, fail) => {
    recognition.onerror = ({ error }) => QUIET_ENDS.has(error) || fail(new CannotListen(WHY[error] ?? "browser_ears_failed"));
    recognition.onend = end;
    recognition.start();
  });
}

let utterance = null;

export function speakInBrowser(text, language, onEnd) {
  hushBrowser();
  utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = TAGS[language];
  utterance.onend = utterance.onerror = onEnd;
  speechSynthesis.speak(utterance);
}

/** Who hushes it is not told of its end. */
export function hushBrowser() {
  if (!utterance) return;
  utterance.onend = utterance.onerror = null;
  utterance = null;
  speechSynthesis.cancel();
}
