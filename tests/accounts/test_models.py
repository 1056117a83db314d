import pytest
from django.db import IntegrityError

from parley.accounts.models import Person, Profile

pytestmark = pytest.mark.django_db


def test_voice_rate_outside_its_range_is_refused_by_the_database():
    person = Person.objects.create(name="A")
    with pytest.raises(IntegrityError):
        Profile.objects.create(person=person, voice_rate=3.0)


def test_nothing_is_kept_unless_the_person_says_so():
    profile = Profile.objects.create(person=Person.objects.create())
    assert (profile.save_audio, profile.personalization) == (False, False)
