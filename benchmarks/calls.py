"""`parley bench calls`: many telephone calls at once against the real server, with providers that answer at once.

Starts the server with the demo business (recognition and synthesis instant, all else real: Django, records, metrics,
dialogue, understanding, skills), plays callers against it through the signed webhook who ask for free appointments,
and prints their report with the CPU of a call-minute, stage by stage. The callers are those of a load generator where
one is given, else our own (`_callers`).
"""

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.contract import LANGUAGES

ROOT: Final = Path(__file__).parents[1]
GENERATOR: Final = ROOT.parent / "shared" / "tools" / "call_load.py"
START_S: Final = 90.0
OWN: Final = ROOT / "benchmarks" / "_callers.py"
SETTLE_S: Final = 6.0
"""Between the last call's set-up and the measured time: the greeting of a business is three sentences."""
KEPT: Final = ROOT / "build" / "listening"
"""What recognition compiles stays here between runs, as it does beside a server's database."""
RECORDED: Final = ROOT.parent / "shared" / "data" / "audio" / "samples" / "jfk.flac"
"""A person, where one is at hand: a synthetic voice breaks off at full strength, which is noticed later."""
SPOKEN_S: Final = (8.6, 10.62)
"""Where in it somebody speaks without a pause, to the end of a sentence."""
SPEECH: Final = ROOT / "build" / "speech.wav"
SENTENCE: Final = "Could you tell me what time it is now"
WAIT_MS: Final = 500
"""Silence that ends a turn in this benchmark, as with the peers."""


def main(argv: list[str]) -> int:
    """Run it; 1 where a call or an answer was lost."""
    arguments = parsed(argv)
    with tempfile.TemporaryDirectory() as folder:
        report = run(arguments, Path(folder))
    print(json.dumps(report) if arguments.json else table(report))
    return 1 if report["failed_calls"] or report["missing"] else 0


def parsed(argv: list[str]) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(prog="parley bench calls", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=25)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--barge-in", action="store_true")
    parser.add_argument("--wav", type=Path, help="two seconds of recorded speech without a pause")
    parser.add_argument("--say", help="what a synthetic voice says instead of a person")
    parser.add_argument("--noise-db", type=float, help="white noise on every line instead of digital silence (dBFS)")
    parser.add_argument("--text", default="what times are free on Tuesday", help="what the recogniser hears")
    parser.add_argument("--generator", type=Path, default=GENERATOR if GENERATOR.exists() else OWN)
    parser.add_argument("--embedded", action="store_true", help="with the recogniser and the voice that are present")
    parser.add_argument("--no-stages", action="store_true", help="without the sampler, which costs a little itself")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    arguments = parser.parse_args(argv)
    if arguments.embedded and arguments.say is None:
        arguments.say = SENTENCE  # is to be understood
    return arguments


def run(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The callers' report, with `stages` (milliseconds of CPU of a call-minute) and the net cost of a set-up."""
    port, token = free_port(), secrets.token_hex(16)
    environment = settings(folder, port, arguments.text, token, embedded=arguments.embedded)
    run_parley(["setup"], environment)
    profile = folder / "profile.json"
    sampled = [str(ROOT / "benchmarks" / "_sampler.py"), str(profile), "--"]
    start = [sys.executable, *(["-m", "parley.server.cli"] if arguments.no_stages else sampled)]
    log = (folder / "server.log").open("wb")
    serve = [*start, "serve", "--port", str(port)]
    server = subprocess.Popen(serve, env=environment, stdout=log, stderr=log, cwd=ROOT)
    try:
        ready(f"http://127.0.0.1:{port}/health", server, folder / "server.log")
        target = ["--webhook", f"http://127.0.0.1:{port}/webhook/voice", "--auth-token", token]
        report = played(
            arguments,
            target,
            server.pid,
            0 if arguments.embedded else WAIT_MS,
            sampled=None if arguments.no_stages else server,
        )
        if not arguments.no_stages:
            server.send_signal(signal.SIGUSR2)
            while not profile.exists() and server.poll() is None:
                time.sleep(0.05)
    finally:
        server.terminate()
        server.wait(20)
    report["stages"] = {} if arguments.no_stages else stages(json.loads(profile.read_text()), arguments.calls)
    return report


def played(
    arguments: argparse.Namespace,
    target: list[str],
    pid: int,
    wait_ms: int,
    *,
    sampled: subprocess.Popen[bytes] | None = None,
) -> dict[str, Any]:
    """The report of callers at `target`; the process `pid` is measured, `sampled` told when the window begins."""
    ramp = arguments.calls / 4
    generator = getattr(arguments, "generator", GENERATOR if GENERATOR.exists() else OWN)
    barge_in = ["--barge-in"] if getattr(arguments, "barge_in", False) else []
    noise = getattr(arguments, "noise_db", None)
    line = [] if noise is None else [f"--noise-db={noise}"]
    command = [
        sys.executable, str(generator), *target, *said(arguments), "--calls", str(arguments.calls),
        "--turns", str(arguments.turns), "--pid", str(pid), "--ramp-s", str(ramp), "--settle-s", str(SETTLE_S),
        "--endpoint-ms", str(wait_ms), "--compact", *barge_in, *line,
    ]  # fmt: skip
    callers = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if sampled is not None:
        time.sleep(ramp + SETTLE_S + 1)
        sampled.send_signal(signal.SIGUSR1)
    output, _ = callers.communicate()
    report: dict[str, Any] = json.loads(output)
    if not wait_ms:
        report["added_ms"] = report.get("reply_ms") or report["added_ms"]
    cost = report["server"]
    net = cost["setup_cpu_s_per_call"] - (ramp / 2 + SETTLE_S) * cost["cpu_s_per_call_minute"] / 60
    cost["setup_net_cpu_s_per_call"] = round(max(0.0, net), 3)
    report["load_average"] = round(os.getloadavg()[0], 2)
    return report


def said(arguments: argparse.Namespace) -> list[str]:
    """What the callers say, as options of theirs: a recorded person where there is one, else a synthetic voice."""
    if arguments.wav is not None:
        return ["--wav", str(arguments.wav)]
    if arguments.say is not None or not RECORDED.exists():
        return ["--say", arguments.say or SENTENCE]
    sound = read_sound(RECORDED, rate=8_000)
    start, end = (round(second * sound.rate) for second in SPOKEN_S)
    SPEECH.parent.mkdir(exist_ok=True)
    SPEECH.write_bytes(Sound(samples=sound.samples[start:end], rate=sound.rate).wav())
    return ["--wav", str(SPEECH)]


def settings(folder: Path, port: int, text: str, token: str, *, embedded: bool = False) -> dict[str, str]:
    """The environment of the server."""
    instant = {language: ["instant"] for language in LANGUAGES}
    wait = dict.fromkeys(("finished_s", "usual_s", "unfinished_s"), WAIT_MS / 1000)
    listening: dict[str, Any] = {"end_of_turn": {"strategy": "fixed", **wait}, "recognisers": instant}
    if embedded:
        listening = {"kept_dir": str(KEPT)}
    given = {} if embedded else {"PARLEY_SPEAKING": json.dumps({"providers": instant})}
    return os.environ | given | {
        "PARLEY_DATA_DIR": str(folder),
        "PARLEY_DEMO": "true",
        "PARLEY_PORT": str(port),
        "PARLEY_SECRET_KEY": secrets.token_hex(32),
        "PARLEY_LISTENING": json.dumps(listening),
        "PARLEY_INSTANT_TEXT": text,
        "PARLEY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_AUTH_TOKEN": token,
        "PARLEY_SILENCE_PROMPT_S": "600",
        "PARLEY_CALLS_A_MINUTE": "100000",
        "PARLEY_API_CALLS_A_MINUTE": "1000000",
    }  # fmt: skip


def run_parley(arguments: list[str], environment: dict[str, str]) -> None:
    """One command of ours."""
    subprocess.run([sys.executable, "-m", "parley.server.cli", *arguments], env=environment, check=True, cwd=ROOT)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers, and has loaded all its models where its answer tells of that."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            if httpx.get(url).raise_for_status().json().get("warm", True):
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise SystemExit(f"the server did not start:\n{log.read_text()[-3000:]}")


def stages(profile: dict[str, Any], calls: int) -> dict[str, float]:
    """CPU milliseconds of a call-minute by stage, the largest first."""
    minutes = calls * profile["wall_s"] / 60
    main_ms = (profile["cpu_s"] - profile["threads_cpu_s"]) * 1000 / minutes
    samples: dict[str, int] = profile["samples"]
    total = sum(samples.values()) or 1
    shares = {stage: count / total * main_ms for stage, count in samples.items()}
    shares["turns in threads"] = profile["threads_cpu_s"] * 1000 / minutes
    return {stage: round(ms, 2) for stage, ms in sorted(shares.items(), key=lambda item: -item[1])}


def table(report: dict[str, Any]) -> str:
    """For reading."""
    added, server = report["added_ms"] or {}, report["server"]
    barge = report["barge_clear_ms"] or {}
    rows = [
        ("calls", report["calls"]),
        ("CPU s per call-minute", server["cpu_s_per_call_minute"]),
        ("calls a core", server["calls_per_core"]),
        ("MB per call", server["rss_mb_per_call"]),
        (
            "CPU s to set a call up",
            f"{server['setup_net_cpu_s_per_call']} ({server['setup_cpu_s_per_call']} as held)",
        ),
        ("added ms p50 / p95", f"{added.get('p50')} / {added.get('p95')}"),
        ("missing, early, underruns", f"{report['missing']}, {report['early']}, {report['underruns']}"),
        ("lead ms, most", report["lead_ms"]["max"]),
        ("callers' own lateness ms, p99", report["generator"]["send_lag_ms"]["p99"]),
        ("clear ms p50 / p95", f"{barge.get('p50')} / {barge.get('p95')}"),
    ]
    rows.append(("load average", report["load_average"]))
    rows += [(f"  ms of CPU: {stage}", ms) for stage, ms in report["stages"].items()]
    return "\n".join(f"{name:<36}{value}" for name, value in rows)
