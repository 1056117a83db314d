"""What a client says on `WS /v1/stream`. What it is told stands in `conversation.events`."""

from typing import Final, Literal

import msgspec

from parley.contract import RequestInvalid


class Message(msgspec.Struct, kw_only=True, tag_field="type"):
    """Base of all; `sequence` counts the client's messages and may be left out."""

    sequence: int | None = None
    session_id: str | None = None


class AudioFormat(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How sound travels, in both directions."""

    encoding: Literal["pcm16", "mulaw", "opus"] = "pcm16"
    """Little-endian 16-bit PCM, G.711 mu-law, or one Opus packet of 20 ms in each message."""
    rate: Literal[8000, 16000] = 16000
    """Of PCM; mu-law is always 8000, Opus is taken as 16000."""
    framing: Literal["base64", "binary"] = "base64"
    """`base64`: in `audio_chunk` and `tts_chunk`; `binary`: as the whole of a binary message."""


class SessionStart(Message, tag="session_start"):
    """First of all. With a known `session_id` the conversation goes on."""

    language: str | None = None
    voice_profile_id: str | None = None
    """A voice of the language by its name (`espeak/en-us+f3`); an unknown one is refused, with a list."""
    audio: AudioFormat = msgspec.field(default_factory=AudioFormat)
    greet: bool = False
    """Whether the assistant speaks first."""
    prompts: bool = False
    """Whether silence is met with a prompt, and then with a goodbye."""


class AudioChunk(Message, tag="audio_chunk"):
    """Sound of any length up to a second, base64."""

    audio: bytes


class AudioEnd(Message, tag="audio_end"):
    """The person has finished: do not wait for silence."""


class Text(Message, tag="text"):
    """Typed words."""

    text: str


class Interrupt(Message, tag="interrupt"):
    """Stop speaking."""


class Ping(Message, tag="ping"):
    """Answered with `pong`."""


class SessionEnd(Message, tag="session_end"):
    """Goodbye."""


ClientMessage = SessionStart | AudioChunk | AudioEnd | Text | Interrupt | Ping | SessionEnd
MESSAGES: Final[tuple[type[Message], ...]] = (
    SessionStart,
    AudioChunk,
    AudioEnd,
    Text,
    Interrupt,
    Ping,
    SessionEnd,
)

_decoder: Final[msgspec.json.Decoder[ClientMessage]] = msgspec.json.Decoder(ClientMessage)


def decode(text: str | bytes) -> ClientMessage:
    """One message. Raises RequestInvalid, whatever was sent."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestInvalid(f"this is no message of the stream: {error}") from error
