"""What goes wrong between us and a vendor, as our own errors. Both official clients are built on the same ground."""

import importlib
import json
from collections.abc import Awaitable, Callable
from functools import cache

from parley.contract import ExternalTimeout, ParleyError, ProviderFailed
from parley.speaking.provider import failure
from parley.understanding.llm.model import Answer, Call


async def asked(name: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of a request made with the client package `name`; its errors as ParleyErrors."""
    client = importlib.import_module(name)
    try:
        return await ask()
    except client.APIStatusError as error:
        raise refused(name, error.status_code, error.response.headers.get("retry-after"), error.message) from error
    except client.APITimeoutError as error:
        raise ExternalTimeout(f"{name} did not answer in its time") from error
    except (client.APIError, transport_error(name)) as error:
        raise ProviderFailed(f"{name} cannot be reached or broke off", reason=type(error).__name__) from error
    except json.JSONDecodeError as error:
        raise ProviderFailed(f"{name} sent what is no JSON") from error


class Temperature:
    """Whether a model takes one: those that reason, and the newer ones, refuse it, and are asked without."""

    def __init__(self) -> None:
        self._taken = True

    async def asked(self, name: str, ask: Callable[[bool], Awaitable[Answer]]) -> Answer:
        """As `asked`; `ask` is told whether to give one."""
        if self._taken:
            try:
                return await asked(name, lambda: ask(True))
            except ProviderFailed as error:
                if error.details.get("parameter") != "temperature":
                    raise
            self._taken = False
        return await asked(name, lambda: ask(False))


def refused(name: str, status: int, retry_after: str | None, message: str) -> ParleyError:
    """The error of a status; a parameter that the model does not take is named."""
    if status == 400 and "temperature" in message:
        return ProviderFailed(f"{name} does not take a temperature", parameter="temperature")
    return failure(name, status, retry_after=retry_after)


def call_of(name: str, tool: str, arguments: str, key: str) -> Call:
    """A call whose arguments are still text. Raises ProviderFailed when they are no JSON object."""
    try:
        parsed = json.loads(arguments or "{}")
    except json.JSONDecodeError as error:
        raise ProviderFailed(f"{name} called a tool with arguments that are no JSON") from error
    if not isinstance(parsed, dict):
        raise ProviderFailed(f"{name} called a tool with arguments that are no object")
    return Call(name=tool, arguments=parsed, id=key)


@cache
def transport_error(name: str) -> type[Exception]:
    """A stream that breaks raises the error of the HTTP library that this version of the client is built on."""
    client = importlib.import_module(name).DefaultAsyncHttpxClient
    packages = (ground.__module__.partition(".")[0] for ground in client.__mro__)
    library = next(package for package in packages if package.startswith("httpx"))
    error: type[Exception] = importlib.import_module(library).HTTPError
    return error
