// From rows of the grid to places on the screen, and from there to times of day.

/** Minutes of a row, as the server counts them. */
export const ROW = 5;
/** Appointments are dropped on quarters of an hour. */
export const SNAP = 15;

/** Puts everything that has a row there. Styles are set here because the page's policy allows none in its text. */
export function place(calendar) {
  for (const cells of calendar.querySelectorAll(".cells, .axis")) cells.style.gridTemplateRows = `repeat(${calendar.dataset.rows}, 6.4px)`;
  for (const element of calendar.querySelectorAll("[data-row]")) {
    element.style.gridRow = `${element.dataset.row} / span ${element.dataset.span ?? 12}`;
  }
}

/** The time of day, in minutes and on a quarter of an hour, at `y` pixels below the top of a column of this height. */
export function timeOf(y, height, calendar, firstHour) {
  const all = Number(calendar.dataset.rows) * ROW;
  const minutes = Math.round(((y / height) * all) / SNAP) * SNAP;
  return firstHour * 60 + Math.min(Math.max(minutes, 0), all - SNAP);
}

/** As `09:05`. */
export function wallTime(minutes) {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** As people of the page's language write it: `9:05 AM`, `09:05`, `오전 9:05`. */
export function spoken(minutes) {
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", timeZone: "UTC" });
  return clock.format(minutes * 60_000);
}
