"""What an engine is made from, out of all that may be said: dictionary, language model, word counts, grammars.

Reading the sentence files and drawing sentences from them takes seconds, so everything that comes of it is kept on
disk. The files are read at all only when something is to be made that is not there yet.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec

from parley.contract import Expectation, Language
from parley.contract.pages import page_files
from parley.listening.expected import expected_graph
from parley.listening.kept import Kept, digest_of
from parley.listening.language_data import load
from parley.listening.language_model import LanguageModel
from parley.listening.phrasebook import Phrasebook, Phrases
from parley.listening.pronunciation import Dictionary
from parley.listening.sphinx.scene import Scene, sentences
from parley.listening.wordgraph import WordGraph

INTERJECTED: Final = 150
"""Sentences of a wish among which each thing that is said without one stands once: with fewer, "uh-huh" is heard as a
wish."""
INTERJECTED_IN_ANSWERS: Final = 600
"""Among answers, which are short themselves."""
FORM: Final = b"3"
"""Changes whenever the same sources would be made into something else."""

_graphs: Final = msgspec.msgpack.Decoder(tuple[tuple[dict[str, int], ...], tuple[int, ...]] | None)


class Material:
    """Of one language and one acoustic model."""

    def __init__(self, phrasebook: Phrasebook, language: Language, dictionary: Path, kept: Kept) -> None:
        self._phrasebook = phrasebook
        self._language: Language = language
        self._kept = kept
        self._sources = digest_of(_sources(phrasebook, language, dictionary))
        self.dictionary = Dictionary(dictionary, language)
        self._models: dict[Scene, Path] = {}

    @cached_property
    def words(self) -> Path:
        """The dictionary of the words that are used.

        With three thousand words instead of a hundred thousand the decoder starts in a tenth of the time, and the
        search by language model is possible at all.
        """
        return self._kept.file(f"words-{self._sources}.dict", self._words)

    def language_model(self, scene: Scene) -> Path | None:
        """A language model in ARPA form of what is said in a scene; None where there are no sentences."""
        path = self._models.get(scene)
        if path is None or not path.exists():
            name = f"sentences-{digest_of([self._sources.encode(), msgspec.msgpack.encode(scene)])}.arpa"
            path = self._models[scene] = self._kept.file(name, lambda: self._arpa(scene))
        return path if path.stat().st_size else None

    def graph(self, expectation: Expectation) -> WordGraph | None:
        """The grammar of what is expected; None when that is too wide for one."""
        name = f"grammar-{digest_of([self._sources.encode(), msgspec.msgpack.encode(expectation)])}"
        content = self._kept.content(name, lambda: self._graph(expectation))
        found = _graphs.decode(content)
        return WordGraph(arcs=found[0], finals=frozenset(found[1])) if found else None

    @cached_property
    def _phrases(self) -> Phrases:
        return self._phrasebook.of(self._language)

    @cached_property
    def _interjections(self) -> dict[str, Any]:
        return load("interjections", self._language)

    @cached_property
    def _lines(self) -> dict[str, list[str]]:
        """The lines of the dictionary for every word that may be said."""
        said = (word for text in self._interjections["said"] for word in text.split())
        words = self._phrases.words | {*said} if self._phrases.intents else frozenset[str]()
        sounds = {word: [f"{word} {phones}"] for word, phones in self._interjections["sounds"].items()}
        return {word: sounds.get(word) or self.dictionary.lines(word) for word in sorted(words)}

    def _words(self) -> bytes:
        return ("\n".join(line for lines in self._lines.values() for line in lines) + "\n").encode()

    def _arpa(self, scene: Scene) -> bytes:
        said = [*sentences(scene, self._phrases, self._language)]
        if not said:
            return b""
        each = INTERJECTED_IN_ANSWERS if scene.question else INTERJECTED
        said += self._interjections["said"] * (1 + len(said) // each)
        return LanguageModel.of(text for text in said if all(map(self._lines.get, text.split()))).arpa().encode()

    def _graph(self, expectation: Expectation) -> bytes:
        graph = expected_graph(expectation, self._phrases, self._language)
        found = (graph.arcs, sorted(graph.finals)) if graph is not None and graph.arcs[0] else None
        return msgspec.msgpack.encode(found)

    def forget(self) -> None:
        """Let go of what was only needed for making: it is read again if ever another grammar is wanted."""
        self.__dict__.pop("_lines", None)


def _sources(phrasebook: Phrasebook, language: Language, dictionary: Path) -> Iterator[bytes]:
    """All that the material depends on."""
    yield FORM + language.encode()
    yield str(dictionary.stat().st_size).encode() + dictionary.name.encode()
    for name in sorted((Path(__file__).parents[1] / "phrases").glob(f"*.{language}.yaml")):
        yield name.read_bytes()
    for source in phrasebook.sources:
        yield msgspec.msgpack.encode(source.slots)
        for kind in ("sentences", "samples", "lexicons"):
            yield kind.encode()
            yield from (path.read_bytes() for path in page_files(Path(source.folder) / kind, language))
