"""What a worker process and its owner say to each other: length-prefixed MessagePack over pipes."""

from typing import Final

import msgspec

from parley.contract import Expectation, Language
from parley.listening.engine import EngineOptions
from parley.listening.recognition import Transcript

LENGTH: Final = 4
"""Bytes of a frame's length, big-endian."""


class Load(msgspec.Struct, tag="load", frozen=True):
    """First of all: load this provider."""

    module: str
    options: EngineOptions


class Open(msgspec.Struct, tag="open", frozen=True):
    """A turn begins."""

    turn: int
    language: Language
    rate: int
    expectation: Expectation


class Feed(msgspec.Struct, tag="feed", frozen=True):
    """More of the turn's sound."""

    turn: int
    pcm: bytes


class Prepare(msgspec.Struct, tag="prepare", frozen=True):
    """The speaker pauses: recognise the turn as it stands, ahead of its end."""

    turn: int
    pcm: bytes


class Finish(msgspec.Struct, tag="finish", frozen=True):
    """The turn is over, and this is its sound."""

    turn: int
    pcm: bytes


class Cancel(msgspec.Struct, tag="cancel", frozen=True):
    """Nobody wants the turn any more."""

    turn: int


class Loaded(msgspec.Struct, tag="loaded", frozen=True):
    """The engine is ready."""


class Partial(msgspec.Struct, tag="partial", frozen=True):
    """The transcript so far."""

    turn: int
    text: str


class Heard(msgspec.Struct, tag="final", frozen=True):
    """The turn's transcript."""

    turn: int
    transcript: Transcript


class Failed(msgspec.Struct, tag="failed", frozen=True):
    """The engine raised an error; it goes on with other turns. Turn 0: it could not be loaded."""

    turn: int
    message: str


Request = Load | Open | Feed | Prepare | Finish | Cancel
Answer = Loaded | Partial | Heard | Failed

_encoder = msgspec.msgpack.Encoder()
requests = msgspec.msgpack.Decoder(Request)
answers = msgspec.msgpack.Decoder(Answer)


def frame(message: Request | Answer) -> bytes:
    """The message as it goes through the pipe."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH, "big") + body
