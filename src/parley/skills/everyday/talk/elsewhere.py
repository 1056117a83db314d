"""What needs somebody outside: weather and facts. Without one, that is said, and nothing is made up."""

from typing import Any

from parley.contract import ExternalTimeout, NotFound, Outcome, Prepared, Question, Request, Say
from parley.skills.everyday import weather
from parley.skills.everyday.talk.asking import Serving, unserved


def _prepare_weather(request: Request) -> Prepared:
    slots: Any = request.slots
    if weather.known(request.context) is not None:
        return Prepared(slots=slots)
    if weather.provider() is None:
        return Prepared(slots=slots, outcome=unserved("weather.no_provider"))
    if slots.location is None and not weather.home():
        return Prepared(slots=slots, ask=Question(slot="location", say=Say("weather.ask.location")))
    return Prepared(slots=slots)


def _weather(request: Request) -> Outcome:
    slots: Any = request.slots
    provider = weather.known(request.context) or weather.provider()
    if provider is None:
        return unserved("weather.no_provider")
    day = slots.date or (slots.date_range.start if slots.date_range is not None else request.context.now.date())
    place = slots.location or weather.home()
    try:
        forecast = provider.forecast(place, day=day, language=request.context.language)
    except NotFound:
        return unserved("weather.unknown", place=place)
    except ExternalTimeout:
        return unserved("weather.unreachable")
    values = {
        "day": day,
        "place": forecast.place,
        "sky": Say(f"weather.sky.{forecast.sky}"),
        "low": forecast.low,
        "high": forecast.high,
        "rain": forecast.rain,
        "wind": forecast.wind,
    }
    return Outcome(say=(Say(f"weather.{slots.metric or 'all'}", values),))


def _fact(request: Request) -> Outcome:
    """No encyclopaedia stands behind this skill, and a guess would be worse than none."""
    slots: Any = request.slots
    return unserved("fact.no_source", question=slots.question)


SERVED = {
    "weather.get": Serving(prepare=_prepare_weather, execute=_weather),
    "fact.ask": Serving(execute=_fact),
}
