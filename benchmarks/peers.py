"""`parley bench peers`: the same calls against Pipecat, LiveKit Agents and Parley in turn, and the ratios.

Each peer runs in an environment of its own under build/peers, made from the package registry when it is not there,
as a server written from its public API (benchmarks/peers/). All three judge every frame of sound with silero, end the
turn after a fixed wait, and have recognition, thinking and synthesis answer at once; only Parley has its database,
records, figures, understanding and skills in the way. Machines are noisy: read the ratios, not the seconds.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import calls

ROOT: Final = Path(__file__).parents[1]
SERVERS: Final = ROOT / "benchmarks" / "peers"
BUILD: Final = ROOT / "build" / "peers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another framework."""

    name: str
    packages: tuple[str, ...]
    wait_ms: int
    """Silence that ends a turn, as it is configured."""
    goal: int
    """How many times our processor time it is to cost."""


WEB: Final = ("fastapi==0.165", "uvicorn[standard]==0.54", "uvloop", "websockets", "numpy")
PEERS: Final = (
    Peer(name="livekit", packages=("livekit-agents==1.8.9", *WEB), wait_ms=500, goal=5),
    Peer(name="pipecat", packages=("pipecat-ai[silero,websocket]==1.14.0", *WEB), wait_ms=800, goal=10),
)


def main(argv: list[str]) -> int:
    """Run all, print a table."""
    parser = argparse.ArgumentParser(prog="parley bench peers", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=25, help="more than 25 break the peers")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--wav", type=Path, help="two seconds of recorded speech without a pause")
    parser.add_argument("--say", help="what a synthetic voice says instead of a person")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    own = ["--calls", str(arguments.calls), "--turns", str(arguments.turns), "--no-stages"]
    if arguments.wav is not None:
        own += ["--wav", str(arguments.wav)]
    if arguments.say is not None:
        own += ["--say", arguments.say]
    rows: list[dict[str, Any]] = []
    for _ in range(arguments.rounds):
        rounds = {peer.name: against(peer, arguments) for peer in PEERS}
        ours = calls.parsed(own)
        with tempfile.TemporaryDirectory() as folder:
            rounds["parley"] = calls.run(ours, Path(folder))
        rows.append(compared(rounds))
    print(json.dumps(rows) if arguments.json else "\n\n".join(table(row) for row in rows))
    return 0


def environment(peer: Peer) -> Path:
    """The Python of the peer's environment, made first where it is missing."""
    python = BUILD / peer.name / "bin" / "python"
    done = BUILD / peer.name / "ready"
    if not done.exists():
        print(f"Installing {peer.packages[0]}", file=sys.stderr)
        uv = shutil.which("uv") or str(ROOT / ".venv-tools" / "bin" / "uv")
        subprocess.run(
            [uv, "venv", "--quiet", "--python", sys.executable, "--allow-existing", python.parents[1]], check=True
        )
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *peer.packages], check=True)
        done.touch()
    return python


def against(peer: Peer, arguments: argparse.Namespace) -> dict[str, Any]:
    """The callers' report on one peer."""
    port = calls.free_port()
    python = environment(peer)
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        server = subprocess.Popen(
            [python, f"{peer.name}_server.py", str(port)], cwd=SERVERS, stdout=log, stderr=log,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            calls.ready(f"http://127.0.0.1:{port}/health", server, Path(log.name))
            return calls.played(arguments, ["--url", f"ws://127.0.0.1:{port}/ws"], server.pid, peer.wait_ms)
        finally:
            server.terminate()
            server.wait(20)


def compared(reports: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is read off the reports, by server."""
    row: dict[str, Any] = {"load_average": round(os.getloadavg()[0], 2)}
    own = reports["parley"]["server"]["cpu_s_per_call_minute"]
    for name, report in reports.items():
        added, server = report["added_ms"] or {}, report["server"]
        row[name] = {
            "cpu_s": server["cpu_s_per_call_minute"],
            "times_ours": round(server["cpu_s_per_call_minute"] / own, 1),
            "mb": server["rss_mb_per_call"],
            "p50": added.get("p50"),
            "p95": added.get("p95"),
            "missing": report["missing"],
            "underruns": report["underruns"],
        }
    return row


def table(row: dict[str, Any]) -> str:
    """For reading."""
    goals = {peer.name: f"at least {peer.goal}" for peer in PEERS}
    names = (
        "server",
        "CPU s a call-minute",
        "times ours",
        "goal",
        "MB a call",
        "added p50",
        "p95",
        "missing",
        "gaps",
    )
    widths = (10, 21, 12, 13, 11, 11, 9, 9, 7)
    lines = ["".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True))]
    for name in ("livekit", "pipecat", "parley"):
        cells = row[name]
        shown = (
            name, cells["cpu_s"], cells["times_ours"], goals.get(name, ""), cells["mb"], cells["p50"], cells["p95"],
            cells["missing"], cells["underruns"],
        )  # fmt: skip
        lines.append(
            "".join(f"{'' if cell is None else cell:>{width}}" for cell, width in zip(shown, widths, strict=True))
        )
    return "\n".join([*lines, f"load average {row['load_average']}"])
