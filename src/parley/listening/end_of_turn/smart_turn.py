"""By how it sounds: the smart-turn v3 model, which hears melody and rhythm, beside the adaptive strategy's words.

The model takes the last eight seconds of the turn and answers how likely it is over. Words that show that something
must follow ("on the…"), and answers with rules of their own, count more than the melody.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parley.audio.sound import Sound
from parley.contract import ConfigurationInvalid, Expectation, Language
from parley.listening.end_of_turn.adaptive import Adaptive
from parley.listening.log_mel import RATE, log_mel
from parley.listening.settings import ListeningSettings

MODEL: Final = "smart-turn-v3"
"""In the catalogue of models."""
FILE: Final = "smart-turn.onnx"
HEARD_S: Final = 8
FINISHED: Final = 0.5
"""Probability from which the person is taken to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartTurn:
    """Waits as `words` says, less where it sounds finished, longer where it does not."""

    model: Path
    words: Adaptive
    session: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "session", _session(self.model))

    def wait(
        self,
        *,
        partial: str,
        language: Language,
        expectation: Expectation,
        speech_s: float,
        whole: bool = False,
        finished: float | None = None,
    ) -> float:
        by_words = self.words.wait(
            partial=partial, language=language, expectation=expectation, speech_s=speech_s, whole=whole
        )
        settings = self.words.settings
        if finished is None or by_words not in (settings.usual_s, settings.settled_s):
            return by_words
        return settings.settled_s if finished >= FINISHED else settings.unfinished_s

    def sounds_finished(self, sound: Sound) -> float:
        """The model's answer. One thread, 10 to 60 ms."""
        (answer,) = self.session.run(None, {"input_features": features(sound)[None]})
        return float(np.ravel(answer)[0])


def features(sound: Sound) -> NDArray[np.float32]:
    """The last eight seconds as the model was taught to hear them, shape `(80, 800)`.

    Shorter sound stands at the end, behind silence; loudness is evened out over the whole.
    """
    wanted = HEARD_S * RATE
    samples = sound.resampled(RATE).samples[-wanted:].astype(np.float32) / 32768
    samples = np.pad(samples, (wanted - len(samples), 0))
    return log_mel((samples - samples.mean()) / np.sqrt(samples.var() + 1e-7))


@cache
def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def strategy(settings: ListeningSettings) -> SmartTurn:
    """With the model on disk. Raises ConfigurationInvalid where it is not."""
    path = settings.models_dir / MODEL / FILE
    if not path.is_file():
        raise ConfigurationInvalid(f"the end-of-turn model is not here; `parley models pull {MODEL}` fetches it")
    return SmartTurn(model=path, words=Adaptive(settings=settings.end_of_turn))
