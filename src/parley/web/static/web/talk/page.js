// The page to talk from: joins the microphone, the socket, the player and what is shown. Nothing here waits once the
// words are loaded, so that no event finds the page half way between two states.

import { hushBrowser, listenInBrowser, speakInBrowser } from "./browser_speech.js";
import { showCard } from "./cards.js";
import { add, markUnheard, showNotice, showPartial } from "./log.js";
import { listenHere } from "./microphone.js";
import { Player } from "./player.js";
import { nowIs } from "./status.js";
import { Stream } from "./stream.js";
import { Talking } from "./talking.js";
import { drawWaterfall } from "./waterfall.js";
import { loadWords, speakWords, word } from "./words.js";

const find = (id) => document.getElementById(id);
const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
const LANGUAGES = ["en", "fr", "ko"];
const RATE = 16000;

const button = find("microphone");
const player = new Player();
const talking = new Talking(showTalking, (why) => {
  showNotice(word(why));
  find("text").focus();
});
let stream = null;
let shown = null; // the language of the page's own words
let deaf = false;
let lastReport = null;

// ---- the conversation

/** A new one, in this language. */
function begin(language) {
  talking.stop();
  hush();
  showPartial("");
  showNotice("");
  stream?.close();
  speak(language);
  deaf = false; // until the server has said what it can hear
  stream = listenedTo(new Stream(language));
  stream.open();
}

/** The page's own words, in the language that the conversation has come to. */
function speak(language) {
  if (language === shown) return;
  shown = language;
  find("language").value = language;
  speakWords(language);
  find("text").placeholder = word("type_here");
  showExamples();
  showReport();
  showMicrophoneWord();
  nowIs({});
}

function listenedTo(made) {
  const on = (type, act) => made.addEventListener(type, ({ detail }) => act(detail));
  on("opening", () => nowIs({ connection: "connecting", activity: null }));
  on("lost", () => {
    showPartial("");
    nowIs({ connection: "lost", activity: null });
  });
  on("session_started", ({ language, recognises }) => {
    nowIs({ connection: null });
    speak(language);
    hears(recognises);
  });
  on("language", ({ language, recognises }) => {
    speak(language);
    hears(recognises);
  });
  on("session_end", () => {
    talking.stop();
    nowIs({ connection: "ended", activity: null });
  });
  on("speech_started", () => nowIs({ activity: "hearing" }));
  on("speech_ended", () => nowIs({ activity: "thinking" }));
  on("stt_partial", ({ text }) => showPartial(text));
  on("stt_final", ({ text, language }) => {
    showPartial("");
    if (text) add("person", text, language);
    nowIs({ activity: text ? "thinking" : voiced() });
  });
  on("response_text", ({ text, language }) => answer(text, language));
  on("sound", (samples) => {
    if (chosen("voice") !== "parley") return;
    player.play(samples, RATE, quiet);
    nowIs({ activity: voiced() });
  });
  on("tts_clear", () => {
    player.clear();
    nowIs({ activity: "hearing" });
  });
  on("tts_end", ({ heard, complete }) => complete || markUnheard(heard));
  on("turn_report", (report) => {
    lastReport = report;
    showReport();
  });
  on("card", ({ card }) => showCard(card));
  on("error", ({ code, message }) => {
    showNotice(`${message} (${code})`);
    quiet();
  });
  return made;
}

/** Said as soon as it is known, also to somebody who pressed the button sooner. */
function hears(recognises) {
  deaf = !recognises;
  if (deaf && talking.wanted && chosen("ears") === "parley") sayDeaf();
}

function sayDeaf() {
  talking.stop();
  showNotice(word("deaf"));
}

function answer(text, language) {
  add("assistant", text, language);
  if (chosen("voice") === "browser") {
    speakInBrowser(text, language, quiet);
    nowIs({ activity: "speaking" });
  } else {
    quiet();
  }
}

const voiced = () => (player.speaking ? "speaking" : null);
const quiet = () => nowIs({ activity: voiced() });

function hush() {
  player.clear();
  hushBrowser();
  quiet();
}

// ---- what the person does

function startTalking() {
  player.wake();
  hushBrowser();
  showNotice("");
  if (chosen("ears") === "browser") {
    stream.open();
    talking.start(inBrowser);
  } else if (deaf) {
    sayDeaf();
  } else {
    stream.open();
    talking.start(here);
  }
}

function here(signal, onOpen) {
  signal.addEventListener("abort", () => stream.soundEnds());
  const onLevel = (level) => { find("level").style.transform = `scaleX(${level.toFixed(2)})`; };
  return listenHere({ signal, onOpen, onLevel, onPiece: (piece) => stream.sound(piece) });
}

function inBrowser(signal, onOpen) {
  const onText = (text, final) => (final ? ask(text) : showPartial(text));
  return listenInBrowser({ signal, language: stream.language, onOpen, onText });
}

function ask(text) {
  if (text === "") return;
  player.wake();
  hush();
  showNotice("");
  stream.say(text);
  nowIs({ activity: "thinking" });
}

button.addEventListener("click", () => {
  if (chosen("mode") === "toggle") (talking.wanted ? talking.stop() : startTalking());
});
const held = (act) => (event) => chosen("mode") === "hold" && act(event);
const letGo = held(() => talking.stop());
button.addEventListener("pointerdown", held((event) => {
  button.setPointerCapture(event.pointerId);
  startTalking();
}));
button.addEventListener("keydown", held((event) => event.key === " " && !event.repeat && startTalking()));
button.addEventListener("keyup", held((event) => event.key === " " && talking.stop()));
for (const end of ["pointerup", "pointercancel", "blur"]) button.addEventListener(end, letGo);

find("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("text").value.trim();
  find("text").value = "";
  ask(text);
});

find("language").addEventListener("change", () => begin(find("language").value));
find("open-options").addEventListener("click", () => find("options").showModal());
find("options").addEventListener("change", () => {
  talking.stop();
  hush();
  showMicrophoneWord();
});

// ---- what is shown

function showTalking(microphone) {
  button.setAttribute("aria-pressed", String(microphone !== null));
  if (microphone === null) find("level").style.transform = "scaleX(0)";
  showMicrophoneWord();
  nowIs({ microphone });
}

function showMicrophoneWord() {
  find("microphone-word").textContent = word(talking.wanted ? "stop" : chosen("mode") === "hold" ? "talk_hold" : "talk");
}

function showReport() {
  if (!lastReport) return;
  const names = word("stages");
  const stages = lastReport.stages.map((stage) => ({ ...stage, label: names[stage.stage] ?? stage.stage }));
  drawWaterfall(find("waterfall"), { ...lastReport, stages });
  find("waterfall-hint").hidden = true;
}

function showExamples() {
  find("examples").replaceChildren(...word("examples").map((text) => {
    const item = document.createElement("li");
    const example = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    example.addEventListener("click", () => ask(text));
    item.append(example);
    return item;
  }));
}

// ---- the beginning: nothing can be pressed before it does something

await loadWords(...LANGUAGES);
begin(LANGUAGES.find((code) => navigator.language.startsWith(code)) ?? "en");
for (const control of document.querySelectorAll(":disabled")) control.disabled = false;
