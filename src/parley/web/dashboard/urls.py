"""The addresses of the dashboard."""

from django.urls import path
from django.views.i18n import set_language

from parley.web.dashboard import calendar, calendars, conversations, desk, editing, overview

app_name = "dashboard"
urlpatterns = [
    path("", overview.show, name="overview"),
    path("calendar/", calendar.show, name="calendar"),
    path("appointments/new/", calendar.new, name="new"),
    path("appointments/<uuid:booking_id>/", calendar.details, name="appointment"),
    path("appointments/<uuid:booking_id>/move/", calendar.move, name="move"),
    path("appointments/<uuid:booking_id>/cancel/", calendar.cancel, name="cancel"),
    path("conversations/", conversations.listed, name="conversations"),
    path("conversations/<str:conversation_id>/", conversations.read, name="conversation"),
    path("turns/<str:turn_id>/sound/", conversations.heard, name="sound"),
    path("messages/", desk.outbox, name="messages"),
    path("messages/<uuid:message_id>/again/", desk.again, name="again"),
    path("waiting/", desk.waiting_list, name="waiting"),
    path("waiting/<int:waiting_id>/", desk.answer, name="answer"),
    path("calendars/", calendars.show, name="calendars"),
    path("calendars/google/", calendars.google, name="google"),
    path("calendars/google/back/", calendars.google_back, name="google_back"),
    path("calendars/caldav/", calendars.caldav, name="caldav"),
    path("calendars/accounts/<int:account_id>/", calendars.account, name="account"),
    path("calendars/accounts/<int:account_id>/link/", calendars.link, name="link"),
    path("calendars/<int:link_id>/", calendars.linked, name="linked"),
    path("calendars/disagreements/<uuid:disagreement_id>/", calendars.decide, name="decide"),
    path("customers/", desk.customers, name="customers"),
    path("customers/<uuid:person_id>/", editing.customer, name="customer"),
    path("setup/", desk.setup, name="setup"),
    path("setup/services/new/", editing.service, name="new_service"),
    path("setup/services/<int:service_id>/", editing.service, name="service"),
    path("setup/hours/<int:resource_id>/", editing.hours, name="hours"),
    path("setup/exceptions/new/", editing.exception, name="new_exception"),
    path("setup/exceptions/<int:override_id>/remove/", editing.as_usual, name="as_usual"),
    path("language/", set_language, name="language"),
]
