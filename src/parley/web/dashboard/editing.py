"""Changing customers, services, hours and days that differ."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from parley.accounts.models import Person
from parley.contract import NotFound
from parley.records import services as records
from parley.scheduling.models import Override, Resource, Service, Site
from parley.skills.appointments.rest import business, resource_of
from parley.web.dashboard.access import actor_of, for_staff, page
from parley.web.dashboard.edit_forms import CustomerForm, ExceptionForm, ServiceForm, WeekForm
from parley.web.dashboard.words import reader, words


@for_staff("people:write")
def customer(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """One customer: name, number, address, language."""
    person = Person.objects.select_related("profile").filter(pk=person_id).first()
    if person is None:
        raise NotFound("there is no such person")
    form = CustomerForm(reader(), request.POST) if request.method == "POST" else CustomerForm.of(person, reader())
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save(person)
            records.audit(actor_of(request).actor, "edit", f"person:{person.pk}", now=timezone.now())
        return _done(request, "dashboard:customers")
    return _form(request, form, person.name, "dashboard:customers")


@for_staff("appointments:write")
def service(request: HttpRequest, service_id: int | None = None) -> HttpResponse:
    """One service, or a new one."""
    site = business()
    row = (
        Service(site=site, duration=30, step=15)
        if service_id is None
        else site.services.filter(pk=service_id).first()
    )
    if row is None:
        raise NotFound("there is no such service")
    form = ServiceForm(row, _staff(site), reader(), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            row.code = row.code or _code(site, form.cleaned_data["name_en"])
            form.save(row)
        return _done(request, "dashboard:setup")
    return _form(
        request, form, row.name_in(reader()) if row.pk else words(reader())["new_service"], "dashboard:setup"
    )


@for_staff("appointments:write")
def hours(request: HttpRequest, resource_id: int) -> HttpResponse:
    """The weekly hours of one person or room."""
    person = resource_of(business(), resource_id)
    assert person is not None, "an id was given"
    form = WeekForm(person, reader(), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            form.save(person)
        return _done(request, "dashboard:setup")
    return _form(request, form, person.name, "dashboard:setup", week=form.days)


@for_staff("appointments:write")
def exception(request: HttpRequest) -> HttpResponse:
    """A new day that differs."""
    site = business()
    form = ExceptionForm(_staff(site), reader(), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.made(site.pk).save()
        return _done(request, "dashboard:setup")
    return _form(request, form, words(reader())["new_exception"], "dashboard:setup")


@require_POST
@for_staff("appointments:write")
def as_usual(request: HttpRequest, override_id: int) -> HttpResponse:
    """Let a day be as the others again."""
    if not Override.objects.filter(site=business(), pk=override_id).delete()[0]:
        raise NotFound("there is no such day")
    return _done(request, "dashboard:setup")


def _staff(site: Site) -> list[Resource]:
    return list(site.resources.filter(active=True).order_by("name"))


def _code(site: Site, name: str) -> str:
    """A code that no other service of the site has."""
    base = slugify(name)[:32] or "service"
    taken = set(site.services.values_list("code", flat=True))
    return next(code for n in range(len(taken) + 1) if (code := f"{base}-{n + 1}" if n else base) not in taken)


def _form(request: HttpRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    return page(request, "edit", status=422 if form.errors else 200, form=form, title=title, back=back, **more)


def _done(request: HttpRequest, where: str) -> HttpResponse:
    messages.success(request, words(reader())["saved"])
    return redirect(where)
