import pytest
from django.test import override_settings

from parley.accounts.sealing import seal, unseal
from parley.contract import ConfigurationInvalid


def test_what_is_sealed_cannot_be_read_and_comes_back():
    sealed = seal({"password": "open sesame"})
    assert "sesame" not in sealed
    assert unseal(sealed) == {"password": "open sesame"}


def test_the_same_value_is_never_sealed_alike():
    assert seal({"a": 1}) != seal({"a": 1})


def test_an_earlier_secret_still_opens_it_and_a_strange_one_does_not():
    with override_settings(SECRET_KEY="first", SECRET_KEY_FALLBACKS=[]):
        sealed = seal({"a": 1})
    with override_settings(SECRET_KEY="second", SECRET_KEY_FALLBACKS=["first"]):
        assert unseal(sealed) == {"a": 1}
    with override_settings(SECRET_KEY="second", SECRET_KEY_FALLBACKS=[]), pytest.raises(ConfigurationInvalid):
        unseal(sealed)


def test_what_was_tampered_with_is_refused():
    sealed = seal({"a": 1})
    with pytest.raises(ConfigurationInvalid):
        unseal(sealed[:-8] + "AAAAAAA=")
