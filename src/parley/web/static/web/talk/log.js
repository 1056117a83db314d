// The conversation as people read it.

import { word } from "./words.js";

const log = document.getElementById("log");
const partial = document.getElementById("partial");
const place = log.parentElement;

export function add(who, text, language) {
  document.getElementById("welcome").hidden = true;
  const line = document.createElement("li");
  line.className = who;
  line.lang = language;
  line.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: `${word(who)}: ` }));
  line.append(Object.assign(document.createElement("span"), { className: "words", textContent: text }));
  log.append(line);
  place.scrollTop = place.scrollHeight;
}

/** Marks in the last answer what the person did not hear any more. */
export function markUnheard(heard) {
  const words = [...log.querySelectorAll("li.assistant .words")].at(-1);
  if (!words) return;
  const text = words.textContent;
  const at = text.startsWith(heard) ? heard.length : 0;
  const rest = Object.assign(document.createElement("span"), { className: "unheard", textContent: `${text.slice(at)} ${word("unheard")}` });
  words.replaceChildren(text.slice(0, at), rest);
}

export function showPartial(text) {
  partial.hidden = text === "";
  partial.textContent = text;
  place.scrollTop = place.scrollHeight;
}

export function showNotice(text) {
  const notice = document.getElementById("notice");
  notice.hidden = text === "";
  notice.textContent = text;
}
