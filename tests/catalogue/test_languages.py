"""Languages, which are selected by a prefix of the path only."""

import pytest

from tests.support.factories import make_practice, make_submission
from tests.support.pages import read

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
    assert client.get("/nl/").status_code == 404


def links_to_languages(response):
    menu = next(each for each in read(response).all("details") if "page-languages" in each.get("class", ""))
    return {link["hreflang"]: link["href"] for link in menu.all("a")}


def test_page_leads_to_itself_in_each_other_language(client, settings):
    settings.LANGUAGES = [(code, code) for code in ("en", "fr", "es", "ar", "zh-hans", "ru")]

    response = client.get("/fr/practices/", {"objective": "21", "q": "ports"})

    assert links_to_languages(response) == {
        "en": "/practices/?objective=21&q=ports",
        "es": "/es/practices/?objective=21&q=ports",
        "ar": "/ar/practices/?objective=21&q=ports",
        "zh-hans": "/zh-hans/practices/?objective=21&q=ports",
        "ru": "/ru/practices/?objective=21&q=ports",
    }


def test_missing_page_leads_to_the_home_pages(client):
    assert links_to_languages(client.get("/nowhere/"))["fr"] == "/fr/"


def test_withdrawn_practice_leads_to_the_home_pages(client):
    practice = make_practice(withdrawn=True)

    assert links_to_languages(client.get(practice.get_absolute_url()))["fr"] == "/fr/"


def test_private_page_leads_to_itself_in_another_language(client):
    submission = make_submission()

    response = client.get(submission.get_private_url())

    assert links_to_languages(response)["ar"] == f"/ar{submission.get_private_url()}"


def test_public_page_names_its_languages_to_search_engines(client, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    settings.SITE_URL = "https://practices.example.org"

    page = read(client.get("/fr/objectives/21/"))

    alternates = {link["hreflang"]: link["href"] for link in page.all("link") if link.get("hreflang")}
    canonical = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
    assert alternates == {
        "en": "https://practices.example.org/objectives/21/",
        "fr": "https://practices.example.org/fr/objectives/21/",
        "x-default": "https://practices.example.org/objectives/21/",
    }
    assert canonical == ["https://practices.example.org/fr/objectives/21/"]


@pytest.mark.parametrize("path", ["/practices/?page=2", "/submit/", "/nowhere/"])
def test_page_with_parameters_or_of_one_visitor_names_no_languages(client, path):
    page = read(client.get(path))

    assert [link for link in page.all("link") if link.get("hreflang")] == []


def test_catalogue_in_one_language_has_no_menu_of_languages(client, settings):
    settings.LANGUAGES = TWO_LANGUAGES[:1]

    assert "page-languages" not in client.get("/").text


def test_offers_are_each_in_their_own_language(client, settings):
    offers = client.get("/languages.json").json()

    assert list(offers) == [code for code, _name in settings.LANGUAGES]
    assert offers["en"] == "This page is available in English."
    assert len(set(offers.values())) == len(offers)


def test_admin_is_in_the_language_of_its_address(admin_client):
    response = admin_client.get("/fr/admin/")

    assert response.headers["Content-Language"] == "fr"
    assert links_to_languages(response)["en"] == "/admin/"


def test_default_name_of_the_catalogue_is_in_the_language_of_the_page(client):
    page = read(client.get("/fr/about/"))

    assert page.one("title").text.endswith("– Bonnes pratiques en matière de migration")


def test_own_name_of_a_catalogue_is_the_same_in_all_languages(client, settings):
    settings.SITE_NAME = "Atlas"

    assert read(client.get("/fr/about/")).one("title").text.endswith("– Atlas")


def test_note_that_the_catalogue_has_written_is_in_the_language_of_the_page(client):
    practice = make_practice()
    practice.revisions.update(note="Imported")

    page = read(client.get(f"/ru{practice.get_absolute_url()}revisions/1/"))

    assert "Импортировано" in page.text


def test_note_that_somebody_has_written_stays_as_it_is(client):
    practice = make_practice()
    practice.revisions.update(note="Search")

    page = read(client.get(f"/ru{practice.get_absolute_url()}revisions/1/"))

    assert page.one("main").all("bdi")[-1].text == "Search" or "Search" in page.one("main").text


def test_page_says_that_names_of_principles_are_our_translation(client):
    practice = make_practice(principles=["a"])

    facts = [read(client.get(f"{prefix}{practice.get_absolute_url()}")) for prefix in ("", "/ru", "/fr")]

    assert ["наш перевод" in page.text or "our translation" in page.text for page in facts] == [
        False,
        True,
        False,
    ]


def test_data_page_has_one_address_of_the_repository_in_all_languages(client):
    page = read(client.get("/ar/data/"))

    [address] = [address for _text, address in page.links() if "verb=Identify" in address]
    assert address.removesuffix("?verb=Identify").endswith("//testserver/oai") or "/ar/" not in address


def test_card_names_what_a_search_has_found_in_the_language_of_the_page(client):
    make_practice(title="Desks in two ports", principles=["f"])

    page = read(client.get("/fr/practices/?q=droits+de+l’homme"))

    assert page.texts("p", "practice-card-hit") == ["Principes directeurs : Droits de l’homme"]
