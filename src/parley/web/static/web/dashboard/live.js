// Lists and numbers keep themselves up to date: the page is asked for again, and the parts marked `data-live` that
// have changed are exchanged. How fresh they are always stands there, and what cannot be renewed is said to be old.

const EVERY = 10_000; // milliseconds between two looks
const PATIENCE = 8_000; // less than that: each look has had its answer before the next
const told = document.getElementById("fresh");
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });
const seen = new Map();
let since = new Date();
let latest = null; // the look whose answer counts: one that was overtaken would bring back what is past
let pressed = false; // a click or a drag is between its beginning and its end

if (document.querySelector("[data-live]")) {
  for (const region of regions()) seen.set(region.id, essence(region));
  tell("asOf");
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
    document.addEventListener(type, ({ buttons }) => { pressed = buttons > 0; }, { capture: true });
  }
}

function regions() {
  return document.querySelectorAll("[data-live]");
}

async function look() {
  if (document.hidden) return;
  const mine = (latest = {});
  let answer, text;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
    text = await answer.text();
  } catch {
    answer = null;
  }
  if (mine !== latest) return;
  if (!answer?.ok) return tell("old");
  if (answer.redirected) return tell("signedOut"); // the log-in has ended
  if (renew(new DOMParser().parseFromString(text, "text/html"))) since = new Date();
  tell("asOf");
}

/** Exchanges what has changed; false where something had to be left for later. */
function renew(page) {
  let [renewed, all] = [false, true];
  for (const region of regions()) {
    const fresh = page.getElementById(region.id);
    if (!fresh || seen.get(region.id) === essence(fresh)) continue;
    if (inUse(region)) {
      all = false;
      continue;
    }
    seen.set(region.id, essence(fresh));
    const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    region.replaceWith(document.adoptNode(fresh));
    if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    renewed = true;
  }
  if (renewed) document.dispatchEvent(new Event("renewed"));
  return all;
}

/** What a part says; the tokens of its forms are others each time. */
function essence(region) {
  const copy = region.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.remove();
  return copy.innerHTML;
}

/**
 * Nobody's work is taken from under their hands: a click, a drag, a question, a field,
 * a recording that plays, a passage that is marked or opened.
 */
function inUse(region) {
  if (pressed || document.querySelector("dialog[open], .dragged")) return true;
  if ([...region.querySelectorAll("audio")].some((sound) => !sound.paused)) return true;
  const selection = getSelection();
  if (!selection.isCollapsed && region.contains(selection.anchorNode)) return true;
  return Boolean(region.querySelector("input:focus, select:focus, textarea:focus, button:focus, details[open]"));
}

function tell(how) {
  told.hidden = false;
  told.classList.toggle("stale", how !== "asOf");
  told.setAttribute("aria-live", how === "asOf" ? "off" : "polite"); // only what needs somebody is read out
  const text = told.dataset[how].replace("{time}", clock.format(since));
  if (told.textContent !== text) told.textContent = text;
}
