"""The calendars' libraries are extras: without them the house opens, and says what is missing."""

import os
import subprocess
import sys

ALONE = """
import sys
for name in ("caldav", "recurring_ical_events", "googleapiclient", "google_auth_oauthlib", "google_auth_httplib2"):
    sys.modules[name] = None
import django
django.setup()
from django.urls import reverse
from parley.contract import ConfigurationInvalid
from parley.scheduling.calendars.providers import installed, provider
assert reverse("dashboard:calendars")
assert not installed("google") and not installed("caldav") and not installed("abacus")
try:
    provider("caldav", {})
except ConfigurationInvalid as error:
    print(error)
"""


def test_without_the_extras_the_house_opens():
    settings = {"DJANGO_SETTINGS_MODULE": "tests.django_settings"}
    run = subprocess.run([sys.executable, "-c", ALONE], env=os.environ | settings, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "need the extra 'caldav'" in run.stdout
