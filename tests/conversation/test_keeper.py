"""Writing to the record: gathered, in order, and all of it before anything is read."""

import asyncio
from collections.abc import Callable, Sequence

from parley.conversation.keeper import GATHER_S, Keeper
from tests.virtual_time import virtual


class Book:
    """Notes what was written, and how much of it in one go."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.together_sizes: list[int] = []

    def write(self, what: str) -> Callable[[], None]:
        return lambda: self.written.append(what)

    def together(self, works: Sequence[Callable[[], object]]) -> None:
        self.together_sizes.append(len(works))
        for work in works:
            work()


@virtual
async def test_what_nobody_waits_for_is_written_in_one_go() -> None:
    keeper, book = Keeper(), Book()
    for what in "abc":
        keeper.gather(book.write(what), book.together)
    assert book.written == []
    await asyncio.sleep(GATHER_S)
    keeper.close()
    assert (book.written, book.together_sizes) == (["a", "b", "c"], [3])


@virtual
async def test_whoever_reads_finds_all_that_was_written_before() -> None:
    keeper, book = Keeper(), Book()
    keeper.gather(book.write("turn"), book.together)
    assert await keeper.kept(lambda: list(book.written)) == ["turn"]
    keeper.close()
    assert book.together_sizes == [1]


@virtual
async def test_the_end_writes_what_is_gathered() -> None:
    keeper, book = Keeper(), Book()
    keeper.gather(book.write("last"), book.together)
    keeper.close()
    assert book.written == ["last"]


@virtual
async def test_a_store_that_fails_loses_only_its_own() -> None:
    keeper, book = Keeper(), Book()

    def broken(_: Sequence[Callable[[], object]]) -> None:
        raise OSError("the disk is full")

    keeper.gather(book.write("lost"), broken)
    keeper.gather(book.write("kept"), book.together)
    assert await keeper.kept(lambda: list(book.written)) == ["kept"]
    keeper.close()
