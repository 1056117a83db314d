"""Every service in one row: what it is called, where it listens, what it answers, and what it opens for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from parley.contract import ConfigurationInvalid
from parley.server.settings import Settings


class Opens(Enum):
    """What of the house a service needs."""

    HOUSE = "house"
    """All of it: conversations live here."""
    EARS = "ears"
    VOICES = "voices"
    MIND = "mind"
    """Understanding, and the skills with what they say."""
    RECORDS = "records"
    """The database alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One part of Parley that may run by itself."""

    name: str
    """As in `parley serve NAME`."""
    setting: str
    """What its settings begin with: `stt` for `stt_host`, `stt_port`, `stt_url`."""
    opens: Opens
    routers: tuple[str, ...] = ()
    """Modules with a `router` for REST and the `PATH` at which it stands."""
    sockets: tuple[str, ...] = ()
    """Modules with `routes` that are served beside Django."""
    channels: bool = False
    """Serves the channels and the pages, too."""


HERE: Final = "parley.server.services"
SERVICES: Final[Mapping[str, Service]] = MappingProxyType(
    {
        service.name: service
        for service in (
            Service(
                name="call-handler",
                setting="call_handler",
                opens=Opens.HOUSE,
                routers=("parley.channels.api", f"{HERE}.api_figures"),
                channels=True,
            ),
            Service(
                name="stt",
                setting="stt",
                opens=Opens.EARS,
                routers=(f"{HERE}.api_recognition",),
                sockets=(f"{HERE}.recognition_stream",),
            ),
            Service(name="tts", setting="tts", opens=Opens.VOICES, routers=(f"{HERE}.api_synthesis",)),
            Service(name="nlu", setting="nlu", opens=Opens.MIND, routers=(f"{HERE}.api_understanding",)),
            Service(
                name="appointments",
                setting="appointment",
                opens=Opens.RECORDS,
                routers=("parley.skills.appointments.api", "parley.scheduling.calendars.api"),
            ),
            Service(name="sms", setting="sms", opens=Opens.RECORDS, routers=("parley.messaging.api",)),
        )
    }
)
"""By name. One process without a name is all of them."""


def service_of(settings: Settings) -> Service | None:
    """Which one this process is; None: all in one. Raises ConfigurationInvalid for a name that is none."""
    if not settings.service:
        return None
    try:
        return SERVICES[settings.service]
    except KeyError:
        raise ConfigurationInvalid(
            f"no service is called {settings.service!r}; there are {', '.join(SERVICES)}"
        ) from None


def port_of(settings: Settings) -> int:
    """Where this process listens."""
    service = service_of(settings)
    return settings.port if service is None else int(getattr(settings, f"{service.setting}_port"))


def url_of(settings: Settings, name: str) -> str:
    """Where another process does the work of that service; empty: this one does it itself."""
    service = SERVICES[name]
    if settings.service == name:
        return ""
    if url := str(getattr(settings, f"{service.setting}_url", "")):
        return url.rstrip("/")
    host = getattr(settings, f"{service.setting}_host")
    return f"http://{host}:{getattr(settings, f'{service.setting}_port')}" if host else ""


def does_due_work(settings: Settings) -> bool:
    """Whether this process sends messages and rings timers: the message service, where there is one."""
    if settings.service == "sms":
        return settings.run_jobs
    return settings.run_jobs and settings.service in ("", "call-handler") and not url_of(settings, "sms")
