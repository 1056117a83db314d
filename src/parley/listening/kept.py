"""Files that take seconds to make, kept on disk under a hash of all that they are made from.

    folder/model-1f0c….arpa            what was made
    folder/model-1f0c….arpa.sha256     and its hash, by which a damaged file is known and made again

Written beside and moved into place, so that no process ever reads half a file; two that make the same one at once
make it alike. Those that were not used for longest go when the folder grows past its bound.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

SEAL: Final = ".sha256"


def digest_of(parts: Iterable[bytes]) -> str:
    """The name of what is made from these parts. No two lists of parts have the same, however they are divided."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:32]


class Kept:
    """One folder of such files."""

    def __init__(self, folder: Path, *, most_bytes: int = 64 * 2**20) -> None:
        self.folder = folder
        self._most_bytes = most_bytes

    def file(self, name: str, make: Callable[[], bytes]) -> Path:
        """The file of that name; `make` gives its content where it is not here, or not whole."""
        path = self.folder / name
        if not _whole(path):
            self._write(path, make())
        with suppress(OSError):  # another process has just cleared it away: whoever opens it makes it again
            os.utime(path)
        return path

    def content(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The same as bytes."""
        try:
            return self.file(name, make).read_bytes()
        except FileNotFoundError:
            return make()

    def _write(self, path: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        seal = _sealed(path)
        for target, data in ((path, content), (seal, hashlib.sha256(content).hexdigest().encode())):
            beside = path.with_name(f".{target.name}.{secrets.token_hex(4)}")
            beside.write_bytes(data)
            beside.replace(target)
        self._bound(spared={path, seal})

    def _bound(self, *, spared: set[Path]) -> None:
        """Let those go that were not used for longest, except the one that is needed now."""
        rows = []
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):
                status = path.stat()
                rows.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in rows)
        for _, size, path in sorted(rows, key=lambda row: row[0]):
            if total <= self._most_bytes:
                return
            if path not in spared:
                path.unlink(missing_ok=True)
                total -= size


def _sealed(path: Path) -> Path:
    return path.with_name(path.name + SEAL)


def _whole(path: Path) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == _sealed(path).read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return False
