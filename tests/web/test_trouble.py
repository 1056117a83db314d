"""What somebody reads where a page cannot be shown, and at the log-in."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.views.defaults import permission_denied, server_error

from parley.web.dashboard.tags import phone

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "This page does not exist"), ("fr", "Cette page n’existe pas"), ("ko", "없는 페이지입니다")],
)
def test_a_page_that_is_not_there_says_so_in_the_readers_language(language: str, says: str) -> None:
    answer = Client().get("/dashboard/nothing/", headers={"accept-language": language})
    assert answer.status_code == 404
    page = answer.content.decode()
    assert f'<html lang="{language}">' in page
    assert says in page
    assert f'href="{reverse("talk")}"' in page


def test_a_form_that_has_grown_old_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "desk"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "Nothing was changed." in answer.content.decode()


def test_a_fault_of_ours_and_a_closed_page_are_said_in_the_house_style() -> None:
    broken = server_error(HttpRequest())
    assert (broken.status_code, "Something went wrong on our side" in broken.content.decode()) == (500, True)
    closed = permission_denied(HttpRequest(), PermissionDenied())
    assert (closed.status_code, "not open to you" in closed.content.decode()) == (403, True)


def test_the_log_in_is_in_the_readers_language() -> None:
    page = Client().get("/login/", headers={"accept-language": "ko"}).content.decode()
    assert '<html lang="ko">' in page
    assert "비밀번호" in page


def test_a_wrong_password_is_said_as_people_say_it() -> None:
    wrong = {"username": "nobody", "password": "wrong"}
    page = Client().post("/login/", wrong, headers={"accept-language": "ko"}).content.decode()
    assert "사용자 이름이나 비밀번호가 맞지 않습니다." in page


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+15145550133", "+1 514-555-0133"),
        ("+821055501234", "+82 10-5550-1234"),
        ("ann@example.com", "ann@example.com"),
    ],
)
def test_a_number_is_shown_with_room_to_read_it(number: str, shown: str) -> None:
    assert phone(number) == shown
