// The calendar's grid: what stands where, dragging an appointment elsewhere, and booking where it is free.

import { place, ROW, SNAP, spoken, timeOf, wallTime } from "./rows.js";

let calendar, firstHour;
const wide = matchMedia("(min-width: 52.01rem)");
const FAR_ENOUGH = 5; // pixels before a press becomes a drag

draw();
document.addEventListener("renewed", draw);

/** Once for each grid: one that was exchanged for a fresher one is another. */
function draw() {
  const grid = document.getElementById("calendar");
  if (grid === calendar) return;
  calendar = grid;
  firstHour = Number(calendar.dataset.firstHour);
  place(calendar);
  for (const card of calendar.querySelectorAll(".booking.movable")) card.addEventListener("pointerdown", press);
  for (const cells of calendar.querySelectorAll(".cells")) cells.addEventListener("click", bookHere);
}

function press(event) {
  // A finger scrolls; it moves appointments by the form that a tap opens.
  if (event.button !== 0 || event.pointerType === "touch" || !wide.matches) return;
  const card = event.currentTarget;
  const from = { x: event.clientX, y: event.clientY, top: card.getBoundingClientRect().top };
  let target = null;

  const drag = (moved) => {
    const [x, y] = [moved.clientX - from.x, moved.clientY - from.y];
    if (!target && Math.hypot(x, y) < FAR_ENOUGH) return;
    card.classList.add("dragged");
    card.style.transform = `translate(${x}px, ${y}px)`;
    target = under(moved.clientX, from.top + y) ?? {};
    timeIn(card).data = target.minutes === undefined ? card.dataset.before : spoken(target.minutes);
  };
  const drop = (ended) => {
    card.removeEventListener("pointermove", drag);
    card.removeEventListener("pointerup", drop);
    card.removeEventListener("pointercancel", drop);
    if (!target) return;
    // The click that the browser makes of the drop opens nothing; the next one does again.
    const swallow = (click) => click.preventDefault();
    card.addEventListener("click", swallow);
    setTimeout(() => card.removeEventListener("click", swallow));
    if (ended.type === "pointerup" && target.minutes !== undefined) askAndMove(card, target);
    else putBack(card);
  };
  card.setPointerCapture(event.pointerId); // the first move may already be far outside
  card.dataset.before ??= timeIn(card).data;
  card.addEventListener("pointermove", drag);
  card.addEventListener("pointerup", drop);
  card.addEventListener("pointercancel", drop);
}

/** The column and the time of day at a point; null outside of all columns. */
function under(x, top) {
  for (const column of calendar.querySelectorAll(".column")) {
    const box = column.querySelector(".cells").getBoundingClientRect();
    if (x >= box.left && x < box.right) return { column, minutes: timeOf(top - box.top, box.height, calendar, firstHour) };
  }
  return null;
}

async function askAndMove(card, target) {
  const dialog = document.getElementById("move");
  const { label, name: staff } = target.column.dataset;
  const values = { name: card.dataset.name, time: `${label}, ${spoken(target.minutes)}`, staff };
  document.getElementById("move-ask").textContent = calendar.dataset.ask.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  if (dialog.returnValue !== "move") return putBack(card);
  const body = new FormData(dialog.querySelector("form"));
  body.set("day", target.column.dataset.day);
  body.set("time", wallTime(target.minutes));
  body.set("staff", target.column.dataset.staff);
  body.set("version", card.dataset.version);
  const refusal = await send(card.dataset.move, body);
  if (refusal === null) return location.reload();
  putBack(card);
  const notice = document.getElementById("notice");
  notice.textContent = refusal;
  notice.hidden = false;
  notice.scrollIntoView({ block: "center" });
}

/** Null when it was done, else the sentence that says why not. */
async function send(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    return answer.ok ? null : (await answer.json()).message;
  } catch {
    return calendar.dataset.lost; // the server is away, or answered something else
  }
}

function putBack(card) {
  card.classList.remove("dragged");
  card.style.transform = "";
  timeIn(card).data = card.dataset.before;
}

/** The text that tells its start. */
function timeIn(card) {
  return card.querySelector(".time").firstChild;
}

function bookHere(event) {
  if (!wide.matches || event.target.closest(".booking")) return;
  const column = event.currentTarget.closest(".column");
  const box = event.currentTarget.getBoundingClientRect();
  const step = (SNAP / ROW) * (box.height / Number(calendar.dataset.rows));
  const minutes = timeOf(event.clientY - box.top - step / 2, box.height, calendar, firstHour);
  const asked = new URLSearchParams({ day: column.dataset.day, time: wallTime(minutes), staff: column.dataset.staff });
  location.assign(`${calendar.dataset.new}?${asked}`);
}
