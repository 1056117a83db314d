"""The browser's and the device's end of a conversation: events as JSON, sound as base64 or binary."""

from binascii import b2a_base64
from collections.abc import Callable

import msgspec
import numpy as np

from parley.audio.opus import Decoder, Encoder
from parley.channels.messages import AudioFormat
from parley.channels.outbox import Outbox
from parley.conversation.events import Event
from parley.conversation.sound_form import TELEPHONE, WIDEBAND, SoundForm

_encoder = msgspec.json.Encoder()


class BrowserLine:
    """A `Line` over one socket. Sequence numbers count all that is sent on it but binary sound."""

    marks = False

    def __init__(
        self, outbox: Outbox, audio: AudioFormat, *, session_id: str, on_hang_up: Callable[[], None]
    ) -> None:
        self.form = _form(audio)
        opus = audio.encoding == "opus"
        self.raw = not opus
        """Sound comes as samples and not as packets."""
        self.frame_s = 0.02 if opus else 0.06
        self._decoder = Decoder(self.form.rate) if opus else None
        self._opus = Encoder(self.form.rate) if opus else None
        self._binary = audio.framing == "binary"
        self._outbox = outbox
        self._session_id = session_id
        self._on_hang_up = on_hang_up
        self._sequence = 0
        self._head = f'{{"type":"tts_chunk","session_id":{msgspec.json.encode(session_id).decode()},"sequence":'

    def heard(self, data: bytes) -> bytes:
        """What came over the socket, in the line's form. Raises SoundInvalid."""
        if self._decoder is not None:
            return self._decoder.decode(data).astype("<i2").tobytes()
        return data

    def send(self, event: Event) -> None:
        """As one JSON message."""
        self._sequence += 1
        event.session_id, event.sequence = self._session_id, self._sequence
        self._outbox.text(_encoder.encode(event).decode())

    def play(self, sound: bytes) -> None:
        """As one message, or a packet for each frame of Opus."""
        if self._opus is not None:
            for packet in self._opus.encode(np.frombuffer(sound, "<i2")):
                self._play(packet)
        else:
            self._play(sound)

    def _play(self, sound: bytes) -> None:
        if self._binary:
            self._outbox.data(sound)
            return
        self._sequence += 1
        audio = b2a_base64(sound, newline=False).decode()
        self._outbox.text(f'{self._head}{self._sequence},"audio":"{audio}"}}')

    def clear(self) -> None:
        """The conversation says `tts_clear` itself."""

    def mark(self, name: str) -> None:
        """Not used: a browser plays by the same clock."""

    def hang_up(self) -> None:
        """Close the socket in good order."""
        self._on_hang_up()


def _form(audio: AudioFormat) -> SoundForm:
    if audio.encoding == "mulaw":
        return TELEPHONE
    if audio.encoding == "opus":
        return WIDEBAND
    return SoundForm("pcm", audio.rate)
