"""What staff fill in, checked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from parley.accounts.models import LanguageChoice
from parley.contract import Language, RequestInvalid
from parley.messaging.services import e164
from parley.scheduling.models import Resource, Service
from parley.web.dashboard.words import words


class MoveForm(forms.Form):
    """Where an appointment shall go. Times are on the clock of whoever gives it."""

    day = forms.DateField()
    time = forms.TimeField()
    staff = forms.IntegerField()
    version = forms.IntegerField()


class BookingForm(forms.Form):
    """A new appointment."""

    service = forms.ChoiceField()
    staff = forms.ChoiceField(required=False)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"))
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        max_length=32, required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )
    language = forms.ChoiceField(choices=LanguageChoice.choices)
    note = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        offered: Sequence[Service],
        staff: Sequence[Resource],
        language: Language,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), label_suffix="")
        known = words(language)
        for name, field in self.fields.items():
            field.label = known["fields"].get(name, name)
        self.fields["service"].choices = [(each.code, each.name_in(language)) for each in offered]  # type: ignore[attr-defined]
        anybody = ("", known["anybody"])
        self.fields["staff"].choices = [anybody, *((str(each.pk), each.name) for each in staff)]  # type: ignore[attr-defined]
        self._bad_phone = known["phone_invalid"]

    def clean_staff(self) -> int | None:
        """The id of a resource; None is anybody."""
        chosen = self.cleaned_data["staff"]
        return int(chosen) if chosen else None

    def clean_phone(self) -> str:
        """E.164, or empty."""
        given = self.cleaned_data["phone"].strip()
        try:
            return e164(given) if given else ""
        except RequestInvalid as error:
            raise forms.ValidationError(self._bad_phone) from error
