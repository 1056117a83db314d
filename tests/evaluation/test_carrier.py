"""The caller who is played does what the TwiML says."""

import asyncio
import xml.etree.ElementTree as ET

import pytest

from parley.evaluation.calls.carrier import Line, SimulatedCall


class Scripted(SimulatedCall):
    """A call whose webhooks are answered from a table."""

    def answers(self, table: dict[str, str]) -> "Scripted":
        self.table, self.asked = table, []
        return self

    async def _post(self, address: str, **more: str) -> ET.Element | None:
        self.asked.append((address, more))
        text = self.table.get(address)
        return ET.fromstring(f"<Response>{text}</Response>") if text else None  # noqa: S314 - our own


def run(table: dict[str, str], *lines: Line) -> tuple[list[str], list[tuple[str, dict[str, str]]]]:
    told: list[str] = []

    async def heard(seconds: float) -> None:
        """Nothing is listened to."""

    call = Scripted(
        server="http://here", public="http://here", key="k", caller="+1", called="+2", lines=list(lines),
        tell=told.append, heard=heard,
    ).answers(table)  # fmt: skip
    asyncio.run(call.run())
    return told, call.asked


def test_it_answers_what_is_gathered_and_hangs_up_when_it_has_said_all():
    gather = '<Gather action="/webhook/speech"><Say>Yes?</Say></Gather><Redirect>/webhook/speech?silent=1</Redirect>'
    table = {"/webhook/voice": f"<Say>Welcome</Say>{gather}", "/webhook/speech": gather}
    told, asked = run(table, Line(text="hello"), Line(keys="12"))
    assert told == [
        "  carrier: Welcome",
        "  carrier: Yes?",
        "  caller:  hello",
        "  carrier: Yes?",
        "  caller:  12",
        "  carrier: Yes?",
    ]
    assert asked[1:] == [
        ("/webhook/speech", {"SpeechResult": "hello"}),
        ("/webhook/speech", {"Digits": "12"}),
        ("/webhook/status", {"CallStatus": "completed"}),
    ]


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ('<Dial action="/d"><Number>+3</Number></Dial>', ("/d", {"DialCallStatus": "no-answer"})),
        ('<Record action="/r"/>', ("/r", {})),
        ("<Hangup/>", ("/webhook/status", {"CallStatus": "completed"})),
    ],
)
def test_other_verbs(verb: str, asked: tuple[str, dict[str, str]]):
    assert run({"/webhook/voice": verb})[1][1] == asked
