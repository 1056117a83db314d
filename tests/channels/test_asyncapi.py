"""The AsyncAPI document is complete, and its messages are those that are spoken."""

import msgspec
import pytest

from parley.channels.asyncapi import OUT, document
from parley.channels.messages import MESSAGES, decode
from parley.conversation.events import EVENTS


def test_every_message_is_described() -> None:
    described = document()
    messages = described["components"]["messages"]
    assert len(messages) == len(MESSAGES) + len(OUT)
    assert all(message["summary"] for message in messages.values())
    assert {"in_session_start", "in_audio_chunk", "in_session_end", "out_session_end", "out_stt_partial"} <= set(
        messages
    )
    for message in messages.values():
        name = message["payload"]["$ref"].rsplit("/", 1)[1]
        assert name in described["components"]["schemas"]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_every_client_message_round_trips(message: type[msgspec.Struct]) -> None:
    values = {"audio": b"\x00\x01"} if message.__name__ == "AudioChunk" else {}
    if message.__name__ == "Text":
        values = {"text": "hello"}  # type: ignore[dict-item]
    sent = message(**values)
    assert decode(msgspec.json.encode(sent)) == sent


def test_every_event_has_a_tag_of_its_own() -> None:
    tags = [event.__struct_config__.tag for event in EVENTS]
    assert len(set(tags)) == len(tags)
