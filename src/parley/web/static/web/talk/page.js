// The page to talk from: joins the microphone, the socket, the player and what is shown.

import { browserHears, hushBrowser, listenInBrowser, speakInBrowser } from "./browser_speech.js";
import { showCard } from "./cards.js";
import { add, markUnheard, showNotice, showPartial, showStatus } from "./log.js";
import { Microphone, MicrophoneInsecure, MicrophoneRefused } from "./microphone.js";
import { Player } from "./player.js";
import { Stream } from "./stream.js";
import { drawWaterfall } from "./waterfall.js";
import { speakWords, word } from "./words.js";

const find = (id) => document.getElementById(id);
const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
const RATE = 16000;

const microphone = new Microphone();
const player = new Player();
let language = ["en", "fr", "ko"].find((code) => navigator.language.startsWith(code)) ?? "en";
let stream = connect();
let stopBrowserEars = null;
let deaf = false;

function connect() {
  const made = new Stream(language);
  const on = (type, act) => made.addEventListener(type, ({ detail }) => act(detail));
  on("session_started", ({ recognises }) => {
    deaf = !recognises;
    showStatus(microphone.open ? "listening" : "ready");
    // The button may have been pressed before the server had said what it can hear.
    if (deaf && microphone.open) stopTalking().then(() => showNotice(word("deaf")));
  });
  on("speech_started", () => showStatus("hearing"));
  on("speech_ended", () => showStatus("thinking"));
  on("stt_partial", ({ text }) => showPartial(text));
  on("stt_final", ({ text, language: heard }) => {
    showPartial("");
    if (text) add("person", text, heard);
  });
  on("response_text", ({ text, language: spoken }) => answer(text, spoken));
  on("sound", (samples) => {
    if (chosen("voice") === "parley") {
      showStatus("speaking");
      player.play(samples, RATE, quiet);
    }
  });
  on("tts_clear", () => player.clear());
  on("tts_end", ({ heard, complete }) => complete || markUnheard(heard));
  on("turn_report", (report) => {
    const names = word("stages");
    drawWaterfall(find("waterfall"), { ...report, stages: report.stages.map((stage) => ({ ...stage, label: names[stage.stage] ?? stage.stage })) });
    find("waterfall-hint").hidden = true;
  });
  on("card", ({ card }) => showCard(card));
  on("language", ({ language: next }) => choose(next, false));
  on("error", ({ code, message }) => showNotice(`${message} (${code})`));
  on("lost", () => showStatus("lost"));
  on("session_end", () => {
    stopTalking();
    showStatus("ended");
  });
  return made;
}

function answer(text, spoken) {
  add("assistant", text, spoken);
  if (spoken !== language) choose(spoken, false);
  if (chosen("voice") === "browser") {
    showStatus("speaking");
    speakInBrowser(text, spoken, quiet);
  } else if (!player.speaking) {
    quiet();
  }
}

function quiet() {
  showStatus(microphone.open || stopBrowserEars ? "listening" : "ready");
}

// ---- talking

async function startTalking() {
  await player.wake();
  hushBrowser();
  showNotice("");
  const ears = chosen("ears");
  if (ears === "parley" && deaf) {
    showNotice(word("deaf"));
    return;
  }
  if (!stream.live) stream.open();
  if (ears === "browser") {
    startBrowserEars();
    return;
  }
  try {
    await microphone.start((piece) => stream.sound(piece), (level) => {
      find("level").style.transform = `scaleX(${level.toFixed(2)})`;
    });
  } catch (error) {
    showNotice(word(error instanceof MicrophoneRefused ? "refused" : error instanceof MicrophoneInsecure ? "insecure" : "missing"));
    find("text").focus();
    return;
  }
  showTalking(true);
}

function startBrowserEars() {
  if (!browserHears) {
    showNotice(word("no_browser_ears"));
    return;
  }
  stopBrowserEars = listenInBrowser(language, (text, final) => {
    if (!final) {
      showPartial(text);
      return;
    }
    player.clear();
    stream.interrupt();
    stream.say(text);
  }, (failure) => {
    stopBrowserEars = null;
    showTalking(false);
    if (failure === "not-allowed") showNotice(word("refused"));
  });
  showTalking(true);
}

async function stopTalking() {
  stopBrowserEars?.();
  if (microphone.open) {
    await microphone.stop();
    if (stream.live) stream.soundEnds();
  }
  showTalking(false);
}

function showTalking(on) {
  const button = find("microphone");
  button.setAttribute("aria-pressed", String(on));
  find("microphone-word").textContent = word(on ? "stop" : chosen("mode") === "hold" ? "talk_hold" : "talk");
  if (!on) find("level").style.transform = "scaleX(0)";
  showStatus(on ? "listening" : "ready");
}

const talking = () => microphone.open || stopBrowserEars !== null;

// ---- what the person does

const button = find("microphone");
button.addEventListener("click", () => {
  if (chosen("mode") === "toggle") (talking() ? stopTalking() : startTalking());
});
button.addEventListener("pointerdown", (event) => {
  if (chosen("mode") === "hold") {
    button.setPointerCapture(event.pointerId);
    startTalking();
  }
});
for (const end of ["pointerup", "pointercancel"]) button.addEventListener(end, () => chosen("mode") === "hold" && stopTalking());
button.addEventListener("keydown", (event) => {
  if (chosen("mode") === "hold" && event.key === " " && !event.repeat) startTalking();
});
button.addEventListener("keyup", (event) => {
  if (chosen("mode") === "hold" && event.key === " ") stopTalking();
});

find("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("text").value.trim();
  if (text === "") return;
  find("text").value = "";
  ask(text);
});

async function ask(text) {
  await player.wake();
  player.clear();
  hushBrowser();
  showNotice("");
  showStatus("thinking");
  if (!stream.live) stream.open();
  stream.say(text);
}

find("language").addEventListener("change", () => choose(find("language").value, true));
find("open-options").addEventListener("click", () => find("options").showModal());
find("options").addEventListener("close", () => showTalking(talking()));

async function choose(next, asked) {
  language = next;
  find("language").value = next;
  await speakWords(next);
  find("text").placeholder = word("type_here");
  showExamples();
  showTalking(talking());
  if (!asked) return;
  await stopTalking();
  stream.close();
  stream = connect();
  stream.open();
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

await choose(language, true);
