"""Sound that was made before: in memory, and on disk where a directory is given. Both are bounded.

A sentence reaches the disk when it is asked for a second time (or was made ahead): what is said once, with
somebody's name and appointment in it, leaves no file behind.
"""

import asyncio
import contextlib
import hashlib
import os
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from parley.speaking.provider import Voice


@dataclass(slots=True)
class Counts:
    """How often the cache was asked, and what it had."""

    memory: int = 0
    disk: int = 0
    misses: int = 0

    @property
    def hit_rate(self) -> float:
        asked = self.memory + self.disk + self.misses
        return (self.memory + self.disk) / asked if asked else 0.0


@dataclass(slots=True)
class Kept:
    """One sound in memory."""

    pcm: bytes
    made_at: float
    on_disk: bool


def key_of(provider: str, voice: Voice, text: str, *, rate: int) -> str:
    """A name for the sound that holds nothing of what is said."""
    facts = (
        provider,
        voice.name,
        voice.language,
        f"{voice.rate:.3f}",
        f"{voice.pitch_semitones:.2f}",
        str(rate),
        text,
    )
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()


class PhraseCache:
    """Least recently used sounds go first; sounds older than `age_s` are not used."""

    def __init__(
        self,
        *,
        memory_bytes: int,
        age_s: float,
        directory: Path | None = None,
        disk_bytes: int = 0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.counts = Counts()
        self._memory: OrderedDict[str, Kept] = OrderedDict()
        self._memory_bytes, self._bytes, self._age_s, self._now = memory_bytes, 0, age_s, now
        self._disk = Disk(directory, most=disk_bytes, age_s=age_s, now=now) if directory and disk_bytes else None

    async def get(self, key: str) -> bytes | None:
        """The sound as PCM, or None. Reading the disk happens off the loop."""
        if kept := self._memory.get(key):
            if self._now() - kept.made_at <= self._age_s:
                self._memory.move_to_end(key)
                self.counts.memory += 1
                if self._disk and not kept.on_disk:
                    kept.on_disk = True
                    await asyncio.to_thread(self._disk.write, key, kept.pcm, made_at=kept.made_at)
                return kept.pcm
            self._drop(key)
        if self._disk and (found := await asyncio.to_thread(self._disk.read, key)):
            pcm, made_at = found
            self._keep(key, Kept(pcm, made_at, on_disk=True))
            self.counts.disk += 1
            return pcm
        self.counts.misses += 1
        return None

    async def put(self, key: str, pcm: bytes, *, ahead: bool = False) -> None:
        """Keep a whole sentence; `ahead`: it will be wanted again, so it goes to disk at once."""
        to_disk = ahead and self._disk is not None
        made_at = self._now()
        self._keep(key, Kept(pcm, made_at, on_disk=to_disk))
        if self._disk and to_disk:
            await asyncio.to_thread(self._disk.write, key, pcm, made_at=made_at)

    @property
    def bytes_in_memory(self) -> int:
        return self._bytes

    def _keep(self, key: str, kept: Kept) -> None:
        self._drop(key)
        if len(kept.pcm) > self._memory_bytes:
            return
        self._memory[key] = kept
        self._bytes += len(kept.pcm)
        while self._bytes > self._memory_bytes:
            self._drop(next(iter(self._memory)))

    def _drop(self, key: str) -> None:
        if old := self._memory.pop(key, None):
            self._bytes -= len(old.pcm)


class Disk:
    """One file a sound. A file's modification time says when it was made, its access time when it was last used."""

    def __init__(self, directory: Path, *, most: int, age_s: float, now: Callable[[], float]) -> None:
        self._directory, self._most, self._age_s, self._now = directory, most, age_s, now
        self._bytes: int | None = None

    def read(self, key: str) -> tuple[bytes, float] | None:
        """Sound and when it was made; None when absent, too old, or unreadable."""
        path = self._path(key)
        try:
            made_at = path.stat().st_mtime
            if self._now() - made_at > self._age_s:
                self._remove(path)
                return None
            pcm = path.read_bytes()
            os.utime(path, (self._now(), made_at))
        except OSError:
            return None
        return pcm, made_at

    def write(self, key: str, pcm: bytes, *, made_at: float) -> None:
        """All or nothing: a reader, or a crash, never sees half a file. A full disk costs the cache and no more."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(pcm)
                os.utime(name, (self._now(), made_at))
                replaced = path.stat().st_size if path.exists() else 0
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError:
            return
        self._bytes = self._total() if self._bytes is None else self._bytes + len(pcm) - replaced
        if self._bytes > self._most:
            self._prune()

    def _prune(self) -> None:
        """Remove what is too old, then the least recently used, down to nine tenths of the bound."""
        files = []
        for path in self._directory.glob("*/*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                files.append((facts.st_atime, facts.st_mtime, facts.st_size, path))
        self._bytes = sum(size for _, _, size, _ in files)
        for _, made_at, size, path in sorted(files):
            old = self._now() - made_at > self._age_s
            if old or self._bytes > self._most * 0.9:
                self._remove(path)
                self._bytes -= size

    def _total(self) -> int:
        return sum(path.stat().st_size for path in self._directory.glob("*/*.pcm"))

    def _path(self, key: str) -> Path:
        return self._directory / key[:2] / f"{key}.pcm"

    def _remove(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink()
