// Cards for what a skill shows beside its words: timers count down here.

import { word } from "./words.js";

const place = document.getElementById("cards");

export function showCard(card) {
  const key = `${card.type}-${card.id ?? ""}`;
  let element = [...place.children].find((child) => child.dataset.key === key);
  if (card.removed) {
    element?.remove();
    return;
  }
  if (!element) {
    element = document.createElement("div");
    element.className = "card";
    element.dataset.key = key;
    place.prepend(element);
  }
  element.replaceChildren();
  element.append(Object.assign(document.createElement("strong"), { textContent: card.title ?? "" }));
  element.classList.toggle("over", Boolean(card.over));
  if (card.ends_at && !card.over) countDown(element, new Date(card.ends_at));
  else element.append(card.over ? word("over") : (card.text ?? ""));
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
