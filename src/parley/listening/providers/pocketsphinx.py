"""pocketsphinx: small, on any machine, English with the package itself.

Free speech is beyond it, commands are not. It hears an open turn through a language model of all that the skills
understand, and the answer to a question also through a grammar of what the dialogue expects; the better score wins.
"""

import tempfile
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parley.audio.sound import Sound
from parley.contract import Expectation, Language
from parley.listening import sphinx
from parley.listening.engine import EngineOptions
from parley.listening.kept import Kept
from parley.listening.masking import breath, masked
from parley.listening.recognition import Abilities, Transcript
from parley.listening.sphinx.material import Material
from parley.listening.sphinx.ranking import by_chance, by_phones, ranking
from parley.listening.sphinx.searches import GRAMMARS_KEPT, LANGUAGE_MODEL, PHONES, RATE, Heard, Model, Searches
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
        self._material.forget()

    def _set(self, *, telephone: bool) -> "_Set":
        """Every search for finished turns."""
        phones = self._model.phones
        given = self._model, self._material.words, self._material.dictionary
        return _Set(
            grammars=self._grammar_searches(telephone=telephone),
            free=self._free_searches(telephone=telephone),
            phones=Searches.loop(*given, phones, telephone=telephone) if phones else None,
        )

    def _grammar_searches(self, *, telephone: bool) -> Searches:
        given = self._model, self._material.words, self._material.dictionary
        return Searches.grammars(*given, telephone=telephone)

    def _free_searches(self, *, telephone: bool) -> Searches | None:
        sentences = self._material.language_model
        if sentences is None:
            return None
        given = self._model, self._material.words, self._material.dictionary
        return Searches.free(*given, sentences, telephone=telephone)

    def grammar(self, expectation: Expectation, searches: Searches) -> str | None:
        """The name of the grammar of an expectation, made ready in `searches`; None when it is too wide for one."""
        name = f"grammar {hash(expectation)}"
        if name not in self._graphs:
            self._graphs[name] = self._material.graph(expectation)
            if len(self._graphs) > GRAMMARS_KEPT:
                self._graphs.popitem(last=False)
        graph = self._graphs[name]
        if graph is None:
            return None
        searches.add(name, graph)
        return name

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "PocketsphinxStream":
        telephone = rate < RATE
        finished = self._sets[telephone]
        name = self.grammar(expectation, finished.grammars)
        if not live or (name is None and finished.free is None):
            return PocketsphinxStream(self, rate, expectation)
        searches = self._taken(grammar=name is not None, telephone=telephone)
        if name is not None:
            self.grammar(expectation, searches)
        return PocketsphinxStream(self, rate, expectation, searches, name)

    def _taken(self, *, grammar: bool, telephone: bool) -> Searches:
        if idle := self._idle[grammar, telephone]:
            return idle.pop()
        made = None if grammar else self._free_searches(telephone=telephone)
        return made or self._grammar_searches(telephone=telephone)

    def give_back(self, searches: Searches, *, grammar: bool, telephone: bool) -> None:
        """A stream is done with its decoder."""
        idle = self._idle[grammar, telephone]
        if len(idle) < self.options.live_streams:
            idle.append(searches)

    def breath(self, samples: NDArray[np.int16]) -> float:
        """The masking noise for a sound at `RATE`."""
        return breath(samples, RATE, least=self.options.noise_sigma, quiet_rms=self.options.quiet_rms)

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
        by_model = searches.free.whole(LANGUAGE_MODEL, pcm) if searches.free else None
        name = self.grammar(expectation, searches.grammars)
        by_grammar = searches.grammars.whole(name, pcm) if name else None
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
    free: Searches | None
    """Through the language model of all sentences."""
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
        grammar: str | None = None,
    ) -> None:
        self._engine = engine
        self._rate = rate
        self._expectation = expectation
        self._searches = searches
        self._grammar = grammar
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
        searches.begin(self._grammar or LANGUAGE_MODEL, sounds_like=first)
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
            self._engine.give_back(self._searches, grammar=self._grammar is not None, telephone=self._rate < RATE)
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
