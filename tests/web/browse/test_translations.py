"""Lists in the language of the page, where there are translations into it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from practices import workflow
from practices.discovery import Selection, duplicates, related
from practices.documents import load_local
from practices.web.practice import share_image
from tests.support.factories import NOW, document, make_practice, make_translation, withdraw_translation
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def titles(response):
    """Return the titles of the cards on a page, in order."""
    return read(response).texts("h3", "practice-card-title")


def card(client, address="/fr/practices/"):
    """Return the HTML of the only card on a page."""
    [html] = re.findall(r"<article.*?</article>", client.get(address).text, re.DOTALL)
    return html


def test_card_has_title_and_summary_of_the_language_of_the_page(client):
    make_translation(make_practice(), title="Guichets des pensions", summary="Dans deux ports.")

    html = card(client)

    assert "Guichets des pensions" in html
    assert "Dans deux ports." in html
    assert "Pension desks" not in html


def test_card_has_the_language_and_direction_of_the_translation(client):
    make_translation(make_practice(), "ar", title="مكاتب المعاشات", summary="في ميناءين")

    html = card(client, "/ar/practices/")

    assert re.search(r'lang="ar"\s+dir="rtl"', html)
    assert 'lang="en"' not in html


def test_card_of_a_practice_without_translation_is_in_its_own_language(client):
    make_practice(title="Pension desks")

    assert titles(client.get("/fr/practices/")) == ["Pension desks"]
    assert 'lang="en"' in card(client)


def test_card_has_the_original_where_the_page_is_in_its_language(client):
    make_translation(make_practice(title="Pension desks"))

    assert titles(client.get("/practices/")) == ["Pension desks"]


def test_card_names_the_language_of_the_original(client):
    make_translation(make_practice())

    assert "Original\N{NO-BREAK SPACE}: English (anglais)" in card(client)


def test_card_has_the_area_of_the_translation(client):
    make_translation(make_practice(area="Two ports"), area="Deux ports")

    assert "Deux ports" in card(client)


def test_card_leads_to_the_address_that_the_original_gives(client):
    practice = make_practice(title="Pension desks")
    make_translation(practice)

    assert f'href="/fr/practices/{practice.pk}-pension-desks/"' in card(client)


def test_card_follows_a_new_translation(client):
    practice = make_practice()
    client.get("/fr/practices/")

    make_translation(practice, title="Guichets des pensions")

    assert titles(client.get("/fr/practices/")) == ["Guichets des pensions"]


def test_card_follows_a_new_version_of_a_translation(client):
    practice = make_practice()
    make_translation(practice)
    client.get("/fr/practices/")

    make_translation(practice, title="Comptoirs des pensions")

    assert titles(client.get("/fr/practices/")) == ["Comptoirs des pensions"]


def test_card_follows_the_withdrawal_of_a_translation(client):
    translation = make_translation(make_practice(title="Pension desks"))
    client.get("/fr/practices/")

    withdraw_translation(translation)

    assert titles(client.get("/fr/practices/")) == ["Pension desks"]


def test_card_follows_a_revision_of_the_original(client):
    practice = make_practice(area="Two ports")
    make_translation(practice, area="Deux ports")
    client.get("/fr/practices/")

    workflow.publish_document(document(title="Desks"), to=practice)

    assert "Deux ports" not in card(client)


def test_words_of_a_search_are_marked_in_the_translation(client):
    make_translation(make_practice(), title="Guichets des pensions")

    assert "<mark>Guichets</mark> des pensions" in card(client, "/fr/practices/?q=guichet")


def test_words_of_a_search_are_marked_as_the_language_of_the_translation_stems_them(client):
    make_translation(make_practice(), summary="Elles embauchaient.")

    assert "<mark>embauchaient</mark>" in card(client, "/fr/practices/?q=embaucher")


def test_excerpt_comes_from_the_translation(client):
    practice = make_practice(lessons="Banks opened late.")
    make_translation(practice, lessons="Les banques ont ouvert tard.")

    assert "Les <mark>banques</mark> ont ouvert tard." in card(client, "/fr/practices/?q=banques")


def test_excerpt_is_not_taken_from_a_text_that_is_not_translated(client):
    make_translation(make_practice(lessons="Banks opened late."))

    assert "Banks opened" not in card(client, "/fr/practices/?q=banks")


@pytest.mark.parametrize("address", ["/fr/practices/", "/fr/practices/?q=desks", "/fr/"])
def test_practices_without_translation_cost_no_query_more_in_another_language(client, address):
    def queries(language):
        make_practice(title="Desks", language=language)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        return len(captured)

    queries("fr")  # the names that this process meets first

    assert queries("en") <= queries("fr")


def make_translated(**changes):
    """Create a practice of Objective 21 in English, “Pension desks”, with a French translation."""
    practice = make_practice(title="Pension desks", **changes)
    make_translation(practice, title="Guichets des pensions", summary="Dans deux ports.", area="Deux ports")
    return practice


def test_comparison_has_the_texts_of_the_translation(client):
    practice = make_translated(area="Two ports")

    page = client.get(f"/fr/compare/?practice={practice.pk}").text

    assert "Guichets des pensions" in page
    assert "Dans deux ports." in page
    assert "Deux ports" in page
    assert "Pension desks" not in page


@pytest.mark.parametrize("query", ["", "?q=guichets"])
def test_practices_to_compare_are_offered_in_the_language_of_the_page(client, query):
    make_translated()

    page = client.get(f"/fr/compare/{query}").text

    assert re.search(r'<a lang="fr" dir="ltr"\s+href="[^"]+" rel="nofollow">Guichets des pensions</a>', page)


def test_world_map_names_practices_without_a_country_in_the_language_of_the_page(client):
    make_translated(area="Two ports")

    page = client.get("/fr/map/").text

    assert re.search(r'lang="fr" dir="ltr">Guichets des pensions</a>\s+<small>Deux ports</small>', page)


@pytest.mark.parametrize("words", ["guichets", "pension desks"])
def test_practice_is_suggested_by_either_title_in_the_language_of_the_page(client, words):
    practice = make_translated()

    answer = client.get("/fr/suggest/", {"q": words}).json()

    [found] = [
        each for each in answer["suggestions"] if each["url"].startswith(f"/fr/practices/{practice.pk}-")
    ]
    assert (found["text"], found["language"], found["direction"]) == ("Guichets des pensions", "fr", "ltr")


def test_related_practice_has_its_title_and_area_in_the_active_language():
    practice = make_practice(title="Schools")
    make_translated(area="Two ports")

    with override("fr"):
        [found] = related.related_practices(practice)

        assert (found.practice.local.title, found.place) == ("Guichets des pensions", "Deux ports")


def test_neighbours_have_their_titles_in_the_active_language():
    make_translated()
    practice = make_practice(title="Schools")

    with override("fr"):
        found = related.neighbours(practice, Selection())

        assert found.after.local.title == "Guichets des pensions"


def test_home_page_has_the_newest_practices_in_its_language(client):
    make_translated()

    assert "Guichets des pensions" in client.get("/fr/").text


@pytest.mark.parametrize("query", ["", "?practice={pk}"])
def test_frame_in_another_site_is_in_the_language_of_its_address(client, query):
    practice = make_translated()

    page = client.get("/fr/embed/" + query.format(pk=practice.pk)).text

    assert '<article lang="fr" dir="ltr">' in page
    assert "Guichets des pensions" in page


def test_description_for_other_sites_is_in_the_language_of_the_page_that_it_describes(client):
    practice = make_translated()

    answer = client.get("/oembed", {"url": f"{settings.SITE_URL}/fr{practice.get_absolute_url()}"}).json()

    assert answer["title"] == "Guichets des pensions"
    assert '<blockquote lang="fr" dir="ltr">' in answer["html"]


def test_share_image_has_the_title_in_the_language_of_its_address(client, monkeypatch):
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda picture: drawn.append(picture) or b"")
    practice = make_translated(area="Two ports")

    with override("fr"):
        client.get(reverse("practices:practice-picture", args=[practice.pk, practice.slug]))

    assert [(picture.title, picture.facts) for picture in drawn] == [("Guichets des pensions", "Deux ports")]


def test_likely_duplicate_is_shown_in_the_language_of_the_page():
    make_translated()

    with override("fr"):
        [found] = duplicates.likely_duplicates(document(title="Pension desks"))

        assert found.practice.local.title == "Guichets des pensions"


def test_practice_that_was_shown_in_one_language_is_shown_in_the_next_one_afterwards():
    practice = make_translated()
    with override("fr"):
        load_local([practice])

    with override("es"):
        load_local([practice])

        assert practice.local.title == "Pension desks"


ORIGINALS = {
    # What staff moderate, what submitters wrote themselves, and what is translated.
    "admin", "emails/practice_check", "emails/practice_merged", "emails/practice_restored", "emails/practice_revised",
    "emails/practice_withdrawn", "emails/withdrawal_declined", "emails/withdrawal_requested",
    "web/submit/submission_", "web/submit/translation_", "web/practice/practice_check.html",
    # Revisions, which are those of the original.
    "web/practice/revision_detail.html", "web/practice/revision_list.html",
    # Its practices have no translation loaded.
    "web/site/styleguide.html",
}  # fmt: skip
"""Templates, and folders of them, that show a practice in its own language whatever that of the page."""


def test_templates_show_practices_in_the_language_of_the_page():
    """Use `practice.local`, and `documents.load_local` in the view; or say in ORIGINALS why not."""
    root = settings.BASE_DIR / "templates"
    shown = re.compile(r"{[{%][^}]*\b(practice|step)\.(title|summary|language|direction)\b")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.suffix in {".html", ".txt"} and shown.search(path.read_text())
    }

    assert {path for path in found if not any(path.startswith(each) for each in ORIGINALS)} == set()


def test_feed_entry_of_a_translation_has_its_date_and_names_its_translator(client):
    practice = make_practice(now=NOW)
    make_translation(practice, translator="Léa Martin")
    later = NOW + timedelta(days=3)
    practice.translations.update(revised_at=later)

    feeds = [client.get(f"{prefix}/objectives/21/feed.json").json()["items"][0] for prefix in ("/fr", "")]

    translated, original = feeds
    assert translated["date_modified"] == later.isoformat()
    assert "Traduction\N{NO-BREAK SPACE}: Léa Martin." in translated["content_html"]
    assert original["date_modified"] == practice.revised_at.isoformat()
    assert "Léa Martin" not in original["content_html"]


def test_feed_is_as_new_as_the_newest_translation_in_it(client):
    practice = make_practice(now=NOW)
    make_translation(practice)
    practice.translations.update(revised_at=NOW + timedelta(days=3))

    feed = client.get("/fr/objectives/21/feed.atom").text

    assert re.findall(r"<updated>(.*?)T", feed) == ["2026-11-05", "2026-11-05"]
