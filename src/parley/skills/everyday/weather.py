"""Where the weather comes from: a provider behind a small protocol, and Open-Meteo as the one that needs no key.

The setting `PARLEY_WEATHER` names the provider (`open-meteo`); without one nobody outside is asked anything.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

import httpx
from django.conf import settings

from parley.contract import Context, ExternalTimeout, Language, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The weather of a day, or of an hour of it."""

    place: str
    sky: str
    """`clear`, `cloudy`, `fog`, `drizzle`, `rain`, `snow`, `storm`."""
    low: int
    """Degrees Celsius; the lowest of the day."""
    high: int
    rain: int
    """Chance of rain or snow in percent."""
    wind: int
    """Strongest gusts in km/h."""


class Provider(Protocol):
    """Somebody who knows the weather."""

    def forecast(self, place: str, *, day: dt.date, language: Language) -> Forecast:
        """The weather of a place on a day.

        Raises NotFound for a place that is not known or a day too far, ExternalTimeout when nobody answers.
        """


class OpenMeteo:
    """The free service of open-meteo.com."""

    PLACES: Final = "https://geocoding-api.open-meteo.com/v1/search"
    FORECAST: Final = "https://api.open-meteo.com/v1/forecast"
    DAYS: Final = 16

    def __init__(self, *, transport: httpx.BaseTransport | None = None, timeout_s: float = 3.0) -> None:
        self._client = httpx.Client(transport=transport, timeout=timeout_s)

    def forecast(self, place: str, *, day: dt.date, language: Language) -> Forecast:
        """As the protocol says."""
        found = self._get(self.PLACES, {"name": place, "count": 1, "language": language}).get("results") or []
        if not found:
            raise NotFound(f"no place named {place!r}")
        days = self._get(
            self.FORECAST,
            {
                "latitude": found[0]["latitude"],
                "longitude": found[0]["longitude"],
                "daily": "weather_code,temperature_2m_max,temperature_2m_min,"
                "precipitation_probability_max,wind_gusts_10m_max",
                "timezone": "auto",
                "forecast_days": self.DAYS,
            },
        )["daily"]
        if day.isoformat() not in days["time"]:
            raise NotFound("no forecast for that day")
        at = days["time"].index(day.isoformat())
        return Forecast(
            place=str(found[0]["name"]),
            sky=_sky(int(days["weather_code"][at])),
            low=round(days["temperature_2m_min"][at]),
            high=round(days["temperature_2m_max"][at]),
            rain=round(days["precipitation_probability_max"][at] or 0),
            wind=round(days["wind_gusts_10m_max"][at] or 0),
        )

    def _get(self, url: str, query: Mapping[str, str | int | float]) -> dict[str, Any]:
        try:
            answer = self._client.get(url, params=dict(query)).raise_for_status()
        except httpx.HTTPError as error:
            raise ExternalTimeout("the weather service does not answer") from error
        data: dict[str, Any] = answer.json()
        return data


PROVIDERS: Final[Mapping[str, Callable[[], Provider]]] = MappingProxyType({"open-meteo": OpenMeteo})


def provider() -> Provider | None:
    """The one that the settings name, or None."""
    made = PROVIDERS.get(getattr(settings.PARLEY, "weather", ""))
    return made() if made is not None else None


class Known:
    """A forecast that the conversation brought along, for every place and day."""

    def __init__(self, forecast: Mapping[str, Any]) -> None:
        self._forecast = forecast

    def forecast(self, place: str, *, day: dt.date, language: Language) -> Forecast:
        """As the protocol says."""
        return Forecast(place=place, **self._forecast)


def known(context: Context) -> Provider | None:
    """The forecast among the conversation's facts (`weather`), where there is one."""
    fact = context.facts.get("weather")
    return Known(fact) if fact is not None else None


def home() -> str:
    """The place that is meant when none is named; empty when the settings say none."""
    return str(getattr(settings.PARLEY, "place", ""))


def _sky(code: int) -> str:
    """The sky of a WMO weather code."""
    for until, sky in ((1, "clear"), (3, "cloudy"), (48, "fog"), (57, "drizzle"), (67, "rain"), (77, "snow")):
        if code <= until:
            return sky
    return {80: "rain", 81: "rain", 82: "rain", 85: "snow", 86: "snow"}.get(code, "storm")
