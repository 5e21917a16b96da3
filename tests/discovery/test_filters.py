from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from practices import workflow
from practices.discovery.filters import PracticeFilter
from practices.models import Country, ImplementerKind, Practice
from practices.notifications import saved_filters
from practices.web.browse.sidebar import Sidebar
from tests.support.factories import document, make_practice, make_three_that_differ

pytestmark = pytest.mark.django_db


def filtered(query):
    return PracticeFilter(QueryDict(query))


def titles(query):
    return [practice.title for practice in filtered(query).practices]


@pytest.fixture
def practices(db):
    """Create three different practices."""
    make_three_that_differ()


# Facets ---------------------------------------------------------------------------


BY_ONE_FACET = {
    "": ["Skills", "Remittances", "Ports"],
    "objective=21": ["Remittances", "Ports"],
    "objective=20": ["Remittances"],
    "objective=1": [],
    "country=ph": ["Remittances", "Ports"],
    "country=ke": ["Skills"],
    "country=PH": ["Remittances", "Ports"],
    "region=asia": ["Remittances", "Ports"],
    "region=western-asia": ["Remittances"],
    "region=africa": ["Skills"],
    "region=sub-saharan-africa": ["Skills"],
    "region=europe": [],
    "type=service": ["Ports"],
    "type=other": [],
    "tag=diaspora": ["Skills", "Remittances"],
    "tag=decent-work": ["Ports"],
    "tag=%D8%B9%D9%85%D9%84": ["Skills"],
    "q=remit…": ["Remittances"],
    "q=philippines": ["Remittances", "Ports"],
}
"""Query → titles."""


def test_facet_alone(practices):
    assert {query: titles(query) for query in BY_ONE_FACET} == BY_ONE_FACET


BY_VALUES_OF_ONE_FACET = {
    "objective=18&objective=20": ["Skills", "Remittances"],
    "country=ke&country=ge": ["Skills", "Remittances"],
    "region=africa&region=western-asia": ["Skills", "Remittances"],
    "type=service&type=campaign": ["Remittances", "Ports"],
    "tag=decent-work&tag=diaspora": ["Skills", "Remittances", "Ports"],
    "objective=21&objective=20": ["Remittances", "Ports"],
    "objective=21&objective=21": ["Remittances", "Ports"],
}
"""Query → titles."""


def test_values_of_one_facet_are_or(practices):
    assert {query: titles(query) for query in BY_VALUES_OF_ONE_FACET} == BY_VALUES_OF_ONE_FACET


BY_SEVERAL_FACETS = {
    "objective=21&country=ge": ["Remittances"],
    "objective=21&type=service": ["Ports"],
    "objective=18&country=ph": [],
    "region=asia&tag=diaspora": ["Remittances"],
    "q=desks&objective=21&since=2017&until=2017": ["Ports"],
    "objective=18&objective=21&tag=diaspora&country=ke&country=ph": ["Skills", "Remittances"],
}
"""Query → titles."""


def test_different_facets_are_and(practices):
    assert {query: titles(query) for query in BY_SEVERAL_FACETS} == BY_SEVERAL_FACETS


def test_subregion_and_its_region_find_the_practice_once(practices):
    assert titles("region=asia&region=western-asia&region=south-eastern-asia") == ["Remittances", "Ports"]


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (2016, 2018, [2016, 2017, 2018]),
        (2016, 2016, [2016]),
        (2016, None, [2016, 2017, 2018, 2019]),
        (None, 2016, [2015, 2016]),
        (None, None, []),
    ],
)
def test_years_find_practices_that_ran_in_them(start, end, years):
    make_practice(title="Ports", start_year=start, end_year=end)

    found = [year for year in range(2015, 2020) if titles(f"since={year}&until={year}")]

    assert found == years


def test_withdrawn_practice_matches_no_filter():
    make_practice(objectives=[21], countries=["PH"], withdrawn=True)

    assert titles("objective=21&country=ph") == []


def test_filter_keeps_the_order_of_the_queryset(practices):
    by_title = PracticeFilter(QueryDict("objective=21"), queryset=Practice.objects.order_by("title"))

    assert [practice.title for practice in by_title.practices] == ["Ports", "Remittances"]


def test_filter_uses_the_latest_revision(practices):
    ports = Practice.objects.get(title="Ports")
    workflow.publish_document(document(title="Ports", objectives=[5], countries=["KE"]), to=ports)

    assert (titles("country=ke"), titles("objective=5"), titles("type=service")) == (
        ["Skills", "Ports"],
        ["Ports"],
        [],
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("objective=21&main=1", ["Ports"]),
        ("objective=21&main=0", ["Remittances"]),
        ("objective=18&objective=21&main=0", ["Remittances"]),
        ("main=1", ["Skills", "Remittances", "Ports"]),
        ("status=running", ["Remittances"]),
        ("status=completed", ["Skills", "Ports"]),
        ("status=completed&status=running&objective=21", ["Remittances", "Ports"]),
        (
            "implementer=local-or-regional-government&principle=a&sdg=8&evidence=evaluated&licence=cc0-1.0&language=fr",
            ["Port"],
        ),
        ("language=fr&language=en&sdg=8", ["Port"]),
        ("licence=cc-by-4.0", []),
    ],
)
def test_every_other_facet_filters(practices, query, found):
    kind = ImplementerKind.objects.get(slug="local-or-regional-government").slug
    make_practice(
        title="Port", objectives=[1], language="fr", sdgs=[8], principles=["a"], evidence_level="evaluated",
        licence="CC0-1.0", implementer_kinds=[kind], start_year=None,
    )  # fmt: skip

    shown = titles(query)

    assert (
        [title for title in shown if title != "Port"] if "main" in query or "status" in query else shown
    ) == found


def test_practice_that_ends_this_year_is_running(clock):
    make_practice(title="Until this year", end_year=timezone.now().year)

    this_year, next_year = titles("status=running"), None
    clock.shift(timedelta(days=366))
    next_year = titles("status=running")

    assert (this_year, next_year) == (["Until this year"], [])


@pytest.mark.parametrize(
    "query", ["objective=21&country=ph", "q=desks", "q=nothing", "status=running&until=2020"]
)
def test_matches_agrees_with_the_list(practices, query):
    asked = filtered(query)

    passing = [practice for practice in Practice.objects.published() if asked.matches(practice)]

    assert passing == list(asked.practices)


# Query string and description -----------------------------------------------------


CANONICAL = {
    "": "",
    "until=2016&objective=21&q=ports": "q=ports&objective=21&until=2016",
    "tag=diaspora&type=service&region=asia&country=ph": "region=asia&country=ph&type=service&tag=diaspora",
    "objective=21&objective=3&objective=21": "objective=3&objective=21",
    "q=++pension%20%20desks+": "q=pension+desks",
    "q=": "",
    "page=3&utm_source=x&objective=21": "objective=21",
    "country=PH": "country=ph",
    "objective=21&country=xx&since=soon": "objective=21",
    "tag=%D8%B9%D9%85%D9%84": "tag=%D8%B9%D9%85%D9%84",
}
"""Query → the canonical one of the same filter."""


def test_query_is_canonical(practices):
    assert {query: filtered(query).query for query in CANONICAL} == CANONICAL


def test_canonical_query_finds_the_same(practices):
    query = "country=ph&objective=21&objective=20&q=desks"

    assert titles(filtered(query).query) == titles(query) == ["Remittances", "Ports"]


DESCRIPTIONS = {
    "": "",
    "objective=20&country=ph": "20. Remittances · Philippines",
    "objective=20&country=ph&country=ge&country=ke": "20. Remittances · Georgia, Kenya or Philippines",
    "since=2016&q=pension+desks&region=asia": "pension desks · Asia · running in or after 2016",
    "tag=decent-work&type=service": "Service · Decent work",
}
"""Query → words."""


def test_description_of_a_filter(practices):
    assert {query: filtered(query).description for query in DESCRIPTIONS} == DESCRIPTIONS


def test_unbound_filter_has_no_description(practices):
    unbound = PracticeFilter()

    assert (unbound.query, unbound.description, Sidebar(unbound).chips, unbound.practices.count()) == (
        "",
        "",
        [],
        3,
    )


# Invalid values -------------------------------------------------------------------


UNKNOWN_VALUES = {
    "objective=24": "Objective: We do not know “24”, so this filter was ignored.",
    "objective=021": "Objective: We do not know “021”, so this filter was ignored.",
    "objective=%C2%B2": "Objective: We do not know “²”, so this filter was ignored.",
    "objective=-1": "Objective: We do not know “-1”, so this filter was ignored.",
    "objective=99999999999999999999": "Objective: We do not know “99999999999999999999”, so this filter was ignored.",
    "objective=21%00x": "Objective: We do not know “21x”, so this filter was ignored.",
    "objective=21&objective=nine": "Objective: We do not know “nine”, so this filter was ignored.",
    "country=xx&country=yy": "Country: We do not know “xx”, “yy”, so this filter was ignored.",
    "country=philippines": "Country: We do not know “philippines”, so this filter was ignored.",
    "region=atlantis": "Region: We do not know “atlantis”, so this filter was ignored.",
    "type=%27+OR+1%3D1": "Type of practice: We do not know “' or 1=1”, so this filter was ignored.",
    "tag=unheard-of": "Topic: We do not know “unheard-of”, so this filter was ignored.",
    "since=soon": "Running in or after: Enter a year from 1000 to 2100, such as 2019.",
    "since=%C2%B2": "Running in or after: Enter a year from 1000 to 2100, such as 2019.",
    "since=999": "Running in or after: Enter a year from 1000 to 2100, such as 2019.",
    "since=99999999999999999999": "Running in or after: Enter a year from 1000 to 2100, such as 2019.",
}
"""Query → message."""


def test_unknown_value_is_reported_and_ignored(practices):
    filters = {query: filtered(query) for query in UNKNOWN_VALUES}

    assert {query: each.error_messages for query, each in filters.items()} == {
        query: [message] for query, message in UNKNOWN_VALUES.items()
    }
    assert {
        query: (each.query, Sidebar(each).chips, each.practices.count()) for query, each in filters.items()
    } == dict.fromkeys(UNKNOWN_VALUES, ("", [], 3))


def test_other_filters_apply_when_one_is_invalid(practices):
    practice_filter = filtered("country=xx&objective=20")

    assert [practice.title for practice in practice_filter.practices] == ["Remittances"]
    assert len(practice_filter.error_messages) == 1


def outcome(query):
    """Return the errors of a filter, its canonical query, and the number of practices that pass it."""
    practice_filter = filtered(query)
    return practice_filter.error_messages, practice_filter.query, practice_filter.practices.count()


UNKNOWN_PARAMETERS = [
    "objective[]=21",
    "objective[0]=21",
    "objective__in=21",
    "objectives=21",
    "title=Ports",
    "withdrawn_at=",
    "o=title",
    "=21",
    "&&&",
]


def test_unknown_parameter_is_ignored(practices):
    assert {query: outcome(query) for query in UNKNOWN_PARAMETERS} == dict.fromkeys(
        UNKNOWN_PARAMETERS, ([], "", 3)
    )


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (f"q={'x' * 10_000}", "Words: Ensure this value has at most 500 characters (it has 10000)."),
        (
            f"tag={'x' * 10_000}",
            f"Topic: We do not know “{'x' * 60}”, so this filter was ignored.",
        ),
        (f"since={'9' * 10_000}", "Running in or after: Enter a year from 1000 to 2100, such as 2019."),
    ],
)
def test_value_of_10000_characters_is_ignored(practices, query, fault):
    practice_filter = filtered(query)

    assert (practice_filter.error_messages, practice_filter.practices.count()) == ([fault], 3)


EMPTY_VALUES = [
    "objective=",
    "objective=&country=",
    "objective=%00",
    "q=%00",
    "q=+++",
    "since=",
]


def test_empty_value_is_no_filter(practices):
    assert {query: outcome(query) for query in EMPTY_VALUES} == dict.fromkeys(EMPTY_VALUES, ([], "", 3))


def test_last_of_repeated_years_counts(practices):
    assert filtered("since=1999&since=2017&until=2017").query == "since=2017&until=2017"


def test_values_of_a_facet_beyond_the_fiftieth_are_ignored(practices):
    countries = list(Country.objects.exclude(code="KE").values_list("code", flat=True)[:50])

    practice_filter = filtered("&".join(f"country={code}" for code in [*countries, "KE"]))

    assert [value for value, _label in practice_filter.values["country"]] == [
        code.lower() for code in countries
    ]
    assert practice_filter.error_messages == []


def test_nul_in_search_text_is_removed(practices):
    assert titles("q=Remit%00tances") == ["Remittances"]


@pytest.mark.parametrize("text", ["-remittances", "!!!", '""', '-"labour migration"'])
def test_search_without_words_is_not_valid(practices, text):
    practice_filter = PracticeFilter({"q": text})

    assert practice_filter.is_valid() is False
    assert practice_filter.error_messages[0].startswith("Your search has no word to look for.")
    assert saved_filters.matches(urlencode({"q": text}), Practice.objects.first()) is False


@pytest.mark.parametrize(("file", "status"), [("export.csv", 400), ("export.json", 400), ("feed.atom", 404)])
def test_search_without_words_has_no_files(client, practices, file, status):
    response = client.get(f"/practices/{file}", {"q": "-remittances"})

    assert response.status_code == status
