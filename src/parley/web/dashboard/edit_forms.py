"""What staff change of customers, services, hours and days that differ, checked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from parley.accounts.models import LanguageChoice, Person
from parley.accounts.services import profile_of
from parley.contract import LANGUAGES, Language, RequestInvalid
from parley.messaging.services import e164
from parley.scheduling.models import Hours, Override, Resource, Service
from parley.web.dashboard.words import words

STRETCHES: Final = 2
"""Of one weekday: before and after a break."""
LENGTHS: Final = {"duration": (5, 720), "buffer_after": (0, 240), "step": (5, 720), "notice": (0, 43_200)}
"""Minutes, from and to."""


class _Worded(forms.Form):
    """A form whose labels are the dashboard's words."""

    def __init__(self, language: Language, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, label_suffix="", **more)
        self.known = words(language)
        for name, field in self.fields.items():
            field.label = self.known["fields"].get(name, name)


class CustomerForm(_Worded):
    """Who somebody is, and how they are reached."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(max_length=32, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.EmailField(required=False)
    language = forms.ChoiceField(choices=LanguageChoice.choices)

    @classmethod
    def of(cls, person: Person, language: Language) -> "CustomerForm":
        """Filled in. Who never chose a language is written to in that of the last appointment."""
        profile = getattr(person, "profile", None)
        last = person.bookings.order_by("created_at").last()
        spoken = profile.language if profile else last.language if last else language
        known = {"name": person.name, "phone": person.phone, "email": person.email}
        return cls(language, initial={**known, "language": spoken})

    def clean_phone(self) -> str:
        """E.164, or empty."""
        given = self.cleaned_data["phone"].strip()
        try:
            return e164(given) if given else ""
        except RequestInvalid as error:
            raise ValidationError(self.known["phone_invalid"]) from error

    def save(self, person: Person) -> None:
        """Write it down."""
        for name in ("name", "phone", "email"):
            setattr(person, name, self.cleaned_data[name])
        person.save()
        profile = profile_of(person)
        profile.language = self.cleaned_data["language"]
        profile.save(update_fields=["language"])


class ServiceForm(_Worded):
    """What is given, how long it takes, and who gives it."""

    name_en = forms.CharField(max_length=80)
    name_fr = forms.CharField(max_length=80, required=False)
    name_ko = forms.CharField(max_length=80, required=False)
    duration = forms.IntegerField(min_value=LENGTHS["duration"][0], max_value=LENGTHS["duration"][1])
    buffer_after = forms.IntegerField(min_value=LENGTHS["buffer_after"][0], max_value=LENGTHS["buffer_after"][1])
    step = forms.IntegerField(min_value=LENGTHS["step"][0], max_value=LENGTHS["step"][1])
    notice = forms.IntegerField(min_value=LENGTHS["notice"][0], max_value=LENGTHS["notice"][1])
    horizon_days = forms.IntegerField(min_value=1, max_value=1000)
    staff = forms.ModelMultipleChoiceField(
        Resource.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    active = forms.BooleanField(required=False)

    def __init__(
        self,
        service: Service,
        staff: Sequence[Resource],
        language: Language,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        fields = ("duration", "buffer_after", "step", "notice", "horizon_days", "active")
        initial: dict[str, Any] = {name: getattr(service, name) for name in fields}
        initial |= {f"name_{each}": service.names.get(each, "") for each in LANGUAGES}
        initial["staff"] = list(service.resources.values_list("pk", flat=True)) if service.pk else []
        super().__init__(language, data, initial=initial)
        chosen = self.fields["staff"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = Resource.objects.filter(pk__in=[each.pk for each in staff]).order_by("name")

    def save(self, service: Service) -> None:
        """Write it down."""
        known = self.cleaned_data
        service.names = {each: known[f"name_{each}"] for each in LANGUAGES if known[f"name_{each}"]}
        for name in ("duration", "buffer_after", "step", "notice", "horizon_days", "active"):
            setattr(service, name, known[name])
        service.save()
        service.resources.set(known["staff"])


class WeekForm(_Worded):
    """The weekly hours of one person; what holds between dates only is left as it is."""

    def __init__(self, person: Resource, language: Language, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(language, data)
        rows = person.hours.filter(valid_from=None, valid_until=None).order_by("weekday", "opens")
        by_day: dict[int, list[Hours]] = {}
        for row in rows:
            by_day.setdefault(row.weekday, []).append(row)
        for day in range(7):
            known = by_day.get(day, [])
            for place in range(max(STRETCHES, len(known))):
                kept = known[place] if place < len(known) else None
                for end in ("opens", "closes"):
                    label = f"{self.known['weekdays'][day]}: {self.known['fields'][end]}"
                    self.fields[f"{end}_{day}_{place}"] = forms.TimeField(
                        required=False,
                        label=label,
                        initial=getattr(kept, end) if kept is not None else None,
                        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
                    )

    @property
    def days(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """Weekdays with the fields of their stretches."""
        found = []
        for day in range(7):
            names = [name for name in self.fields if name.startswith(f"opens_{day}_")]
            found.append(
                (self.known["weekdays"][day], [(self[name], self[name.replace("opens", "closes")]) for name in names])
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Each stretch has both ends, the second after the first, and none overlaps another."""
        known = super().clean() or {}
        for day in range(7):
            stretches = self._stretches(day)
            if any(end <= start for start, end in stretches) or any(
                later[0] < former[1] for former, later in pairwise(stretches)
            ):
                raise ValidationError(f"{self.known['weekdays'][day]}: {self.known['hours_invalid']}")
        return known

    def _stretches(self, day: int) -> list[tuple[int, int]]:
        """In minutes of the day, in order; half of one is an empty one, which `clean` refuses."""
        found = []
        for name in self.fields:
            if name.startswith(f"opens_{day}_"):
                ends = self.cleaned_data.get(name), self.cleaned_data.get(name.replace("opens", "closes"))
                if ends != (None, None):
                    start, end = (each.hour * 60 + each.minute if each is not None else 0 for each in ends)
                    found.append((start, end or 24 * 60 if None not in ends else start))
        return sorted(found)

    def save(self, person: Resource) -> None:
        """Put these in the place of the former ones; in a transaction."""
        person.hours.filter(valid_from=None, valid_until=None).delete()
        Hours.objects.bulk_create(
            Hours(resource=person, weekday=day, opens=_time(start), closes=_time(end))
            for day in range(7)
            for start, end in self._stretches(day)
        )


class ExceptionForm(_Worded):
    """A day that differs."""

    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    whose = forms.ChoiceField(required=False)
    kind = forms.ChoiceField()
    start = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 300}))
    end = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 300}))
    reason = forms.CharField(max_length=120, required=False)

    def __init__(self, staff: Sequence[Resource], language: Language, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(language, data)
        everybody = ("", self.known["everybody"])
        self.fields["whose"].choices = [everybody, *((str(each.pk), each.name) for each in staff)]  # type: ignore[attr-defined]
        kinds = [("closed", self.known["closed"]), ("open", self.known["open_extra"])]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both times or none, the second after the first; what is open has times."""
        known = super().clean() or {}
        start, end = known.get("start"), known.get("end")
        one_alone = (start is None) != (end is None)
        if one_alone or (start is not None and end is not None and end <= start and end != dt.time()):
            raise ValidationError(self.known["hours_invalid"])
        if known.get("kind") == "open" and start is None:
            raise ValidationError(self.known["hours_invalid"])
        return known

    def made(self, site_id: int) -> Override:
        """The row, not saved yet."""
        known = self.cleaned_data
        return Override(
            site_id=site_id,
            resource_id=int(known["whose"]) if known["whose"] else None,
            day=known["day"],
            opens=known["kind"] == "open",
            start=known["start"],
            end=known["end"],
            reason=known["reason"],
        )


def _time(minutes: int) -> dt.time:
    """00:00 is the end of the day, too."""
    return dt.time(minutes // 60 % 24, minutes % 60)
