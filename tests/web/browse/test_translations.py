"""Lists in the language of the page, where there are translations into it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices import workflow
from tests.support.factories import document, make_practice, make_translation, withdraw_translation
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
