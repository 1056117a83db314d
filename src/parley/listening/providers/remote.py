"""Recognition by another process of Parley: its WebSocket /stt/stream, one connection for each turn.

we send    {"type": "start", "language", "rate", "expectation"}, then sound as binary messages,
           then {"type": "finish", "sound": false}, or {… true} and the turn as it was cut, as one binary message
we get     {"type": "partial", "text"} any number of times, then {"type": "final", "transcript"}
           or {"type": "error", "error"} in the form of `ParleyError.as_json`
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import SecretStr, TypeAdapter, ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from parley.audio.sound import Sound
from parley.contract import (
    LANGUAGES,
    ConfigurationInvalid,
    Expectation,
    ExternalTimeout,
    Language,
    ParleyError,
    ProviderFailed,
)
from parley.listening.recognition import NOTHING_EXPECTED, Abilities, Transcript, ignore_partial
from parley.listening.settings import ListeningSettings
from parley.speaking.provider import ProviderOptions, failure

NAME: Final = "remote"
TRANSCRIPT: Final = TypeAdapter(Transcript)
EXPECTATION: Final = TypeAdapter(Expectation)


class Options(ProviderOptions):
    """`ListeningSettings.options["remote"]`."""

    url: str = ""
    """`http://host:port` of the service."""
    key: SecretStr = SecretStr("")
    open_s: float = 1.0
    """How long a connection may take."""
    timeout_s: float = 8.0
    """From the end of the turn to the final transcript."""


class Remote:
    """The service of another process. What it cannot do it says when a turn is opened, and the next one is asked."""

    name = NAME
    abilities = Abilities(languages=frozenset(LANGUAGES), streaming=True, word_times=True, expectations=True)

    def __init__(self, options: Options) -> None:
        self._options = options
        self._url = "ws" + options.url.removeprefix("http").rstrip("/") + "/stt/stream"

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> "Turn":
        """Connect. Raises ExternalTimeout, AuthenticationFailed or ProviderFailed."""
        key = self._options.key.get_secret_value()
        try:
            async with asyncio.timeout(self._options.open_s):
                socket = await connect(
                    self._url, additional_headers={"X-API-Key": key}, compression=None, proxy=None, max_size=2**20
                )
        except TimeoutError as error:
            raise ExternalTimeout("the recognition service did not answer in its time") from error
        except InvalidStatus as error:
            raise failure("the recognition service", error.response.status_code) from error
        except (OSError, WebSocketException) as error:
            raise ProviderFailed("the recognition service cannot be reached", reason=type(error).__name__) from error
        start = {
            "type": "start",
            "language": language,
            "rate": rate,
            "expectation": EXPECTATION.dump_python(expectation, mode="json"),
        }
        return Turn(socket, json.dumps(start), on_partial=on_partial, timeout_s=self._options.timeout_s)

    async def close(self) -> None:
        """Every turn has a connection of its own."""


class Turn:
    """One turn, heard over there while it is spoken here."""

    def __init__(
        self, socket: ClientConnection, start: str, *, on_partial: Callable[[str], None], timeout_s: float
    ) -> None:
        self._socket = socket
        self._on_partial = on_partial
        self._timeout_s = timeout_s
        self._out: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._out.put_nowait(start)
        self._task = asyncio.create_task(self._exchange())
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    def feed(self, pcm: bytes) -> None:
        """Send it on."""
        self._out.put_nowait(pcm)

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """The final transcript."""
        self._out.put_nowait(json.dumps({"type": "finish", "sound": sound is not None}))
        if sound is not None:
            self._out.put_nowait(sound.pcm)
        self._out.put_nowait(None)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._task
        except TimeoutError as error:
            raise ExternalTimeout("the recognition service did not answer in its time") from error

    def cancel(self) -> None:
        """Hang up."""
        self._task.cancel()

    async def _exchange(self) -> Transcript:
        sending = asyncio.create_task(self._send())
        try:
            async for message in self._socket:
                answer = json.loads(message)
                match answer.get("type"):
                    case "partial":
                        self._on_partial(answer["text"])
                    case "final":
                        return TRANSCRIPT.validate_python(answer["transcript"])
                    case "error":
                        raise refusal(answer["error"])
        except (OSError, WebSocketException) as error:
            raise ProviderFailed("the recognition service broke off", reason=type(error).__name__) from error
        except (ValueError, KeyError, AttributeError, ValidationError) as error:
            raise ProviderFailed("the recognition service answered in another form") from error
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await self._socket.close()
        raise ProviderFailed("the recognition service hung up")

    async def _send(self) -> None:
        while (message := await self._out.get()) is not None:
            await self._socket.send(message)


def refusal(error: dict[str, Any]) -> ParleyError:
    """What the service said went wrong, as a failure of a provider."""
    return ProviderFailed(f"the recognition service: {error['message']}", code=error["code"])


def provider(settings: ListeningSettings) -> Remote:
    """Raises ConfigurationInvalid without an address."""
    options = Options(**settings.options.get(NAME, {}))
    if not options.url:
        raise ConfigurationInvalid("no recognition service is configured")
    return Remote(options)
