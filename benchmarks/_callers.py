"""Callers of our own, for where no other load generator is at hand; `parley bench calls` starts it.

Takes the arguments of that benchmark's generator which it passes, speaks Twilio's protocol to the signed webhook and
the media stream, and prints the same fields: reply latency, missing answers, gaps, and what the server cost.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import random
import time
import wave
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import numpy as np
import psutil
import websockets

from parley.audio import ulaw
from parley.audio.sound import Sound
from parley.speaking.settings import SpeakingSettings
from parley.speaking.synthesis import synthesiser_for

FRAME: Final = 160
FRAME_S: Final = 0.02
GAP_S: Final = 4.0
LATE_S: Final = 0.005


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the callers found."""

    reply_ms: list[float] = field(default_factory=list)
    lead_ms: list[float] = field(default_factory=list)
    lag_ms: list[float] = field(default_factory=list)
    missing: int = 0
    early: int = 0
    underruns: int = 0
    failed: int = 0


class Caller:
    """One call; playout is as long as the sound that came."""

    def __init__(self, socket: Any, heard: Heard, pause: Sequence[str]) -> None:
        self.socket, self.heard, self.pause = socket, heard, pause
        self.due = time.perf_counter()
        self.played_until = 0.0
        self.reply_at: float | None = None
        self.lead = 0.0

    async def listen(self) -> None:
        """Take what the server says, and say when a mark was reached."""
        async for text in self.socket:
            message, now = json.loads(text), time.perf_counter()
            if message["event"] == "media":
                sound = base64.b64decode(message["media"]["payload"])
                if 0.5 > now - self.played_until > LATE_S:
                    self.heard.underruns += 1
                self.played_until = max(self.played_until, now) + len(sound) / 8000
                self.lead = max(self.lead, self.played_until - now)
                if self.reply_at is None:
                    self.reply_at = now
            elif message["event"] == "clear":
                self.played_until = 0.0
            elif message["event"] == "mark":
                await asyncio.sleep(max(0.0, self.played_until - now))
                await self.socket.send(text)

    async def send(self, payload: str) -> None:
        """One frame at its time."""
        await asyncio.sleep(max(0.0, self.due - time.perf_counter()))
        self.heard.lag_ms.append((time.perf_counter() - self.due) * 1000)
        await self.socket.send(f'{{"event":"media","media":{{"payload":"{payload}"}}}}')
        self.due += FRAME_S

    async def quiet(self, until: float) -> None:
        """Silence."""
        while self.due < until:
            await self.send(random.choice(self.pause))

    async def turn(self, speech: list[str]) -> None:
        """Say it, and wait for the answer."""
        self.reply_at = None
        for payload in speech:
            await self.send(payload)
        ended = time.perf_counter()
        await self.quiet(self.due + GAP_S)
        if self.reply_at is None:
            self.heard.missing += 1
        elif self.reply_at < ended:
            self.heard.early += 1
        else:
            self.heard.reply_ms.append((self.reply_at - ended) * 1000)


def quiet(noise_db: float | None) -> list[str]:
    """Frames of a pause: digital silence, or a second of white noise of so many dBFS."""
    if noise_db is None:
        return [base64.b64encode(b"\xff" * FRAME).decode()]
    noise = np.random.default_rng(1).normal(0, 32768 * 10 ** (noise_db / 20), 50 * FRAME)
    line = ulaw.encode(noise.clip(-32768, 32767).astype(np.int16))
    return [base64.b64encode(line[at : at + FRAME]).decode() for at in range(0, len(line), FRAME)]


def announced(webhook: str, token: str, call_sid: str) -> tuple[str, dict[str, str]]:
    """The stream's address and parameters, as the webhook answers a new call."""
    form = {"CallSid": call_sid, "From": "+15550100001", "To": "+15550100002", "CallStatus": "ringing"}
    signed = webhook + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    answer = httpx.post(webhook, data=form, headers={"X-Twilio-Signature": signature}).raise_for_status()
    stream = next(ET.fromstring(answer.text).iter("Stream"))  # noqa: S314 - our own server's
    return stream.attrib["url"], {each.attrib["name"]: each.attrib["value"] for each in stream.iter("Parameter")}


async def call(number: int, arguments: argparse.Namespace, speech: list[str], start: float, heard: Heard) -> None:
    """One call from its set-up to its end."""
    call_sid = f"CA{random.getrandbits(128):032x}"
    await asyncio.sleep(number * arguments.ramp_s / arguments.calls)
    url, parameters = await asyncio.to_thread(announced, arguments.webhook, arguments.auth_token, call_sid)
    try:
        async with websockets.connect(url, compression=None, proxy=None) as socket:
            began = {"streamSid": f"MZ{number:032d}", "callSid": call_sid, "customParameters": parameters}
            await socket.send(json.dumps({"event": "start", "start": began}))
            caller = Caller(socket, heard, quiet(arguments.noise_db))
            listening = asyncio.create_task(caller.listen())
            await caller.quiet(start + random.random() * (len(speech) * FRAME_S + GAP_S))
            for _ in range(arguments.turns):
                await caller.turn(speech)
            heard.lead_ms.append(caller.lead * 1000)
            await socket.send(json.dumps({"event": "stop"}))
            listening.cancel()
    except (OSError, websockets.WebSocketException):
        heard.failed += 1


def cost(process: psutil.Process) -> tuple[float, float]:
    """CPU seconds and resident MB, children included."""
    family = [process, *process.children(recursive=True)]
    times = [each.cpu_times() for each in family]
    return sum(t.user + t.system for t in times), sum(each.memory_info().rss for each in family) / 1e6


async def spoken(arguments: argparse.Namespace) -> list[str]:
    """What every caller says, as payloads."""
    if arguments.wav:
        with wave.open(arguments.wav) as file:
            sound = Sound.of_bytes(file.readframes(file.getnframes()), file.getframerate()).resampled(8000)
        samples = sound.samples
    else:
        voice = synthesiser_for("en", SpeakingSettings())
        parts = [part async for part in voice.speak(arguments.say, language="en", voice=None, rate=8000)]
        samples = np.frombuffer(b"".join(parts), "<i2")
    loud = np.flatnonzero(np.abs(samples) > 300)
    line = ulaw.encode(samples[loud[0] : loud[-1] + 1])
    return [base64.b64encode(line[at : at + FRAME]).decode() for at in range(0, len(line) - FRAME, FRAME)]


def spread(values: list[float]) -> dict[str, float] | None:
    """What is told of many values."""
    if not values:
        return None
    p50, p95, p99 = (round(float(np.percentile(values, at)), 1) for at in (50, 95, 99))
    return {"n": len(values), "p50": p50, "p95": p95, "p99": p99, "max": round(max(values), 1)}


async def main(arguments: argparse.Namespace) -> None:
    """Play all calls, print the report."""
    speech, heard, process = await spoken(arguments), Heard(), psutil.Process(arguments.pid)
    before = cost(process)
    ready_s = arguments.ramp_s + arguments.settle_s
    start = time.perf_counter() + ready_s
    window_s = (len(speech) * FRAME_S + GAP_S) * (arguments.turns + 1)
    calls = [asyncio.create_task(call(n, arguments, speech, start, heard)) for n in range(arguments.calls)]
    await asyncio.sleep(ready_s)
    up = cost(process)
    await asyncio.sleep(window_s)
    after = cost(process)
    await asyncio.wait(calls, timeout=20)
    used = after[0] - up[0]
    report = {
        "calls": arguments.calls,
        "failed_calls": heard.failed,
        "missing": heard.missing,
        "early": heard.early,
        "underruns": heard.underruns,
        "added_ms": spread([ms - arguments.endpoint_ms for ms in heard.reply_ms]),
        "lead_ms": spread(heard.lead_ms),
        "barge_clear_ms": None,
        "generator": {"send_lag_ms": spread(heard.lag_ms)},
        "server": {
            "cpu_s_per_call_minute": round(used / (arguments.calls * window_s) * 60, 3),
            "calls_per_core": round(arguments.calls * window_s / used, 1),
            "setup_cpu_s_per_call": round((up[0] - before[0]) / arguments.calls, 3),
            "rss_mb_per_call": round((after[1] - before[1]) / arguments.calls, 2),
        },
    }
    print(json.dumps(report))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--webhook", "--auth-token", "--wav", "--say"):
        parser.add_argument(name)
    for name in ("--calls", "--turns", "--pid"):
        parser.add_argument(name, type=int, required=True)
    for name in ("--ramp-s", "--settle-s", "--endpoint-ms"):
        parser.add_argument(name, type=float, required=True)
    parser.add_argument("--noise-db", type=float)
    parser.add_argument("--compact", action="store_true")
    asyncio.run(main(parser.parse_args()))
