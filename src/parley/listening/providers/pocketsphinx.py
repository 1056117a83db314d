"""pocketsphinx: small, on any machine, English with the package itself.

Free speech is beyond it, commands are not: it hears a finished turn through a grammar of what the dialogue expects
and through a language model of all that the skills understand, and the better score wins.
"""

import math
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from parley.audio.sound import Sound
from parley.contract import Expectation, Language
from parley.listening.engine import EngineOptions
from parley.listening.expected import expected_graph
from parley.listening.likely import LikelyIntents
from parley.listening.masking import masked, quietest_rms
from parley.listening.phrasebook import Phrases
from parley.listening.pronunciation import Dictionary
from parley.listening.recognition import Abilities, Transcript, Word
from parley.listening.wordgraph import WordGraph

RATE: Final = 16_000
FRAMES_A_SECOND: Final = 100
GRAMMARS_KEPT: Final = 12
MODEL_SENTENCES: Final = 150
"""Sentences of each intent that the language model is made from."""
LANGUAGE_MODEL: Final = "model"
PHONES: Final = "phones"
GRAMMAR_HEAD_START: Final = 0.3
"""Score by which the language model must beat a grammar, which is right more often."""
CANDIDATES: Final = 2
"""Intents whose grammars are tried when everything is open."""
SURE_SCORE: Final = -1.35
"""How much worse than free phones an utterance may be. On people, what was heard rightly lies between -1.25 and -0.2
(40 of 40), and what is in no grammar below -1.5 (12 of 12; 20 more found no way through)."""
TELEPHONE_ALLOWANCE: Final = 0.5
"""How much worse it may be through a telephone."""
SURE_STEEPNESS: Final = 6.0
AGREED: Final = 0.75
"""Confidence of words on which grammar and language model agree, whatever the voice."""
OUTSIDE_GRAMMARS: Final = 0.6
"""Share of the confidence that is left when no grammar knows the words: the model can put any words together."""


class _Heard(NamedTuple):
    text: str
    score: float
    """Logarithm of the likelihood for each frame, times 1000 and in the decoder's own scale."""
    acoustic: float
    """The acoustic part of the score."""
    words: tuple[Word, ...]


class _Model(NamedTuple):
    acoustic: Path
    dictionary: Path
    phones: Path | None = None
    """Language model of phones, for the confidence."""


class Searches:
    """One decoder with the grammars that it was asked for last, and the language model."""

    def __init__(self, model: _Model, words: Path, dictionary: Dictionary, **options: Any) -> None:
        from pocketsphinx import Decoder

        self._dictionary = dictionary
        self._decoder = Decoder(
            hmm=str(model.acoustic), dict=str(words), lm=None, bestpath=False, loglevel="FATAL", **options
        )
        self._grammars: OrderedDict[str, None] = OrderedDict()

    def add_language_model(self, path: Path) -> None:
        """Have the language model ready as `LANGUAGE_MODEL`."""
        self._decoder.add_lm_file(LANGUAGE_MODEL, str(path))

    def add_phones(self, path: Path) -> None:
        """Have the loop of all phones ready as `PHONES`."""
        self._decoder.add_allphone_file(PHONES, str(path))

    def add(self, name: str, graph: WordGraph) -> None:
        """Have the grammar ready under its name; the one that was not used for longest goes."""
        if name in self._grammars:
            self._grammars.move_to_end(name)
            return
        graph = graph.without(frozenset(word for word in graph.words if not self._known(word)))
        self._decoder.add_fsg(name, self._decoder.create_fsg(name, 0, len(graph), _transitions(graph)))
        self._grammars[name] = None
        if len(self._grammars) > GRAMMARS_KEPT:
            oldest, _ = self._grammars.popitem(last=False)
            self._decoder.remove_search(oldest)

    def _known(self, word: str) -> bool:
        if self._decoder.lookup_word(word) is not None:
            return True
        lines = self._dictionary.lines(word)
        for line in lines:
            name, phones = line.split(maxsplit=1)
            self._decoder.add_word(name, phones, False)
        return bool(lines)

    def begin(self, name: str) -> None:
        """Begin to hear a stream through one search."""
        self._decoder.activate_search(name)
        self._decoder.reinit_feat()
        self._decoder.start_utt()

    def hear(self, pcm: bytes) -> str:
        """More of the stream; what it says so far."""
        self._decoder.process_raw(pcm)
        found = self._decoder.hyp()
        return found.hypstr if found else ""

    def end(self) -> None:
        self._decoder.end_utt()

    def whole(self, name: str, pcm: bytes) -> _Heard | None:
        """A finished turn through one search; None when the search found no way through it."""
        self.begin(name)
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        if not (found and found.hypstr):
            return None
        segments = list(self._decoder.seg())
        frames = max(1, len(pcm) // 2 * FRAMES_A_SECOND // RATE)
        return _Heard(
            text=found.hypstr,
            score=_log(found.score) / frames,
            acoustic=sum(_log(segment.ascore) for segment in segments) / frames,
            words=tuple(_words(segments)),
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


def _words(segments: Any) -> list[Word]:
    return [
        Word(
            text=segment.word.split("(")[0],
            start_s=segment.start_frame / FRAMES_A_SECOND,
            end_s=(segment.end_frame + 1) / FRAMES_A_SECOND,
        )
        for segment in segments
        if segment.word[0] not in "<[(+"
    ]


class Pocketsphinx:
    """The engine of one language."""

    def __init__(self, language: Language, model: _Model, options: EngineOptions) -> None:
        self.name = "pocketsphinx"
        self.language: Language = language
        self.options = options
        self.phrases: Phrases = options.phrasebook.of(language)
        self._model = model
        self._dictionary = Dictionary(model.dictionary, language)
        self._files = tempfile.TemporaryDirectory(prefix="parley-listening-")
        self._graphs: OrderedDict[str, WordGraph | None] = OrderedDict()
        self._samples = list(self.phrases.samples(each=MODEL_SENTENCES, chance=Random(7)))
        self._likely = LikelyIntents(self._samples)
        self._words, self._language_model = self._written()
        self._samples.clear()
        self._final = self._searches()
        self._phones: Searches | None = None
        if model.phones:
            self._phones = Searches(model, self._words, self._dictionary, allphone_ci=True, pl_window=0, lw=2.0)
            self._phones.add_phones(model.phones)
        self._idle: list[Searches] = []

    def _written(self) -> tuple[Path, Path | None]:
        """The dictionary of the words that are used, and the language model of the skills' sentences.

        A dictionary of three thousand words instead of a hundred thousand makes the decoder start in a tenth of
        the time, and the search by language model possible at all.
        """
        from pocketsphinx.lm import ArpaBoLM

        sentences = [sentence for _, sentence in self._samples]
        lines = {word: self._dictionary.lines(word) for word in {word for text in sentences for word in text.split()}}
        words = Path(self._files.name) / "words.dict"
        words.write_text("\n".join(line for each in sorted(lines) for line in lines[each]) + "\n", encoding="utf-8")
        sayable = [text for text in sentences if all(lines[word] for word in text.split())]
        if not sayable:
            return words, None
        model = ArpaBoLM(text="\n".join(sayable), add_start=True)
        model.compute()
        arpa = StringIO()
        model.write(arpa)
        path = Path(self._files.name) / "sentences.arpa"
        path.write_text(arpa.getvalue(), encoding="utf-8")
        return words, path

    def _searches(self) -> Searches:
        searches = Searches(self._model, self._words, self._dictionary)
        if self._language_model:
            searches.add_language_model(self._language_model)
        return searches

    def search_of(self, expectation: Expectation, searches: Searches) -> str | None:
        """The name of the grammar of an expectation, made ready in `searches`; None when it is too wide for one."""
        name = f"grammar {hash(expectation)}"
        if name not in self._graphs:
            self._graphs[name] = expected_graph(expectation, self.phrases, self.language)
            if len(self._graphs) > GRAMMARS_KEPT:
                self._graphs.popitem(last=False)
        graph = self._graphs[name]
        if graph is None or not graph.arcs[0]:
            return None
        searches.add(name, graph)
        return name

    def live_search(self, expectation: Expectation, searches: Searches) -> str | None:
        """What partial transcripts are heard with."""
        return self.search_of(expectation, searches) or (LANGUAGE_MODEL if self._language_model else None)

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "PocketsphinxStream":
        searches = (self._idle.pop() if self._idle else self._searches()) if live else None
        return PocketsphinxStream(self, rate, expectation, searches)

    def give_back(self, searches: Searches) -> None:
        """A stream is done with its decoder."""
        if len(self._idle) < self.options.live_streams:
            self._idle.append(searches)

    def close(self) -> None:
        """Remove the files that the decoders were made from."""
        self._files.cleanup()

    def transcript(self, sound: Sound, expectation: Expectation) -> Transcript:
        """The finished turn, through the grammar and through the language model."""
        nothing = Transcript(text="", language=self.language, confidence=0.0, provider=self.name)
        plain = sound.resampled(RATE)
        if not len(plain.samples):
            return nothing
        quiet = quietest_rms(plain.samples, RATE) < self.options.quiet_rms
        clean = Sound(samples=masked(plain.samples, sigma=self.options.noise_sigma), rate=RATE) if quiet else plain
        by_model = self._final.whole(LANGUAGE_MODEL, clean.pcm) if self._language_model else None
        by_grammars = [self._final.whole(name, clean.pcm) for name in self._grammars(expectation, by_model)]
        ranked = ranking(by_model, by_grammars)
        if not ranked:
            return nothing
        free = self._phones.whole(PHONES, clean.pcm) if self._phones else None
        return replace(
            nothing,
            text=ranked[0].text,
            words=ranked[0].words,
            confidence=confidence(ranked, free, telephone=sound.rate < RATE)
            * (1.0 if ranked[0] in by_grammars else OUTSIDE_GRAMMARS),
            alternatives=tuple(dict.fromkeys(heard.text for heard in ranked[1:] if heard.text != ranked[0].text)),
        )

    def _grammars(self, expectation: Expectation, by_model: _Heard | None) -> list[str]:
        """The grammar of what is expected, or those of the intents that it may be about."""
        wide = self.search_of(expectation, self._final)
        if wide is not None:
            return [wide]
        intents = self._likely.best(by_model.text, count=CANDIDATES) if by_model else ()
        names = (self.search_of(replace(expectation, intents=(intent,)), self._final) for intent in intents)
        return [name for name in names if name is not None]


def ranking(by_model: _Heard | None, by_grammars: Sequence[_Heard | None]) -> list[_Heard]:
    """What was heard, likeliest first, with a head start for grammars."""
    scored = [(heard.score + GRAMMAR_HEAD_START, heard) for heard in by_grammars if heard]
    if by_model:
        scored.append((by_model.score, by_model))
    return [heard for _, heard in sorted(scored, key=lambda pair: -pair[0])]


def confidence(ranked: Sequence[_Heard], free: _Heard | None, *, telephone: bool) -> float:
    """How sure the first is, 0 to 1.

    Words that were really said are nearly as likely as the best phones of all; and two ways of hearing that agree
    are rarely both wrong.
    """
    agreed = 0.0
    if len(ranked) > 1:
        agreed = SequenceMatcher(None, ranked[0].text.split(), ranked[1].text.split()).ratio()
    if free is None:
        return round(0.5 + 0.4 * agreed, 3)
    least = SURE_SCORE - (TELEPHONE_ALLOWANCE if telephone else 0.0)
    apart = SURE_STEEPNESS * (ranked[0].acoustic - free.acoustic - least)
    by_phones = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, apart))))
    return round(max(by_phones, AGREED * agreed**2), 3)


class PocketsphinxStream:
    """One turn: partials from one search while it lasts, then both searches over the whole."""

    def __init__(self, engine: Pocketsphinx, rate: int, expectation: Expectation, searches: Searches | None) -> None:
        self._engine = engine
        self._rate = rate
        self._expectation = expectation
        self._searches = searches
        self._hearing = engine.live_search(expectation, searches) if searches else None
        if searches and self._hearing:
            searches.begin(self._hearing)

    def feed(self, pcm: bytes) -> str:
        if not (self._searches and self._hearing):
            return ""
        sound = Sound.of_bytes(pcm, self._rate).resampled(RATE)
        noisy = masked(sound.samples, sigma=self._engine.options.noise_sigma, seed=len(pcm))
        return self._searches.hear(noisy.tobytes())

    def finish(self, pcm: bytes) -> Transcript:
        return self._engine.transcript(Sound.of_bytes(pcm, self._rate), self._expectation)

    def close(self) -> None:
        if self._searches:
            if self._hearing:
                self._searches.end()
            self._engine.give_back(self._searches)
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
        return Abilities(languages=frozenset(languages), streaming=True, word_times=True, expectations=True)

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


def _model(language: Language, options: EngineOptions) -> _Model:
    if language == "fr" and options.french_grammar_model:
        folder = Path(options.french_grammar_model)
        plain = folder / "dictionary.txt"
        return _Model(acoustic=folder, dictionary=plain if plain.exists() else folder / "dictionary.txt.gz")
    from pocketsphinx import get_model_path

    folder = Path(get_model_path()) / "en-us"
    return _Model(
        acoustic=folder / "en-us",
        dictionary=folder / "cmudict-en-us.dict",
        phones=folder / "en-us-phone.lm.bin",
    )


provider = Provider()
