"""Likely duplicates of a proposal among published practices."""

import pytest

from practices.choices import State
from practices.discovery import duplicates, indexing
from practices.models import Practice
from tests.support.factories import document, make_practice, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db

SUMMARY = "Desks in two ports help returning workers claim the pensions they earned abroad."


def found(**proposed):
    """Return (title, reason) of each likely duplicate of a document with these fields."""
    return [(likely.practice.title, str(likely.reason)) for likely in duplicates.likely_duplicates(proposed)]


@pytest.mark.parametrize(
    "title",
    [
        "Pension desks in two ports",
        "PENSION DESKS IN TWO PORTS!",
        "Two ports: pension desks",
        "National programme of pension desks in two ports",
        "Pension desk in two ports",
        "Pensión desks for two ports",
        "Pension tesks in two ports",
        "Bension desks in two ports",
        "Pension edsks in two ports",
    ],
)
def test_similar_title_is_found(title):
    make_practice(title="Pension desks in two ports")

    assert found(title=title) == [("Pension desks in two ports", "has almost the same title")]


@pytest.mark.parametrize("title", ["Pension fund", "Desks", "National programme", "", "²"])
def test_different_title_is_not_found(title):
    make_practice(title="Pension desks in two ports")

    assert found(title=title) == []


def test_similar_titles_of_different_countries_are_no_duplicates():
    for code, name in (("GE", "Georgia"), ("GH", "Ghana"), ("NP", "Nepal")):
        make_practice(title=f"National Remittance Plan ({name})", countries=[code])

    of_one = found(title="National Remittance Plan (Nepal)", countries=["NP"])
    of_a_fourth = found(title="National Remittance Plan (Kenya)", countries=["KE"])
    while_typing = found(title="National remittance plan: Ghana")
    by_another_name = found(title="National remittance plan (Ivory Coast)")

    assert (of_one, of_a_fourth, while_typing, by_another_name) == (
        [("National Remittance Plan (Nepal)", "has almost the same title")],
        [],
        [("National Remittance Plan (Ghana)", "has almost the same title")],
        [],
    )


@pytest.mark.parametrize(
    "source",
    [
        "https://example.org/desks",
        "http://www.example.org/desks/",
        "HTTPS://EXAMPLE.ORG/desks",
        "https://example.org/desks#top",
        "https://example.org/desks?utm_source=newsletter&fbclid=x",
    ],
)
def test_same_source_is_found_in_any_spelling(source):
    make_practice(title="Pension desks", source_url="https://example.org/desks")

    assert found(title="Something else", source_url=source) == [("Pension desks", "has the same source")]


def test_source_is_found_however_its_address_was_published():
    make_practice(title="Pension desks", source_url="http://www.example.org/desks/?gclid=x")

    assert found(title="Something else", source_url="https://example.org/desks") == [
        ("Pension desks", "has the same source")
    ]


def test_rebuilt_index_finds_sources_of_rows_from_before():
    make_practice(title="Pension desks", source_url="https://example.org/desks")
    Practice.objects.update(source_page="")

    indexing.rebuild_index()

    assert found(title="Something else", source_url="https://example.org/desks") == [
        ("Pension desks", "has the same source")
    ]


@pytest.mark.parametrize(
    "source", ["https://example.org/", "https://example.org/desks?page=2", "x", "http://["]
)
def test_different_source_is_not_found(source):
    make_practice(title="Pension desks", source_url="https://example.org/desks")

    assert found(title="Something else", source_url=source) == []


def test_same_country_and_objective_with_similar_words_are_found():
    make_practice(title="Pension desks", summary=SUMMARY, countries=["PH"], objectives=[22])
    proposed = {
        "title": "Help in harbours",
        "summary": "Two ports have desks that help returning workers claim pensions earned abroad.",
        "objectives": [22],
    }

    assert (found(**proposed, countries=["PH"]), found(**proposed, countries=["GE"])) == (
        [("Pension desks", "has the same objective, the same country and similar text")],
        [],
    )


def test_update_is_no_duplicate_of_its_own_practice():
    practice = make_practice(title="Pension desks in two ports")

    assert duplicates.likely_duplicates(document(), exclude=practice) == []


def test_unpublished_practice_is_never_found(client):
    make_practice(title="Pension desks in two ports", withdrawn=True)
    for state in State:
        if state != State.PUBLISHED:
            make_submission(state)

    assert found(**document()) == []


def test_search_costs_a_fixed_number_of_queries(django_assert_num_queries):
    for number in range(30):
        make_practice(title=f"Pension desk {number}", countries=["PH"], source_url="https://example.org/")
    proposed = document(title="Nothing like it", countries=["PH"], source_url="https://example.org/")

    with django_assert_num_queries(8):
        duplicates.likely_duplicates(proposed)


def test_similar_title_ranks_before_a_source_of_many_practices():
    source = "https://example.org/report"
    make_practice(title="Pension desks in two ports")
    for number in range(4):
        make_practice(title=f"Case {number}", source_url=source)

    titles = [title for title, _why in found(title="Two pension desks in ports", source_url=source)]
    assert titles == ["Pension desks in two ports", "Case 3", "Case 2"]


# In the form ----------------------------------------------------------------------------------


def test_script_gets_duplicates_of_the_typed_title(client):
    practice = make_practice(title="Pension desks in two ports")

    answer = client.post("/submit/duplicates/", {"title": "Pension desks in two ports", "countries": "x"})

    assert answer.json() == {
        "likely": [
            {
                "title": "Pension desks in two ports",
                "why": "has almost the same title",
                "url": practice.get_absolute_url(),
                "update_url": f"{practice.get_absolute_url()}correct/",
            }
        ]
    }


def test_preview_offers_an_update_instead(client):
    practice = make_practice(title="Pension desks in two ports")
    submission = make_submission()

    page = read(client.get(f"{submission.get_private_url()}send/"))

    assert page.one("section", "notice-warm").links() == [
        ("Pension desks in two ports", practice.get_absolute_url()),
        ("Suggest a correction to it instead", f"{practice.get_absolute_url()}correct/"),
    ]


def test_script_that_asks_too_often_is_limited(client, settings):
    settings.DUPLICATE_CHECKS_PER_HOUR = 0

    assert client.post("/submit/duplicates/", {"title": "Desks"}).status_code == 429


def test_moderator_sees_likely_duplicates(client, moderator):
    practice = make_practice(title="Pension desks in two ports")
    submission = make_submission(State.SUBMITTED)
    client.force_login(moderator)

    page = read(client.get(f"/admin/practices/submission/{submission.pk}/change/"))

    assert page.one("section", "review-duplicates").links() == [
        ("Pension desks in two ports", practice.get_absolute_url())
    ]


TRANSLATED = {
    "title": "Guichets des pensions dans deux ports",
    "summary": "Des guichets dans deux ports aident les travailleurs de retour à toucher leurs pensions de l’étranger.",
}


@pytest.mark.usefixtures("semantic_search")
def test_translation_of_a_practice_is_found_by_its_meaning():
    make_practice(title="Pension desks in two ports", summary=SUMMARY, countries=["PH"], tags=[])

    assert found(**TRANSLATED, countries=["PH"], objectives=[21]) == [
        ("Pension desks in two ports", "is similar in meaning")
    ]
    assert found(**TRANSLATED, countries=["GE"], objectives=[21]) == []


def test_translation_of_a_practice_is_not_found_without_search_by_meaning():
    make_practice(title="Pension desks in two ports", summary=SUMMARY, countries=["PH"], tags=[])

    assert found(**TRANSLATED, countries=["PH"], objectives=[21]) == []
