// Cards for what a skill shows beside its words: timers count down here.

import { word } from "./words.js";

const place = document.getElementById("cards");
const GONE = new Set(["cancelled", "done"]);
const LOUD = new Set(["ended", "ringing", "due"]);

/** @param {{type: string, id?: string, state?: string, label?: string, title?: string, text?: string, ends_at?: string, at?: string, due_at?: string}} card */
export function showCard(card) {
  const key = `${card.type}-${card.id ?? ""}`;
  let element = [...place.children].find((child) => child.dataset.key === key);
  if (GONE.has(card.state)) {
    element?.remove();
    return;
  }
  if (!element) {
    element = document.createElement("div");
    element.className = "card";
    element.dataset.key = key;
    place.prepend(element);
  }
  const loud = LOUD.has(card.state);
  element.classList.toggle("over", loud);
  const kind = word("cards")[card.type] ?? card.type;
  const name = card.label || card.title || "";
  const title = Object.assign(document.createElement("strong"), { textContent: name ? word("named", { kind, name }) : kind });
  element.replaceChildren(title);
  if (card.type === "timer" && card.ends_at && !loud) countDown(element, new Date(card.ends_at));
  else element.append(detail(card, loud));
}

function detail(card, loud) {
  if (loud && card.type === "timer") return word("over");
  if (card.state === "paused") return word("cards").paused;
  const when = card.at ?? card.due_at;
  if (!when) return card.text ?? "";
  const options = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(when));
}

function countDown(element, end) {
  const left = document.createElement("span");
  left.className = "left";
  left.setAttribute("aria-hidden", "true"); // a screen reader is told when it ends, not every second
  element.append(left);
  const tick = () => {
    if (!left.isConnected) return;
    const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) setTimeout(tick, 500);
  };
  tick();
}
