import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parley.listening.kept import SEAL, Kept, digest_of


class Maker:
    """Counts how often a file had to be made."""

    def __init__(self, content: bytes = b"made") -> None:
        self.times = 0
        self._content = content

    def __call__(self) -> bytes:
        self.times += 1
        return self._content


def test_what_was_made_is_found_again_by_another_process(tmp_path: Path):
    make = Maker()
    for _ in range(3):
        assert Kept(tmp_path / "new").file("a", make).read_bytes() == b"made"
    assert make.times == 1
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a", "a" + SEAL]


@pytest.mark.parametrize(
    "damage",
    [
        lambda file, seal: file.write_bytes(b"mad"),
        lambda file, seal: file.unlink(),
        lambda file, seal: seal.unlink(),
        lambda file, seal: seal.write_bytes(b"\xff\xfe"),
    ],
)
def test_what_is_damaged_is_made_again(tmp_path: Path, damage: Callable[[Path, Path], None]):
    make, kept = Maker(), Kept(tmp_path)
    file = kept.file("a", make)
    damage(file, tmp_path / ("a" + SEAL))
    assert kept.content("a", make) == b"made"
    assert make.times == 2
    assert kept.content("a", make) == b"made"
    assert make.times == 2


def test_what_was_not_used_for_longest_goes_when_the_folder_is_full(tmp_path: Path):
    kept = Kept(tmp_path, most_bytes=500)
    for age, name in enumerate("abc"):
        path = kept.file(name, Maker(bytes(100)))
        os.utime(path, (1_000 + age, 1_000 + age))
        os.utime(tmp_path / (name + SEAL), (1_000 + age, 1_000 + age))
    kept.file("a", Maker())  # used once more
    kept.file("d", Maker(bytes(100)))
    assert (tmp_path / "a").exists()
    assert (tmp_path / "d").exists()
    assert not (tmp_path / "b").exists()


def test_a_file_larger_than_the_bound_is_used_all_the_same(tmp_path: Path):
    assert Kept(tmp_path, most_bytes=10).content("a", Maker(bytes(100))) == bytes(100)


def test_the_name_depends_on_every_part_and_on_where_they_divide():
    parts = ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""])
    assert len({digest_of(each) for each in parts}) == len(parts)
    assert digest_of([b"ab", b"c"]) == digest_of(iter([b"ab", b"c"]))
