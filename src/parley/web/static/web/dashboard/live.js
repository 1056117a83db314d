// Lists and numbers keep themselves up to date: the page is asked for again, and the parts marked `data-live` that
// have changed are exchanged. How fresh they are always stands there, and what cannot be renewed is said to be old.

const EVERY = 10_000; // milliseconds between two looks
const told = document.getElementById("fresh");
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });
const seen = new Map();
let since = new Date();

if (document.querySelector("[data-live]")) {
  for (const region of regions()) seen.set(region.id, essence(region));
  tell("asOf");
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}

function regions() {
  return document.querySelectorAll("[data-live]");
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) return tell("signedOut"); // the log-in has ended
    if (!answer.ok) return tell("old");
    if (renew(new DOMParser().parseFromString(await answer.text(), "text/html"))) since = new Date();
    tell("asOf");
  } catch {
    tell("old");
  }
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

/** Nobody's work is taken from under their hands: a drag, a question, a field, a passage that is marked or opened. */
function inUse(region) {
  if (document.querySelector("dialog[open], .dragged")) return true;
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
