"""pocketsphinx decoders, as far as Parley uses them: grammars, a language model, a loop of phones."""

import math
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from parley.listening.pronunciation import Dictionary
from parley.listening.recognition import Word
from parley.listening.wordgraph import WordGraph

RATE: Final = 16_000
FRAMES_A_SECOND: Final = 100
SHORTEST_S: Final = 0.06
"""Less than that is no word, but what a search makes of silence when it must end in something."""
SEARCHES_KEPT: Final = 8
"""Grammars and language models that a decoder holds ready; one more takes 0.1 s."""
PHONES: Final = "phones"


class Model(NamedTuple):
    """The files of one language's acoustic model."""

    acoustic: Path
    dictionary: Path
    phones: Path | None = None
    """Language model of phones, for the confidence."""
    telephone: Path | None = None
    """What a telephone does to spectra, as a transform of the model's means: `parley bench telephone`."""


class Heard(NamedTuple):
    """One way to hear a turn."""

    text: str
    score: float
    """Logarithm of the likelihood for each frame, times 1000 and in the decoder's own scale."""
    acoustic: float
    """The acoustic part of the score."""
    words: tuple[Word, ...]
    chance: float = -30.0
    """Logarithm of the chance of these words among all that the search kept; only where it looks for a best path."""


class Searches:
    """One decoder and its searches, each under a name, kept warm from turn to turn."""

    def __init__(
        self, model: Model, words: Path, dictionary: Dictionary, *, telephone: bool = False, **options: Any
    ) -> None:
        from pocketsphinx import Decoder

        self._dictionary = dictionary
        if telephone and model.telephone:
            options["mllr"] = str(model.telephone)
        self._decoder = Decoder(hmm=str(model.acoustic), dict=str(words), lm=None, loglevel="FATAL", **options)
        self._ready: OrderedDict[str, None] = OrderedDict()

    @classmethod
    def grammars(cls, model: Model, words: Path, dictionary: Dictionary, *, telephone: bool = False) -> "Searches":
        """For grammars. To look for the best path through all that one allows takes seconds at the end of a turn."""
        return cls(model, words, dictionary, telephone=telephone, bestpath=False)

    @classmethod
    def free(cls, model: Model, words: Path, dictionary: Dictionary, *, telephone: bool = False) -> "Searches":
        """For language models. The best path through what the first pass left (5 ms) is as right as a second pass,
        which takes half as long again as the first."""
        return cls(model, words, dictionary, telephone=telephone, bestpath=True, fwdflat=False)

    @classmethod
    def loop(
        cls, model: Model, words: Path, dictionary: Dictionary, phones: Path, *, telephone: bool = False
    ) -> "Searches":
        """For any phones at all."""
        made = cls(
            model, words, dictionary, telephone=telephone, bestpath=False, allphone_ci=True, pl_window=0, lw=2.0
        )
        made._decoder.add_allphone_file(PHONES, str(phones))
        return made

    def add(self, name: str, graph: WordGraph) -> None:
        """Have the grammar ready under its name."""
        if self._is_ready(name):
            return
        graph = graph.without(frozenset(word for word in graph.words if not self._known(word)))
        self._decoder.add_fsg(name, self._decoder.create_fsg(name, 0, len(graph), _transitions(graph)))
        self._keep(name)

    def add_model(self, sentences: Path) -> str:
        """Have the language model ready that stands in the file; its name."""
        if not self._is_ready(sentences.name):
            self._decoder.add_lm_file(sentences.name, str(sentences))
            self._keep(sentences.name)
        return sentences.name

    def _is_ready(self, name: str) -> bool:
        if name in self._ready:
            self._ready.move_to_end(name)
        return name in self._ready

    def _keep(self, name: str) -> None:
        """The one that was not used for longest goes."""
        self._ready[name] = None
        if len(self._ready) > SEARCHES_KEPT:
            oldest, _ = self._ready.popitem(last=False)
            self._decoder.remove_search(oldest)

    def _known(self, word: str) -> bool:
        if self._decoder.lookup_word(word) is not None:
            return True
        lines = self._dictionary.lines(word)
        for line in lines:
            name, phones = line.split(maxsplit=1)
            self._decoder.add_word(name, phones, False)
        return bool(lines)

    def begin(self, name: str, *, sounds_like: bytes = b"") -> None:
        """Begin to hear a stream through one search.

        `sounds_like`: its first second. The mean of its spectrum tells room and line from speech; without it a stream
        begins with the mean of somebody else's room, and hears twice as many words wrong.
        """
        self._decoder.activate_search(name)
        self._decoder.reinit_feat()
        if sounds_like:
            self._decoder.start_utt()
            self._decoder.process_raw(sounds_like, no_search=True, full_utt=True)
            self._decoder.end_utt()
            mean = self._decoder.get_cmn()
            self._decoder.reinit_feat()
            self._decoder.set_cmn(mean)
        self._decoder.start_utt()

    def hear(self, pcm: bytes) -> str:
        """More of the stream; what it says so far."""
        self._decoder.process_raw(pcm)
        found = self._decoder.hyp()
        return found.hypstr if found else ""

    def end(self) -> None:
        """The stream is over."""
        self._decoder.end_utt()

    def whole(self, name: str, pcm: bytes) -> Heard | None:
        """A finished turn through one search; None when the search found no way through it."""
        self.begin(name)
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        if not (found and found.hypstr):
            return None
        segments = list(self._decoder.seg())
        words = _words(segments)
        if sum(word.end_s - word.start_s for word in words) < SHORTEST_S and name != PHONES:
            return None
        frames = max(1, len(pcm) // 2 * FRAMES_A_SECOND // RATE)
        return Heard(
            text=found.hypstr,
            score=_log(found.score) / frames,
            acoustic=sum(_log(segment.ascore) for segment in segments) / frames,
            words=tuple(words),
            chance=_log(found.prob) / 1000.0,
        )


def _log(likelihood: float) -> float:
    """pocketsphinx gives likelihoods in a base of its own, near to 1 however unlikely."""
    return 1000.0 * math.log(max(likelihood, 1e-300))


def _transitions(graph: WordGraph) -> list[tuple[Any, ...]]:
    """The arcs for pocketsphinx, which wants one final state: state number `len(graph)`."""
    arcs: list[tuple[Any, ...]] = []
    for state, onward in enumerate(graph.arcs):
        ways = len(onward) + (state in graph.finals)
        arcs += [(state, after, 1.0 / ways, word) for word, after in onward.items()]
        if state in graph.finals:
            arcs.append((state, len(graph), 1.0 / ways))
    return arcs


def _words(segments: Iterable[Any]) -> list[Word]:
    return [
        Word(
            text=segment.word.split("(")[0],
            start_s=segment.start_frame / FRAMES_A_SECOND,
            end_s=(segment.end_frame + 1) / FRAMES_A_SECOND,
            confidence=round(min(1.0, math.exp(_log(segment.prob) / 1000.0)), 3),
        )
        for segment in segments
        if segment.word[0] not in "<[(+"
    ]
