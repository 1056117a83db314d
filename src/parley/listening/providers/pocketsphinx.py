"""pocketsphinx: small, on any machine, English with the package itself.

Free speech is beyond it, commands are not. It hears a turn through a language model of what is likely in its scene,
and where few words are likely also through a grammar of these; the better score wins.
"""

import tempfile
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parley.audio.sound import Sound
from parley.contract import Expectation, Language
from parley.listening import sphinx
from parley.listening.engine import EngineOptions
from parley.listening.kept import Kept
from parley.listening.masking import breath, masked
from parley.listening.pronunciation import Dictionary
from parley.listening.recognition import Abilities, Transcript
from parley.listening.sphinx.material import Material
from parley.listening.sphinx.ranking import by_chance, by_phones, ranking
from parley.listening.sphinx.scene import Scene, questions
from parley.listening.sphinx.searches import PHONES, RATE, SEARCHES_KEPT, Heard, Model, Searches
from parley.listening.wordgraph import WordGraph

FIRST_S: Final = 1.2
"""Sound that a stream waits for before it is heard: by then room and line are known (0.8 s: half as many more words
wrong; all of it: no fewer)."""


class Pocketsphinx:
    """The engine of one language."""

    def __init__(self, language: Language, model: Model, options: EngineOptions) -> None:
        self.name = "pocketsphinx"
        self.language: Language = language
        self.options = options
        self._model = model
        self._own_folder = tempfile.TemporaryDirectory(prefix="parley-listening-") if not options.kept_dir else None
        kept = self._own_folder.name if self._own_folder else options.kept_dir
        self._material = Material(options.phrasebook, language, model.dictionary, Kept(Path(kept or "")))
        self._graphs: OrderedDict[str, WordGraph | None] = OrderedDict()
        self._idle: defaultdict[tuple[bool, bool], list[Searches]] = defaultdict(list)
        """Decoders of streams, by whether they hear grammars and whether they hear a telephone."""
        self._sets = {telephone: self._set(telephone=telephone) for telephone in (False, True)}
        asked = list(questions(options.phrasebook))
        self._questions = iter(Random().sample(asked, len(asked)))
        """In another order in each process: what one has made, the next finds."""

    def _set(self, *, telephone: bool) -> "_Set":
        """Every search for finished turns."""
        phones = self._model.phones
        return _Set(
            grammars=Searches.grammars(*self._given, telephone=telephone),
            free=Searches.free(*self._given, telephone=telephone),
            phones=Searches.loop(*self._given, phones, telephone=telephone) if phones else None,
        )

    @property
    def _given(self) -> tuple[Model, Path, Dictionary]:
        return self._model, self._material.words, self._material.dictionary

    def sentences(self, expectation: Expectation, searches: Searches) -> str | None:
        """The name of the language model of a scene, made ready in `searches`; None where nothing is ever said."""
        path = self._material.language_model(Scene.of(expectation))
        return searches.add_model(path) if path else None

    def grammar(self, expectation: Expectation, searches: Searches) -> str | None:
        """The name of the grammar of an expectation, made ready in `searches`; None when it is too wide for one."""
        name = f"grammar {hash(expectation)}"
        if name not in self._graphs:
            self._graphs[name] = self._material.graph(expectation)
            if len(self._graphs) > SEARCHES_KEPT:
                self._graphs.popitem(last=False)
        graph = self._graphs[name]
        if graph is None:
            return None
        searches.add(name, graph)
        return name

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "PocketsphinxStream":
        if not live:
            return PocketsphinxStream(self, rate, expectation)
        telephone = rate < RATE
        grammar = self.grammar(expectation, self._sets[telephone].grammars)
        self.sentences(expectation, self._sets[telephone].free)  # while they speak, and not when they have finished
        searches = self._taken(grammar=grammar is not None, telephone=telephone)
        name = self.sentences(expectation, searches) if grammar is None else self.grammar(expectation, searches)
        if name is None:
            self.give_back(searches, grammar=False, telephone=telephone)
            return PocketsphinxStream(self, rate, expectation)
        return PocketsphinxStream(self, rate, expectation, searches, name, by_grammar=grammar is not None)

    def _taken(self, *, grammar: bool, telephone: bool) -> Searches:
        if idle := self._idle[grammar, telephone]:
            return idle.pop()
        make = Searches.grammars if grammar else Searches.free
        return make(*self._given, telephone=telephone)

    def give_back(self, searches: Searches, *, grammar: bool, telephone: bool) -> None:
        """A stream is done with its decoder."""
        idle = self._idle[grammar, telephone]
        if len(idle) < self.options.live_streams:
            idle.append(searches)

    def breath(self, samples: NDArray[np.int16]) -> float:
        """The masking noise for a sound at `RATE`."""
        return breath(samples, RATE, least=self.options.noise_sigma, quiet_rms=self.options.quiet_rms)

    def make_ahead(self) -> bool:
        """Make the language model of one more question that may be asked."""
        scene = next(self._questions, None)
        if scene is None:
            self._material.forget()
            return False
        self._material.language_model(scene)
        return True

    def close(self) -> None:
        """Remove the files that the decoders were made from, unless they are kept for the next start."""
        if self._own_folder:
            self._own_folder.cleanup()

    def transcript(self, sound: Sound, expectation: Expectation) -> Transcript:
        """The finished turn: through the language model, and through the grammar where something is expected."""
        nothing = Transcript(text="", language=self.language, confidence=0.0, provider=self.name)
        plain = sound.resampled(RATE)
        if not len(plain.samples):
            return nothing
        pcm = masked(plain.samples, sigma=self.breath(plain.samples)).tobytes()
        searches = self._sets[sound.rate < RATE]
        sentences = self.sentences(expectation, searches.free)
        by_model = searches.free.whole(sentences, pcm) if sentences else None
        grammar = self.grammar(expectation, searches.grammars)
        by_grammar = searches.grammars.whole(grammar, pcm) if grammar else None
        ranked = ranking(by_model, by_grammar)
        if not ranked:
            return nothing
        return replace(
            nothing,
            text=ranked[0].text,
            words=ranked[0].words,
            confidence=by_chance(ranked[0]) if ranked[0] is by_model else _by_phones(ranked, searches.phones, pcm),
            alternatives=tuple(dict.fromkeys(heard.text for heard in ranked[1:] if heard.text != ranked[0].text)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """The searches that hear finished turns, from a telephone or not."""

    grammars: Searches
    free: Searches
    """Through the language models of scenes."""
    phones: Searches | None


def _by_phones(ranked: list[Heard], phones: Searches | None, pcm: bytes) -> float:
    return by_phones(ranked, phones.whole(PHONES, pcm) if phones else None)


class PocketsphinxStream:
    """One turn: partials from one search while it lasts, then every search over the whole."""

    def __init__(
        self,
        engine: Pocketsphinx,
        rate: int,
        expectation: Expectation,
        searches: Searches | None = None,
        name: str = "",
        *,
        by_grammar: bool = False,
    ) -> None:
        self._engine = engine
        self._rate = rate
        self._expectation = expectation
        self._searches = searches
        self._name = name
        self._by_grammar = by_grammar
        self._first = bytearray()
        """Sound until there is enough to begin with."""
        self._sigma = 0.0
        self._begun = False

    def feed(self, pcm: bytes) -> str:
        if self._searches is None:
            return ""
        if not self._begun:
            self._first += pcm
            if len(self._first) < FIRST_S * self._rate * 2:
                return ""
            return self._begin(self._searches)
        return self._searches.hear(self._masked(self._raised(pcm)))

    def _begin(self, searches: Searches) -> str:
        samples = self._raised(bytes(self._first))
        self._first.clear()
        self._sigma = self._engine.breath(samples)
        first = self._masked(samples)
        searches.begin(self._name, sounds_like=first)
        self._begun = True
        return searches.hear(first)

    def _raised(self, pcm: bytes) -> NDArray[np.int16]:
        return Sound.of_bytes(pcm, self._rate).resampled(RATE).samples

    def _masked(self, samples: NDArray[np.int16]) -> bytes:
        return masked(samples, sigma=self._sigma, seed=len(samples)).tobytes()

    def finish(self, pcm: bytes) -> Transcript:
        return self._engine.transcript(Sound.of_bytes(pcm, self._rate), self._expectation)

    def close(self) -> None:
        if self._searches:
            if self._begun:
                self._searches.end()
            self._engine.give_back(self._searches, grammar=self._by_grammar, telephone=self._rate < RATE)
            self._searches = None


class Provider:
    """English with the model of the package itself; French, experimental, with a model that the settings name."""

    name = "pocketsphinx"

    def abilities(self, options: EngineOptions) -> Abilities:
        languages: set[Language] = set()
        if find_spec("pocketsphinx"):
            languages.add("en")
            if options.french_grammar_model:
                languages.add("fr")
        return Abilities(
            languages=frozenset(languages),
            streaming=True,
            word_times=True,
            expectations=True,
            prepares=True,
        )

    def load(self, options: EngineOptions) -> "Languages":
        return Languages(options)


class Languages:
    """An engine for each language: English at once, another when it is first spoken."""

    def __init__(self, options: EngineOptions) -> None:
        self.name = Provider.name
        self._options = options
        self._engines: dict[Language, Pocketsphinx] = {}
        self._engine("en")  # before the first turn, which would wait for it

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> PocketsphinxStream:
        engine = self._engine(language)
        return engine.open(language=language, rate=rate, expectation=expectation, live=live)

    def make_ahead(self) -> bool:
        """For the languages that are spoken here so far."""
        return any(engine.make_ahead() for engine in self._engines.values())

    def _engine(self, language: Language) -> Pocketsphinx:
        if language not in self._engines:
            self._engines[language] = Pocketsphinx(language, _model(language, self._options), self._options)
        return self._engines[language]

    def close(self) -> None:
        """Remove the files that the decoders were made from; happens by itself when the process ends."""
        for engine in self._engines.values():
            engine.close()


def _model(language: Language, options: EngineOptions) -> Model:
    if language == "fr" and options.french_grammar_model:
        folder = Path(options.french_grammar_model)
        plain = folder / "dictionary.txt"
        return Model(acoustic=folder, dictionary=plain if plain.exists() else folder / "dictionary.txt.gz")
    from pocketsphinx import get_model_path

    folder = Path(get_model_path()) / "en-us"
    return Model(
        acoustic=folder / "en-us",
        dictionary=folder / "cmudict-en-us.dict",
        phones=folder / "en-us-phone.lm.bin",
        telephone=Path(sphinx.__path__[0]) / "telephone.en.mllr",
    )


provider = Provider()
