// The browser's own recognition and voices (Web Speech API), for those who choose them.

const TAGS = { en: "en-US", fr: "fr-FR", ko: "ko-KR" };
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

export const browserHears = Boolean(Recognition);

/** Listens until stopped. `onText(text, final)` gets what was heard, `onEnd(error?)` the end. */
export function listenInBrowser(language, onText, onEnd) {
  const recognition = new Recognition();
  recognition.lang = TAGS[language];
  recognition.interimResults = true;
  recognition.continuous = true;
  recognition.onresult = (event) => {
    for (let i = event.resultIndex; i < event.results.length; i += 1) {
      onText(event.results[i][0].transcript.trim(), event.results[i].isFinal);
    }
  };
  let failure = null;
  recognition.onerror = (event) => { failure = event.error; };
  recognition.onend = () => onEnd(failure);
  recognition.start();
  return () => recognition.stop();
}

export function speakInBrowser(text, language, onEnd) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = TAGS[language];
  utterance.onend = onEnd;
  speechSynthesis.speak(utterance);
}

export function hushBrowser() {
  window.speechSynthesis?.cancel();
}
