// The page's own words, in the language chosen.

let words = {};

export async function speakWords(language) {
  const folder = document.body.dataset.words;
  words = await (await fetch(`${folder}${language}.json`)).json();
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
}

export function word(key, values = {}) {
  const text = words[key] ?? key;
  return typeof text === "string" ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
}
