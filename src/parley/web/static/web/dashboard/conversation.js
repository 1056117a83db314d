// The waterfall of each turn, drawn as on the page to talk from, when its details are opened.

import { drawWaterfall } from "../talk/waterfall.js";
import { speakWords, word } from "../talk/words.js";

const ready = speakWords(document.documentElement.lang);
for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", () => draw(details));
  draw(details); // it may have been opened before this module came
}

async function draw(details) {
  await ready;
  const place = details.querySelector(".timed");
  if (!details.open || !place || place.firstChild) return;
  const report = JSON.parse(details.querySelector("script").textContent);
  const labels = word("stages");
  for (const stage of report.stages) stage.label = labels[stage.name] ?? stage.name;
  drawWaterfall(place, report);
}
