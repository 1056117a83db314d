"""Templates: complete in every language, and nothing asked of them that nobody fills in."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from parley.contract import LANGUAGES
from parley.messaging import wording
from parley.messaging.models import Template
from tests.messaging.conftest import START, ZONE

VALUES = {
    "place": "Clinic",
    "phone": "+15145550100",
    "start": START,
    "until": START + dt.timedelta(hours=1),
    "sender": "Ann",
    "message": "On my way",
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_can_be_filled(language):
    assert wording.templates(language).keys() == wording.templates("en").keys()
    for key in wording.templates(language):
        text = wording.text(key, VALUES, language=language, zone=ZONE)
        assert "{" not in text
        assert len(text) < 320 or key.endswith((".mail", ".call", ".machine"))


@pytest.mark.django_db
def test_days_and_times_are_those_of_the_language():
    def booked(language: str) -> str:
        return wording.text("appointment.confirmed", VALUES, language=language, zone=ZONE)

    assert booked("fr") == "Merci, nous vous attendons le jeudi 7 mars à 14 h 30."
    assert booked("ko") == "감사합니다. 3월 7일 (목) 오후 2시 30분에 뵙겠습니다."
    assert wording.time(START.replace(hour=9, minute=0), "fr") == "9 h"


@pytest.mark.parametrize(
    ("text", "asked"),
    [("1", "confirm"), (" 2. ", "move"), ("CANCEL", "cancel"), ("Annuler", "cancel"), ("취소", "cancel"),
     ("RDV", "visit"), ("START", "start"), ("Aide", "help"), ("see you at 2", None)],
)  # fmt: skip
def test_short_answers(text, asked):
    assert wording.keyword(text) == asked


@pytest.mark.django_db
def test_the_house_may_word_it_itself():
    own = Template(key="appointment.confirmed", language="en", text="Fine, {start_day}.")
    own.clean()
    own.save()
    assert wording.text("appointment.confirmed", VALUES, language="en", zone=ZONE) == "Fine, Thursday, March 7."
    for text in ("{diagnosis}", "{start_day"):
        with pytest.raises(ValidationError):
            Template(key="appointment.confirmed", language="en", text=text).clean()
    with pytest.raises(ValidationError):
        Template(key="nothing", language="en", text="").clean()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_a_place_without_a_telephone_names_none(language):
    text = wording.text("appointment.cancelled", {**VALUES, "phone": ""}, language=language, zone=ZONE)
    called = wording.text("appointment.cancelled", {**VALUES, "phone": "+15145550100"}, language=language, zone=ZONE)
    assert called.startswith(text)
    assert "+15145550100" in called
    assert text.endswith(".")


@pytest.mark.parametrize("text", ["START", "start", "reprendre", "수신동의"])
def test_whoever_wants_messages_again_says_so_in_their_language(text):
    assert wording.keyword(text) == "start"


@pytest.mark.parametrize("text", ["HELP", "AIDE", "도움말", "info"])
def test_help_is_asked_for_in_any_language(text):
    assert wording.keyword(text) == "help"
