// The waterfall of each turn, drawn as on the page to talk from, when its details are opened.

import { drawWaterfall } from "../talk/waterfall.js";
import { loadWords, speakWords, word } from "../talk/words.js";

const language = document.documentElement.lang;
await loadWords(language);
speakWords(language);
watch();
document.addEventListener("renewed", watch);

function watch() {
  for (const details of document.querySelectorAll(".transcript details")) {
    details.addEventListener("toggle", () => draw(details));
    draw(details); // it may have been opened before this module came
  }
}

function draw(details) {
  const place = details.querySelector(".timed");
  if (!details.open || !place || place.firstChild) return;
  const report = JSON.parse(details.querySelector("script").textContent);
  const labels = word("stages");
  for (const stage of report.stages) stage.label = labels[stage.name] ?? stage.name;
  drawWaterfall(place, report);
}
