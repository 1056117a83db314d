"""The phrase cache: bounds, age, and what reaches the disk."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from parley.speaking.cache import PhraseCache, key_of
from parley.speaking.provider import Voice

pytestmark = pytest.mark.anyio
VOICE = Voice(name="v", language="en")


@dataclass
class Clock:
    time: float = 1_000_000.0

    def __call__(self) -> float:
        return self.time


def files(directory: Path) -> dict[str, bytes]:
    return {file.stem: file.read_bytes() for file in directory.glob("*/*")}


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_the_least_recently_used_goes_first(clock: Clock) -> None:
    cache = PhraseCache(memory_bytes=10, age_s=60, now=clock)
    await cache.put("a", b"aaaa")
    await cache.put("b", b"bbbb")
    assert await cache.get("a") == b"aaaa"
    await cache.put("c", b"cccc")
    assert await cache.get("b") is None
    assert await cache.get("a") == b"aaaa"
    assert cache.bytes_in_memory == 8
    assert (cache.counts.memory, cache.counts.misses) == (2, 1)
    assert cache.counts.hit_rate == pytest.approx(2 / 3)


async def test_a_sound_larger_than_the_memory_is_not_kept(clock: Clock) -> None:
    cache = PhraseCache(memory_bytes=3, age_s=60, now=clock)
    await cache.put("a", b"aaaa")
    assert await cache.get("a") is None
    assert cache.bytes_in_memory == 0


async def test_old_sound_is_made_afresh(tmp_path: Path, clock: Clock) -> None:
    cache = PhraseCache(memory_bytes=100, age_s=60, directory=tmp_path, disk_bytes=100, now=clock)
    await cache.put("abc", b"pcm!", ahead=True)
    clock.time += 61
    assert await cache.get("abc") is None
    assert not files(tmp_path), "and its file is gone"


async def test_what_is_said_once_leaves_no_file(tmp_path: Path, clock: Clock) -> None:
    cache = PhraseCache(memory_bytes=100, age_s=60, directory=tmp_path, disk_bytes=100, now=clock)
    await cache.put("abc", b"pcm!")
    assert not files(tmp_path)
    await cache.get("abc")
    assert list(files(tmp_path).values()) == [b"pcm!"]


async def test_the_disk_outlives_the_process_and_keeps_the_age(tmp_path: Path, clock: Clock) -> None:
    first = PhraseCache(memory_bytes=100, age_s=60, directory=tmp_path, disk_bytes=100, now=clock)
    await first.put("abc", b"pcm!", ahead=True)
    clock.time += 40
    second = PhraseCache(memory_bytes=100, age_s=60, directory=tmp_path, disk_bytes=100, now=clock)
    assert await second.get("abc") == b"pcm!"
    assert second.counts.disk == 1
    clock.time += 30
    assert await second.get("abc") is None, "a hit does not make it younger"


async def test_the_disk_is_bounded(tmp_path: Path, clock: Clock) -> None:
    cache = PhraseCache(memory_bytes=0, age_s=600, directory=tmp_path, disk_bytes=30, now=clock)
    for name in ("aa1", "bb2", "cc3"):
        await cache.put(name, b"0123456789", ahead=True)
        clock.time += 1
    assert await cache.get("aa1") == b"0123456789"
    clock.time += 1
    await cache.put("dd4", b"0123456789", ahead=True)
    assert set(files(tmp_path)) == {"aa1", "dd4"}


async def test_an_unwritable_directory_costs_only_the_cache(tmp_path: Path, clock: Clock) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    cache = PhraseCache(memory_bytes=100, age_s=60, directory=blocked, disk_bytes=100, now=clock)
    await cache.put("abc", b"pcm!", ahead=True)
    assert await cache.get("abc") == b"pcm!"


def test_the_key_tells_every_difference_and_no_word() -> None:
    voices = [VOICE, Voice(name="v", language="en", rate=1.5), Voice(name="v", language="en", pitch_semitones=2)]
    keys = {key_of("p", voice, text, rate=rate) for voice in voices for text in ("a", "b") for rate in (8000, 16000)}
    assert len(keys) == 12
    assert "Smith" not in key_of("p", VOICE, "Smith", rate=8000)
