"""The page of a practice in the language of its reader, and what it says of the original."""

import json
from urllib.parse import urlsplit

import pytest

from practices import workflow
from practices.choices import State
from practices.core.http.languages import path_in
from practices.web.practice import share_image
from tests.support.factories import FRENCH, document, make_practice, make_translation, send_translation
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    practice = make_practice(lessons="Open on Sundays.", countries=["PH"])
    send_translation(State.PUBLISHED, of=practice, lessons="")
    return practice


def page_of(client, practice, language="en", query=""):
    return read(client.get(path_in(language, practice.get_absolute_url()) + query))


def test_reader_of_the_language_sees_the_translation(client, practice):
    page = page_of(client, practice, "fr")

    heading = page.one("h1")
    assert (heading.text, heading["lang"], heading["dir"]) == (FRENCH["title"], "fr", "ltr")
    assert page.one("title").text.startswith(FRENCH["title"])
    assert "Ana Reyes" in page.one("div", "text-languages").text


def test_text_that_is_not_translated_is_marked_as_the_original(client, practice):
    page = page_of(client, practice, "fr")

    [lessons] = [part for part in page.all("div", "reading-text") if "Sundays" in part.text]
    assert lessons["lang"] == "en"


def test_other_readers_see_the_original_and_a_way_to_the_translation(client, practice):
    page = page_of(client, practice)

    assert page.one("h1").text == document()["title"]
    assert ("français (French)", "?in=fr") in page.one("div", "text-languages").links()


@pytest.mark.parametrize(
    ("language", "query", "title"),
    [
        ("en", "?in=fr", FRENCH["title"]),
        ("fr", "?in=en", document()["title"]),
        ("en", "?in=ar", document()["title"]),
        ("fr", "?in=tlh", FRENCH["title"]),
    ],
)
def test_address_may_name_the_language(client, practice, language, query, title):
    assert page_of(client, practice, language, query).one("h1").text == title


def test_address_stays_one_whatever_the_language(client, practice):
    page = page_of(client, practice, "fr")

    assert page.one("link", rel="canonical")["href"].endswith(path_in("fr", practice.get_absolute_url()))


def test_page_says_that_the_original_has_changed_since(client, practice):
    changed = document(
        lessons="Open on Sundays.", countries=["PH"], summary="Desks in three ports help workers."
    )
    workflow.publish_document(changed, to=practice)

    page = page_of(client, practice, query="?in=fr")

    assert "The original has changed since it was translated." in page.text
    assert page.one("h1").text == FRENCH["title"]


def test_page_of_a_machine_says_who_has_checked_it(client):
    practice = make_practice()
    send_translation(State.PUBLISHED, of=practice, machine="DeepL")

    page = page_of(client, practice, query="?in=fr")

    assert "Machine translation (DeepL), checked by Ana Reyes" in page.text


def test_withdrawn_translation_is_not_shown(client, practice, moderator):
    workflow.withdraw_translation(practice, language="fr", by=moderator, reason="It is wrong.")

    page = page_of(client, practice, "fr")

    assert page.one("h1").text == document()["title"]


def test_reader_of_another_language_can_offer_a_translation(client):
    practice = make_practice()

    page = page_of(client, practice, "fr")

    addresses = [address for _text, address in page.one("div", "text-languages").links()]
    assert addresses == [path_in("fr", practice.get_translate_url())]


def test_page_in_its_own_language_without_translations_says_nothing_of_languages(client):
    assert not page_of(client, make_practice()).all("div", "text-languages")


def test_next_version_of_a_translation_is_shown_at_once(client, practice):
    page_of(client, practice, "fr")

    send_translation(State.PUBLISHED, of=practice, title="Des guichets")

    assert page_of(client, practice, "fr").one("h1").text == "Des guichets"


def test_reference_and_metadata_on_the_page_are_those_of_the_translation(client, practice):
    page = page_of(client, practice, "fr")

    described = json.loads(page.one("script", type="application/ld+json").raw)
    assert (described["name"], described["inLanguage"]) == (FRENCH["title"], "fr")
    assert described["translationOfWork"]["name"] == document()["title"]
    assert page.one("meta", name="citation_title")["content"] == FRENCH["title"]


def test_metadata_of_the_original_name_its_translations(client, practice):
    described = json.loads(page_of(client, practice).one("script", type="application/ld+json").raw)

    assert [each["inLanguage"] for each in described["workTranslation"]] == ["fr"]


def test_links_to_share_the_page_have_the_title_that_it_shows(client, practice):
    page = page_of(client, practice, "fr")

    assert page.one("meta", property="og:title")["content"] == FRENCH["title"]
    assert page.one("link", type="application/json+oembed")["title"] == FRENCH["title"]


def test_page_in_another_language_cites_the_text_that_it_shows(client, practice):
    page = page_of(client, practice, query="?in=fr")

    cited = page.one(id="citation-apa").text
    [file] = [address for text, address in page.links() if text == "BibTeX"]
    assert "Translated by Ana Reyes." in cited
    assert cited.endswith(f"/p/{practice.pk}?in=fr")
    assert file == f"{practice.get_absolute_url()}cite.bib?in=fr"
    assert "translator = {{Ana Reyes}}" in client.get(file).text
    assert f"/p/{practice.pk}?in=fr}}" in client.get(file).text


def test_permanent_address_leads_to_the_text_that_is_cited(client, practice):
    response = client.get(f"/p/{practice.pk}?in=fr")

    assert response.url == f"{practice.get_absolute_url()}?in=fr"


def test_shared_picture_has_the_title_that_the_page_shows(client, practice, monkeypatch):
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda picture: drawn.append(picture.title) or b"")
    page = page_of(client, practice, query="?in=fr")
    [picture] = [each["content"] for each in page.all("meta") if each.get("property") == "og:image"]

    client.get(urlsplit(picture)._replace(scheme="", netloc="").geturl())

    assert drawn == [FRENCH["title"]]


FIGURES = [{"number": str(each), "meaning": "desks", "source": "Port of Batumi, 2025"} for each in (2, 5, 9)]


def test_page_shows_all_figures_of_the_original_where_a_translation_has_fewer(client):
    practice = make_practice(figures=FIGURES)
    make_translation(practice, figures=[{**FIGURES[0], "meaning": "guichets"}])

    page = page_of(client, practice, "fr")

    assert "guichets (" not in page.one("main").text
    assert [f"{each['number']} desks" in page.one("main").text for each in FIGURES] == [True, True, True]
