"""Languages, which are selected by a prefix of the path only."""

import pytest

pytestmark = pytest.mark.django_db

TWO_LANGUAGES = [("en", "English"), ("fr", "Français")]


def test_prefix_chooses_the_language(client, settings):
    settings.LANGUAGES = TWO_LANGUAGES

    response = client.get("/fr/objectives/21/")

    assert response.headers["Content-Language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in response.text
    assert 'href="/fr/objectives/21/feed.atom"' in response.text


def test_page_without_prefix_does_not_follow_the_browser(client, settings):
    settings.LANGUAGES = TWO_LANGUAGES

    response = client.get("/objectives/21/", headers={"accept-language": "fr"})

    assert response.headers["Content-Language"] == "en"
    assert response.headers["Vary"] == "Accept-Encoding"


def test_prefix_of_a_language_we_do_not_speak_is_no_page(client):
    assert client.get("/fr/").status_code == 404
