"""Passwords of staff: long, not common, not made of words of this catalogue, of any characters."""

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.support.factories import make_moderator


@pytest.mark.parametrize(
    "password",
    [
        "a quiet orange bridge",
        "482915737264",
        "migration of quiet orange birds",
        "ж" * 6 + "ø" * 6,
        "x1" * 64,
    ],
)
def test_long_password_of_any_characters_is_accepted(password):
    validate_password(password, User(username="amina"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("shortbridge", "password_too_short"),
        ("1q2w3e4r5t6y", "password_too_common"),
        ("MigrationPractices2026!", "password_of_house_words"),
        ("good-practices-catalogue", "password_of_house_words"),
        ("amina.moderates", "password_too_similar"),
    ],
)
def test_password_that_is_easily_guessed_is_refused(password, code):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(username="amina.moderates"))

    assert [error.code for error in refused.value.error_list] == [code]


@pytest.mark.django_db
def test_staff_change_their_password_by_giving_the_old_one(client):
    client.force_login(make_moderator())
    new = "a quiet orange bridge"

    wrong = {"old_password": "not mine", "new_password1": new, "new_password2": new}
    client.post("/admin/password_change/", wrong)

    assert make_moderator().check_password("correct horse")
