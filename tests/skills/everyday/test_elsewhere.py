"""The time elsewhere, the weather, facts and messages."""

import datetime as dt
from zoneinfo import ZoneInfo

import httpx
import pytest

from parley.contract import ExternalTimeout, NotFound
from parley.skills.everyday import cities, weather
from parley.skills.everyday.models import Message
from parley.skills.everyday.weather import OpenMeteo
from tests.skills.everyday.talk import NOW, Talk

pytestmark = pytest.mark.django_db


def test_the_time_here_and_elsewhere() -> None:
    assert "10:00 AM" in Talk().say("what time is it", "time.get").reply
    seoul = Talk().say("in Seoul", "time.get", location="Seoul").reply
    assert seoul == "In Seoul, it is midnight, already Friday, March 13."
    paris = Talk(language="fr", now=NOW.astimezone(ZoneInfo("Asia/Seoul")))
    cairo = paris.say("au Caire", "time.get", location="Le Caire").reply
    assert cairo == "Au Caire, il est 17 h, et nous sommes encore le jeudi 12 mars."
    assert "오후 4시예요" in Talk(language="ko").say("파리 몇 시야", "time.get", location="파리").reply
    assert Talk().say("in Nowhereville", "time.get", location="Nowhereville").executed is None


def test_the_date_today_and_of_another_day() -> None:
    assert Talk().say("what day is it", "date.get").reply == "Today is Thursday, March 12."
    assert Talk(language="ko").say("오늘 며칠이야", "date.get").reply == "오늘은 3월 12일 목요일이에요."
    assert "Friday, March 20" in Talk().say("what day is the twentieth", "date.get", date="2026-03-20").reply


@pytest.mark.parametrize(
    ("said", "name", "zone"),
    [
        ("montréal", "Montréal", "America/Toronto"),
        ("뉴욕", "뉴욕", "America/New_York"),
        ("Reykjavk", "Reykjavik", "Atlantic/Reykjavik"),
    ],
)
def test_a_city_is_found_by_any_of_its_names(said: str, name: str, zone: str) -> None:
    assert cities.city(said) == cities.City(name, ZoneInfo(zone))


def test_what_is_no_city_is_none() -> None:
    assert cities.city("x") is None


def test_without_a_provider_the_weather_is_not_made_up() -> None:
    told = Talk().say("weather in Paris", "weather.get", location="Paris")
    assert told.executed is None
    assert "network" in told.reply


def test_a_fact_is_not_guessed() -> None:
    assert Talk().say("how high is it", "fact.ask", question="how high is it").executed is None


def test_a_message_is_read_back_before_it_goes() -> None:
    talk = Talk(facts={"contacts": ["Ann Lee", "Ann Moss"]})
    which = talk.say("write to Ann that I am late", "message.send", recipient="Ann", message="I am late")
    assert which.asks_for == "recipient"
    asked = talk.say("Ann Moss", "message.send", recipient="Ann Moss")
    assert asked.asks_for == "confirmation"
    assert "“I am late”" in asked.reply
    assert not Message.objects.exists()
    assert talk.say("yes", "yes").executed == "message.send"
    assert Message.objects.get().recipient == "Ann Moss"


def test_where_nothing_delivers_messages_none_is_dictated() -> None:
    assert "cannot send" in Talk().say("text Ann", "message.send", recipient="Ann").reply


def answering(request: httpx.Request) -> httpx.Response:
    """Open-Meteo, as far as it is asked."""
    if request.url.host.startswith("geocoding"):
        known = request.url.params["name"] == "Lyon"
        found = [{"name": "Lyon", "latitude": 45.7, "longitude": 4.8}]
        return httpx.Response(200, json={"results": found} if known else {})
    days = ["2026-03-12", "2026-03-13"]
    daily = {
        "time": days,
        "weather_code": [0, 61],
        "temperature_2m_max": [14.2, 11.8],
        "temperature_2m_min": [3.1, 5.5],
        "precipitation_probability_max": [0, 80],
        "wind_gusts_10m_max": [20.0, 45.2],
    }
    return httpx.Response(200, json={"daily": daily})


def test_a_forecast_is_read_from_the_service() -> None:
    service = OpenMeteo(transport=httpx.MockTransport(answering))
    forecast = service.forecast("Lyon", day=dt.date(2026, 3, 13), language="fr")
    assert (forecast.sky, forecast.low, forecast.high, forecast.rain, forecast.wind) == ("rain", 6, 12, 80, 45)
    with pytest.raises(NotFound):
        service.forecast("Atlantis", day=dt.date(2026, 3, 13), language="fr")
    with pytest.raises(NotFound):
        service.forecast("Lyon", day=dt.date(2026, 4, 13), language="fr")


def test_a_service_out_of_reach_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(ExternalTimeout):
        OpenMeteo(transport=httpx.MockTransport(down)).forecast("Lyon", day=NOW.date(), language="en")
    unreachable = OpenMeteo(transport=httpx.MockTransport(down))
    monkeypatch.setattr(weather, "provider", lambda: unreachable)
    assert "cannot reach" in Talk().say("weather", "weather.get", location="Lyon").reply


def test_a_known_forecast_is_worded_in_each_language() -> None:
    forecast = {"sky": "rain", "low": 6, "high": 12, "rain": 80, "wind": 45}
    for language, words in (("en", "Today in Lyon: rain, 6 to 12 degrees."), ("fr", "à Lyon"), ("ko", "리옹은")):
        place = "리옹" if language == "ko" else "Lyon"
        talk = Talk(language=language, facts={"weather": forecast})
        assert words in talk.say("?", "weather.get", location=place).reply
