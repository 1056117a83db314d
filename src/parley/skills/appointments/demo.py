"""Demo data: a bilingual clinic with its people, hours and holidays, and some weeks of bookings around today.

The same on every machine that is set up on the same day.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from parley.accounts.models import Person
from parley.contract import Language
from parley.scheduling.models import Booking, Change, Hours, Override, Resource, Service, Site
from parley.scheduling.opening import Calendar
from parley.scheduling.spans import DAY
from parley.skills.appointments.models import Answer, Business

NAME: Final = "Clinique Riverside Clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One service of the clinic."""

    code: str
    en: str
    fr: str
    ko: str
    minutes: int = 30
    also: dict[str, list[str]] = field(default_factory=dict)
    notice: int = 60
    after: int = 0
    any_reason: bool = False


SERVICES: Final = (
    Given(
        code="check-up",
        en="check-up",
        fr="bilan de santé",
        ko="건강 검진",
        also={
            "en": ["physical", "annual physical", "general check-up"],
            "fr": ["bilan", "visite de contrôle", "contrôle"],
            "ko": ["검진", "정기 검진"],
        },
    ),
    Given(
        code="consultation",
        en="consultation",
        fr="consultation",
        ko="진료",
        also={"en": ["doctor's visit", "follow-up"], "fr": ["visite", "suivi"], "ko": ["상담", "진찰"]},
    ),
    Given(
        code="cleaning",
        en="cleaning",
        fr="détartrage",
        ko="스케일링",
        also={
            "en": ["teeth cleaning", "dental cleaning", "scale and polish"],
            "fr": ["nettoyage", "nettoyage dentaire"],
            "ko": ["치석 제거"],
        },
    ),
    Given(
        code="filling",
        en="filling",
        fr="plombage",
        ko="충치 치료",
        minutes=60,
        after=15,
        also={"fr": ["soin de carie", "obturation"], "en": ["cavity"], "ko": ["충치"]},
    ),
    Given(
        code="physiotherapy",
        en="physiotherapy",
        fr="physiothérapie",
        ko="물리 치료",
        minutes=45,
        also={"en": ["physio", "physical therapy"], "fr": ["physio", "kiné", "kinésithérapie"], "ko": ["물리치료"]},
    ),
    Given(
        code="vaccination",
        en="vaccination",
        fr="vaccination",
        ko="예방 접종",
        minutes=15,
        also={"en": ["flu shot", "vaccine", "booster"], "fr": ["vaccin"], "ko": ["예방접종", "독감 주사", "백신"]},
    ),
    Given(
        code="blood-test",
        en="blood test",
        fr="prise de sang",
        ko="피 검사",
        minutes=15,
        also={"en": ["blood draw"], "fr": ["bilan sanguin", "analyse de sang"], "ko": ["혈액 검사", "채혈"]},
    ),
    Given(code="visit", en="appointment", fr="rendez-vous", ko="일반 진료", any_reason=True),
)

_STAFF: Final = (
    ("Dr. Claire Martin", "마르탱 선생님", ("check-up", "consultation", "vaccination", "visit"), range(4)),
    ("Dr. James Wilson", "윌슨 선생님", ("check-up", "consultation", "visit"), (0, 2, 3, 4)),
    ("Sophie Tremblay", "트랑블레 선생님", ("cleaning",), range(5)),
    ("Dr. Nadia Haddad", "하다드 선생님", ("filling", "cleaning"), (1, 2, 3, 4)),
    ("Marc Lefebvre", "르페브르 선생님", ("physiotherapy",), range(5)),
    ("Emily Chen", "첸 선생님", ("vaccination", "blood-test"), range(6)),
)
"""Name, how it is said in Korean, what they give, and on which weekdays they work."""

_ANSWERS: Final[dict[str, dict[Language, str]]] = {
    Answer.Topic.PRICES: {
        "en": "A check-up is 95 dollars, and a cleaning 140. We tell you the price of anything else before we begin.",
        "fr": "L’examen est à 95 dollars et le détartrage à 140. Pour le reste, nous vous disons le prix avant.",
        "ko": "검진은 95달러, 스케일링은 140달러예요. 다른 치료는 시작하기 전에 비용을 알려 드려요.",
    },
    Answer.Topic.INSURANCE: {
        "en": "We bill most private insurers directly; please bring your card.",
        "fr": "Nous facturons directement la plupart des assureurs privés; apportez votre carte.",
        "ko": "대부분의 민간 보험은 저희가 직접 청구해 드려요. 보험 카드를 가져와 주세요.",
    },
    Answer.Topic.PAYMENT: {
        "en": "You can pay by card or in cash.",
        "fr": "Vous pouvez payer par carte ou comptant.",
        "ko": "카드와 현금 모두 받아요.",
    },
    Answer.Topic.PARKING: {
        "en": "There are four parking spaces behind the clinic, free for patients.",
        "fr": "Il y a quatre places de stationnement derrière la clinique, gratuites pour les patients.",
        "ko": "병원 뒤에 환자용 무료 주차 자리가 네 개 있어요.",
    },
    Answer.Topic.BRING: {
        "en": "Please bring your health card and a list of the medicines you take.",
        "fr": "Apportez votre carte d’assurance maladie et la liste de vos médicaments.",
        "ko": "건강 보험 카드와 드시는 약 목록을 가져와 주세요.",
    },
    Answer.Topic.ACCESS: {
        "en": "The entrance is level, and there is a lift.",
        "fr": "L’entrée est de plain-pied et il y a un ascenseur.",
        "ko": "입구에 턱이 없고 엘리베이터가 있어요.",
    },
}
"""What the clinic tells who asks about it."""

_PEOPLE: Final[tuple[tuple[str, Language], ...]] = (
    ("Olivia Brown", "en"),
    ("Julien Gagnon", "fr"),
    ("Liam Johnson", "en"),
    ("Camille Roy", "fr"),
    ("Emma Davis", "en"),
    ("Antoine Bouchard", "fr"),
    ("Noah Miller", "en"),
    ("Chloé Pelletier", "fr"),
    ("Grace Taylor", "en"),
    ("Étienne Fortin", "fr"),
    ("Minji Kim", "ko"),
    ("Henry Moore", "en"),
)
_WEEKS_BACK: Final = 2
_WEEKS_AHEAD: Final = 4


def fill() -> None:
    """Make the clinic once; a site that takes appointments already is left alone."""
    if not Business.objects.exists():
        build(now=timezone.now(), zone=settings.PARLEY.time_zone)


@transaction.atomic
def build(*, now: dt.datetime, zone: str, lived_in: bool = True) -> Site:
    """The clinic in a time zone, with bookings around `now` when it is lived in."""
    site = Site.objects.create(
        name=NAME,
        zone=zone,
        country="CA",
        region="QC",
        phone="+15145550100",
        transfer_phone="+15145550101",
        languages=["en", "fr"],
        address="120 rue de la Rivière",
    )
    Business.objects.create(site=site, latest_cancel=0)
    Answer.objects.bulk_create(Answer(site=site, topic=topic, words=words) for topic, words in _ANSWERS.items())
    offered = catalogue(site)
    for name, spoken, codes, weekdays in _STAFF:
        person = Resource.objects.create(site=site, name=name, spoken={"ko": spoken})
        person.services.set([offered[code] for code in codes])
        Hours.objects.bulk_create(_hours(person, weekdays))
    _exceptions(site, now.astimezone(ZoneInfo(zone)).date())
    if lived_in:
        _bookings(site, now=now)
    return site


def catalogue(site: Site) -> dict[str, Service]:
    """The clinic's services, by code."""
    return {
        given.code: Service.objects.create(
            site=site,
            code=given.code,
            names={"en": given.en, "fr": given.fr, "ko": given.ko},
            also=given.also,
            duration=given.minutes,
            buffer_after=given.after,
            notice=given.notice,
            any_reason=given.any_reason,
        )
        for given in SERVICES
    }


def _hours(person: Resource, weekdays: range | tuple[int, ...]) -> Iterator[Hours]:
    for weekday in weekdays:
        if weekday == 5:
            yield Hours(resource=person, weekday=weekday, opens=dt.time(9), closes=dt.time(13))
            continue
        yield Hours(resource=person, weekday=weekday, opens=dt.time(9), closes=dt.time(12))
        yield Hours(resource=person, weekday=weekday, opens=dt.time(13), closes=dt.time(18))


def _exceptions(site: Site, today: dt.date) -> None:
    """A day on which the whole clinic is closed, somebody's leave, and a Saturday on which somebody comes in."""
    friday = today + (4 - today.weekday()) % 7 * DAY
    people = {person.name: person for person in site.resources.all()}
    Override.objects.create(site=site, day=friday + 14 * DAY, opens=False, reason="team training / formation")
    for offset in range(3):
        Override.objects.create(
            site=site,
            resource=people["Dr. James Wilson"],
            day=friday + (10 + offset) * DAY,
            opens=False,
            reason="leave",
        )
    Override.objects.create(
        site=site,
        resource=people["Dr. Claire Martin"],
        day=friday + 8 * DAY,
        opens=True,
        start=dt.time(9),
        end=dt.time(12),
    )


def _bookings(site: Site, *, now: dt.datetime) -> None:
    """About half of the time of two weeks back and of the coming days, thinning out after that."""
    chance = random.Random(2026)
    zone = ZoneInfo(site.zone)
    today = now.astimezone(zone).date()
    first, last = today - dt.timedelta(weeks=_WEEKS_BACK), today + dt.timedelta(weeks=_WEEKS_AHEAD)
    people = [
        (Person.objects.create(name=name, phone=f"+1514555{200 + place:04d}"), language)
        for place, (name, language) in enumerate(_PEOPLE)
    ]
    resources = list(site.resources.select_related("site"))
    calendar = Calendar.read(resources, first, last)
    made: list[Booking] = []
    for resource in resources:
        given = list(resource.services.filter(any_reason=False))
        for day in (first + n * DAY for n in range((last - first).days + 1)):
            fullness = 0.55 if day <= today + 7 * DAY else 0.2
            for hours in calendar.open_on(resource, day):
                start = hours.start
                while start < hours.end:
                    service = chance.choice(given)
                    length = dt.timedelta(minutes=service.duration + service.buffer_after)
                    person, language = chance.choice(people)
                    if chance.random() < fullness and start + length <= hours.end:
                        made.append(_booked(service, start, person, language, resource=resource, now=now))
                        start += length
                    else:
                        start += dt.timedelta(minutes=30)
    Booking.objects.bulk_create(made)
    Change.objects.bulk_create(
        Change(booking=booking, at=booking.start - dt.timedelta(days=7), by="demo", what="booked") for booking in made
    )


def _booked(
    service: Service, start: dt.datetime, person: Person, language: Language, *, resource: Resource, now: dt.datetime
) -> Booking:
    """As if it had been booked a while before; what is over was attended. Nobody is sent a message about it."""
    end = start + dt.timedelta(minutes=service.duration)
    return Booking(
        resource=resource,
        service=service,
        person=person,
        status=Booking.Status.FULFILLED if end < now else Booking.Status.BOOKED,
        start=start,
        end=end,
        busy_from=start,
        busy_until=end + dt.timedelta(minutes=service.buffer_after),
        name=person.name,
        phone=person.phone,
        language=language,
        title=service.name_in(language),
        key=f"demo:{resource.pk}:{start:%Y%m%d%H%M}",
    )
