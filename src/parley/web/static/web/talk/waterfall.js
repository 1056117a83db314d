// The turn's waterfall: one row a stage, as a table that a screen reader reads and a bar that the eye reads.

import { word } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} place @param {{stages: {name: string, start_ms: number, ms: number}[], first_sound_ms: ?number, total_ms: number, speculated: boolean}} report */
export function drawWaterfall(place, report) {
  const whole = Math.max(report.total_ms, ...report.stages.map((stage) => stage.start_ms + stage.ms), 1);
  const table = document.createElement("table");
  table.className = "waterfall";
  const heard = report.first_sound_ms;
  table.createCaption().textContent = heard === null ? word("turn_silent", { ms: Math.round(report.total_ms) }) : word("turn", { ms: Math.round(heard) });
  const body = table.createTBody();
  for (const stage of report.stages) body.append(row(stage, whole));
  place.replaceChildren(table);
  if (report.speculated) place.append(Object.assign(document.createElement("p"), { className: "hint", textContent: word("speculated") }));
}

function row(stage, whole) {
  const line = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = stage.label;
  const bar = line.insertCell();
  bar.style.width = "50%";
  bar.append(drawBar(stage.start_ms / whole, stage.ms / whole));
  line.prepend(name);
  const figure = line.insertCell();
  figure.className = "ms";
  figure.textContent = `${stage.ms < 10 ? stage.ms.toFixed(1) : Math.round(stage.ms)} ms`;
  return line;
}

function drawBar(start, length) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("x", String(100 * start));
  rect.setAttribute("width", String(Math.max(0.8, 100 * length)));
  rect.setAttribute("height", "10");
  rect.setAttribute("rx", "1");
  svg.append(rect);
  return svg;
}
