// The page's own words. All languages are there before the first is shown: a change of language waits for nothing.

const all = {};
let words = {};

export async function loadWords(...languages) {
  const folder = document.body.dataset.words;
  await Promise.all(languages.map(async (language) => {
    all[language] = await (await fetch(`${folder}${language}.json`)).json();
  }));
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
