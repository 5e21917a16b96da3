"""Likely duplicates of a proposal among published practices."""

import pytest
from django.db import connection

from practices.choices import State
from practices.discovery import duplicates, reindexing
from practices.discovery.duplicates.profile import Weights, build_profile
from practices.discovery.duplicates.scoring import Pair
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

    assert [title for title, _why in found(title=title)] == ["Pension desks in two ports"]


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
        [("National Remittance Plan (Nepal)", "Same title")],
        [],
        [("National Remittance Plan (Ghana)", "Same title")],
        [],
    )


@pytest.mark.parametrize(
    ("title", "other", "reason"),
    [
        ("Pensión desks, in two ports!", {"title": "Pension desks in two ports"}, "Same title"),
        ("Two ports: pension desks", {"title": "Pension desks in two ports"}, "Similar title"),
        ("Remittance Plan", {"title": "Remittance Plan (Ghana)"}, "Similar title"),
        ("Red RAICES", {"title": "Program RAICES"}, "Same name: RAICES"),
        ("Red RAICES", {"title": "Film nights", "summary": "RAICES has films."}, "Both mention RAICES"),
        ("Operation MARHABA", {"title": "Operation MARHABBA"}, "Similar title"),
        ("SHEX", {"title": "Seasonal Harvest Exchange X"}, "Initials of the title: SHEX"),
        ("Film nights", {"title": "Film days in Batumi"}, "Some of the same words"),
    ],
)
def test_reason_is_literally_true(title, other, reason):
    pair = Pair(build_profile({"title": title}), build_profile(other), Weights({}, 0))

    assert pair.reason == reason


def test_same_source_is_a_stronger_reason_than_a_shared_name():
    source = "https://example.org/raices"
    make_practice(title="Film nights", summary="RAICES has films.", source_url=source)

    assert found(title="Red RAICES", source_url=source) == [("Film nights", "Same source page")]


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

    assert found(title="Something else", source_url=source) == [("Pension desks", "Same source page")]


def test_source_is_found_however_its_address_was_published():
    make_practice(title="Pension desks", source_url="http://www.example.org/desks/?gclid=x")

    assert found(title="Something else", source_url="https://example.org/desks") == [
        ("Pension desks", "Same source page")
    ]


def test_rebuilt_index_finds_sources_of_rows_from_before():
    make_practice(title="Pension desks", source_url="https://example.org/desks")
    Practice.objects.update(source_page="")

    reindexing.rebuild()

    assert found(title="Something else", source_url="https://example.org/desks") == [
        ("Pension desks", "Same source page")
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
        [("Pension desks", "Similar summary")],
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
    proposals = [
        (document(title=f"Pensoin {word}", countries=["PH"], source_url=f"https://example.org/{word}"), [])
        for word in ("", "desks", "funds", "offices")
    ]

    with django_assert_num_queries({"sqlite": 8, "postgresql": 10}[connection.vendor]):
        duplicates.likely_duplicates_of_each(proposals[:1])
    with django_assert_num_queries({"sqlite": 8, "postgresql": 10}[connection.vendor]):
        duplicates.likely_duplicates_of_each(proposals)


def test_page_that_is_the_source_of_several_practices_says_nothing():
    for number in range(2):
        make_practice(title=f"Case {number}", source_url="https://example.org/report")

    assert found(title="Something else", source_url="https://example.org/report") == []


def test_numbered_page_of_a_list_says_nothing():
    make_practice(title="Pension desks", source_url="https://example.org/practices?page=7")

    assert found(title="Something else", source_url="https://example.org/practices?page=7") == []


@pytest.mark.parametrize("title", ["RAICES", "Red RAICES Argentina", "Law on the RAICES network"])
def test_variants_of_a_name_are_found_by_it(title):
    make_practice(
        title="Program RAICES", summary="Researchers abroad work with those at home.", countries=["AR"]
    )

    assert found(title=title, countries=["AR"]) == [("Program RAICES", "Same name: RAICES")]


def test_abbreviation_is_found_by_the_words_it_stands_for():
    make_practice(title="SHEX", summary="Pickers come for months.", countries=["CA"])

    assert [title for title, _why in found(title="Seasonal Harvest Exchange X", countries=["CA"])] == ["SHEX"]


# Open submissions -----------------------------------------------------------------------------


def found_open(submission):
    [likely] = duplicates.likely_duplicate_submissions([submission])
    return [(each.submission.pk, each.reason) for each in likely]


def test_open_submissions_are_found_for_moderators():
    earlier = make_submission(State.IN_REVIEW, title="Program RAICES", countries=["AR"])
    make_submission(State.SUBMITTED, title="Film nights", summary="Films.", countries=["AR"])
    later = make_submission(State.SUBMITTED, title="Red RAICES Argentina", countries=["AR"])

    assert found_open(later) == [(earlier.pk, "Same name: RAICES")]


def test_drafts_and_decided_submissions_are_not_found():
    for state in (State.DRAFT, State.REJECTED, State.WITHDRAWN, State.SPAM, State.PUBLISHED):
        make_submission(state)

    assert found_open(make_submission(State.SUBMITTED)) == []


def test_updates_of_the_same_practice_are_not_found_as_duplicates():
    practice = make_practice(title="Pension desks in two ports")
    make_submission(State.SUBMITTED, practice=practice)

    assert found_open(make_submission(State.SUBMITTED, practice=practice)) == []


def test_page_that_several_submissions_name_says_nothing():
    source = "https://example.org/report"
    for title in ("Lessons for sailors", "Film nights", "Soup kitchen"):
        last = make_submission(State.SUBMITTED, title=title, summary=f"{title}.", source_url=source)

    assert found_open(last) == []


def test_open_submissions_cost_a_fixed_number_of_queries(django_assert_num_queries):
    submissions = [make_submission(State.SUBMITTED) for _number in range(3)]

    with django_assert_num_queries(6):
        duplicates.likely_duplicate_submissions(submissions[-1:])
    with django_assert_num_queries(6):
        duplicates.likely_duplicate_submissions(submissions)


def test_each_of_several_proposals_finds_its_own_duplicates():
    olas, raices = (
        make_practice(title=f"Program {name}", summary=f"{name} helps.") for name in ("OLAS", "RAICES")
    )
    proposals = [({"title": f"Red {name}"}, []) for name in ("OLAS", "NUBES", "RAICES")]

    likely = duplicates.likely_duplicates_of_each([*proposals, ({"title": "OLAS"}, [olas.pk])])

    assert [[one.practice for one in each] for each in likely] == [[olas], [], [raices], []]


# In the form ----------------------------------------------------------------------------------


def test_script_gets_duplicates_of_the_typed_title(client):
    practice = make_practice(title="Pension desks in two ports")

    answer = client.post("/submit/duplicates/", {"title": "Pension desks in two ports", "countries": "x"})

    assert answer.json() == {
        "likely": [
            {
                "title": "Pension desks in two ports",
                "why": "Same title",
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

    assert page.one("section", "review-duplicates").links()[0] == (
        "Pension desks in two ports",
        practice.get_absolute_url(),
    )


TRANSLATED = {
    "title": "Guichets des pensions dans deux ports",
    "summary": "Des guichets dans deux ports aident les travailleurs de retour à toucher leurs pensions de l’étranger.",
}


@pytest.mark.usefixtures("semantic_search")
def test_translation_of_a_practice_is_found_by_its_meaning():
    make_practice(title="Pension desks in two ports", summary=SUMMARY, countries=["PH"], tags=[])

    assert found(**TRANSLATED, countries=["PH"], objectives=[21]) == [
        ("Pension desks in two ports", "Similar in meaning")
    ]
    assert found(**TRANSLATED, countries=["GE"], objectives=[21]) == []


def test_translation_of_a_practice_is_not_found_without_search_by_meaning():
    make_practice(title="Pension desks in two ports", summary=SUMMARY, countries=["PH"], tags=[])

    assert found(**TRANSLATED, countries=["PH"], objectives=[21]) == []


COPIED = (
    "Counsellors visit harbours every Friday, explain contracts to fishermen in their own language, keep copies of "
    "papers, and accompany anyone who was not paid to the labour inspector until the wages arrive."
)


def test_text_copied_under_another_title_and_country_is_found():
    make_practice(title="Harbour counsel", countries=["GH"], summary=COPIED)
    make_practice(title="Friday visits", countries=["GE"], summary="Counsellors visit schools every Friday.")

    assert found(title="Fair pay at sea", countries=["NP"], summary=f"{COPIED} Free.") == [
        ("Harbour counsel", "Almost the same summary")
    ]


def test_submission_copied_under_another_title_and_country_is_found():
    copies = [
        make_submission(State.SUBMITTED, title=title, countries=[country], summary=COPIED)
        for title, country in (("Harbour counsel", "GH"), ("Fair pay at sea", "NP"))
    ]

    [likely, _other] = duplicates.likely_duplicate_submissions(copies)

    assert [(one.submission, one.reason) for one in likely] == [(copies[1], "Almost the same summary")]
