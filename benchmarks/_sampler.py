"""Where the CPU of a server goes, by sampling: every 2 ms of CPU time the innermost known place is counted.

    python benchmarks/_sampler.py OUT.json -- parley-arguments…

runs `parley` with the sampler on; SIGUSR1 starts the counting, SIGUSR2 writes the counts.
"""

import json
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

PERIOD_S: Final = 0.002

STAGES: Final = (
    ("listening/voice_activity", "voice activity"),
    ("listening/silero", "voice activity"),
    ("conversation/sound_form", "voice activity"),
    ("conversation/floor", "floor"),
    ("conversation/mouth", "pacing and playing"),
    ("channels/outbox", "pacing and playing"),
    ("conversation/reply", "synthesis"),
    ("parley/speaking", "synthesis"),
    ("conversation/hearing", "turn taking"),
    ("conversation/turns", "turn taking"),
    ("conversation/ear", "turn taking"),
    ("conversation/utterance", "recognition"),
    ("parley/listening", "recognition"),
    ("parley/audio", "sound conversion"),
    ("parley/channels", "channel"),
    ("parley/conversation", "turn"),
    ("site-packages/uvicorn", "web socket"),
    ("site-packages/websockets", "web socket"),
    ("parley/server", "server"),
)
"""Part of a file's path, and the stage that its CPU belongs to; the first that fits, from the innermost frame out."""

counts: Counter[str] = Counter()
_begun = {"process": 0.0, "main": 0.0, "wall": 0.0}


def stage_of(frame: FrameType | None) -> str:
    """The stage that the stack is in."""
    while frame is not None:
        path = frame.f_code.co_filename
        for part, stage in STAGES:
            if part in path:
                return stage
        frame = frame.f_back
    return "event loop"


def _sample(_: int, frame: FrameType | None) -> None:
    counts[stage_of(frame)] += 1


def _start(_: int, __: FrameType | None) -> None:
    counts.clear()
    _begun.update(process=time.process_time(), main=time.thread_time(), wall=time.perf_counter())
    signal.setitimer(signal.ITIMER_PROF, PERIOD_S, PERIOD_S)


def main() -> None:
    """Run `parley` with the arguments after `--`."""
    out = Path(sys.argv[1])

    def write(_: int, __: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        process = time.process_time() - _begun["process"]
        main_thread = time.thread_time() - _begun["main"]
        report = {
            "wall_s": time.perf_counter() - _begun["wall"],
            "cpu_s": process,
            "threads_cpu_s": process - main_thread,
            "samples": dict(counts),
            "threads": threading.active_count(),
        }
        partial = out.with_suffix(".part")
        partial.write_text(json.dumps(report))
        partial.rename(out)

    signal.signal(signal.SIGPROF, _sample)
    signal.signal(signal.SIGUSR1, _start)
    signal.signal(signal.SIGUSR2, write)
    from parley.server.cli import main as parley

    sys.exit(parley(sys.argv[3:]))


if __name__ == "__main__":
    main()
