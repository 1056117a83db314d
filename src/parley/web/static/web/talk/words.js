// The page's own words. All languages are there before the first is shown: a change of language waits for nothing.

const AGAIN_MS = 500;
const all = {};
let words = {};

export async function loadWords(...languages) {
  const folder = document.body.dataset.words;
  await Promise.all(languages.map(async (language) => { all[language] = await fetched(`${folder}${language}.json`); }));
}

/** Asked for until it comes: without its words a page says nothing, not even that they are missing. */
async function fetched(address) {
  for (;;) {
    try {
      const answer = await fetch(address);
      if (answer.ok) return await answer.json();
    } catch {
      // the connection broke; the next one may hold
    }
    await new Promise((wait) => { setTimeout(wait, AGAIN_MS); });
  }
}

/** @param {string} language one of those loaded */
export function speakWords(language) {
  words = all[language];
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
}

export function word(key, values = {}) {
  const text = words[key] ?? key;
  return typeof text === "string" ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
}
