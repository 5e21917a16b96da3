"""Previews of every e-mail."""

import pytest

from practices.choices import Kind
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def test_every_email_can_be_looked_at_by_staff_in_each_language(client, moderator, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    client.force_login(moderator)
    links = [path for _text, path in read(client.get("/styleguide/mails/")).one("main").links()]

    pages = {path: [client.get(path).status_code, client.get(f"{path}html/").status_code] for path in links}

    assert pages == {
        f"/styleguide/mails/{kind.value}/{language}/": [200, 200]
        for kind in Kind
        for language in ("en", "ar")
    }


@pytest.mark.parametrize("path", ["", "digest/en/", "digest/en/html/"])
def test_email_previews_are_for_staff_only(client, path):
    assert client.get(f"/styleguide/mails/{path}").status_code == 404


@pytest.mark.parametrize("path", ["digest/xx/", "pigeon/en/"])
def test_email_there_is_not_is_not_found(client, moderator, path):
    client.force_login(moderator)

    assert client.get(f"/styleguide/mails/{path}").status_code == 404
