from datetime import timedelta

import pytest
from django.http import QueryDict

from practices import versions, workflow
from practices.filters import Correction, PracticeFilter
from practices.models import Country, ImplementerKind, Practice
from tests.factories import document, make_practice

pytestmark = pytest.mark.django_db


def filtered(query):
    return PracticeFilter(QueryDict(query), queryset=Practice.objects.published())


def titles(query):
    return [practice.title for practice in filtered(query).practices]


def options(name, query=""):
    """{value: chosen} of what the sidebar offers in a facet."""
    [facet] = [facet for facet in filtered(query).facets if facet.name == name]
    return {option.value: option.chosen for option in [*facet.options, *facet.more]}


@pytest.fixture
def practices(db):
    """Three practices that differ in everything one can filter by."""
    make_practice(
        title="Ports",
        objectives=[21],
        countries=["PH"],
        type="service",
        tags=["Decent work"],
        start_year=2016,
        end_year=2018,
    )
    make_practice(
        title="Remittances",
        objectives=[20, 21],
        countries=["GE", "PH"],
        type="campaign",
        tags=["diaspora"],
        start_year=2018,
    )
    make_practice(title="Skills", objectives=[18], countries=["KE"], tags=["diaspora", "عمل"], end_year=2012)


# Facets ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Skills", "Remittances", "Ports"]),
        ("objective=21", ["Remittances", "Ports"]),
        ("objective=20", ["Remittances"]),
        ("objective=1", []),
        ("country=ph", ["Remittances", "Ports"]),
        ("country=ke", ["Skills"]),
        ("country=PH", ["Remittances", "Ports"]),
        ("region=asia", ["Remittances", "Ports"]),
        ("region=western-asia", ["Remittances"]),
        ("region=africa", ["Skills"]),
        ("region=sub-saharan-africa", ["Skills"]),
        ("region=europe", []),
        ("type=service", ["Ports"]),
        ("type=other", []),
        ("tag=diaspora", ["Skills", "Remittances"]),
        ("tag=decent-work", ["Ports"]),
        ("tag=%D8%B9%D9%85%D9%84", ["Skills"]),
        ("q=remit", ["Remittances"]),
        ("q=philippines", ["Remittances", "Ports"]),
    ],
)
def test_facet_alone(practices, query, found):
    assert titles(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("objective=18&objective=20", ["Skills", "Remittances"]),
        ("country=ke&country=ge", ["Skills", "Remittances"]),
        ("region=africa&region=western-asia", ["Skills", "Remittances"]),
        ("type=service&type=campaign", ["Remittances", "Ports"]),
        ("tag=decent-work&tag=diaspora", ["Skills", "Remittances", "Ports"]),
        ("objective=21&objective=20", ["Remittances", "Ports"]),
        ("objective=21&objective=21", ["Remittances", "Ports"]),
    ],
)
def test_values_of_one_facet_are_or(practices, query, found):
    assert titles(query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("objective=21&country=ge", ["Remittances"]),
        ("objective=21&type=service", ["Ports"]),
        ("objective=18&country=ph", []),
        ("region=asia&tag=diaspora", ["Remittances"]),
        ("q=desks&objective=21&since=2017&until=2017", ["Ports"]),
        ("objective=18&objective=21&tag=diaspora&country=ke&country=ph", ["Skills", "Remittances"]),
    ],
)
def test_facets_among_each_other_are_and(practices, query, found):
    assert titles(query) == found


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
def test_year_finds_what_ran_in_it(start, end, years):
    make_practice(title="Ports", start_year=start, end_year=end)

    found = [year for year in range(2015, 2020) if titles(f"since={year}&until={year}")]

    assert found == years


def test_withdrawn_practice_passes_no_filter():
    make_practice(objectives=[21], countries=["PH"], withdrawn=True)

    assert titles("objective=21&country=ph") == []


def test_filter_keeps_the_order_given(practices):
    by_title = PracticeFilter(QueryDict("objective=21"), queryset=Practice.objects.order_by("title"))

    assert [practice.title for practice in by_title.practices] == ["Ports", "Remittances"]


def test_filter_finds_what_the_latest_revision_says(practices):
    ports = Practice.objects.get(title="Ports")
    workflow.publish_document(document(title="Ports", objectives=[5], countries=["KE"]), to=ports)

    assert (titles("country=ke"), titles("objective=5"), titles("type=service")) == (
        ["Skills", "Ports"],
        ["Ports"],
        [],
    )


# The query and its words ------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("until=2016&objective=21&q=ports", "q=ports&objective=21&until=2016"),
        (
            "tag=diaspora&type=service&region=asia&country=ph",
            "region=asia&country=ph&type=service&tag=diaspora",
        ),
        ("objective=21&objective=3&objective=21", "objective=21&objective=3"),
        ("q=++pension%20%20desks+", "q=pension+desks"),
        ("q=", ""),
        ("page=3&utm_source=x&objective=21", "objective=21"),
        ("country=PH", "country=ph"),
        ("objective=21&country=xx&since=soon", "objective=21"),
        ("tag=%D8%B9%D9%85%D9%84", "tag=%D8%B9%D9%85%D9%84"),
    ],
)
def test_query_is_canonical(practices, query, canonical):
    assert filtered(query).query == canonical


def test_canonical_query_finds_the_same(practices):
    query = "country=ph&objective=21&objective=20&q=desks"

    assert titles(filtered(query).query) == titles(query) == ["Remittances", "Ports"]


def test_chips_name_what_is_in_force_and_the_way_without(practices):
    chips = filtered("objective=21&objective=20&country=ph&q=desks").chips

    assert [(str(chip.facet), chip.label, chip.query_without) for chip in chips] == [
        ("Words", "desks", "objective=21&objective=20&country=ph"),
        ("Objective", "21. Dignified return and reintegration", "q=desks&objective=20&country=ph"),
        ("Objective", "20. Remittances", "q=desks&objective=21&country=ph"),
        ("Country", "Philippines", "q=desks&objective=21&objective=20"),
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ""),
        ("objective=20&country=ph", "20. Remittances · Philippines"),
        ("since=2016&q=pension+desks&region=asia", "pension desks · Asia · since 2016"),
        ("tag=decent-work&type=service", "Service · Decent work"),
    ],
)
def test_filter_in_words(practices, query, words):
    assert filtered(query).words == words


def test_filter_without_a_query_string_has_no_words(practices):
    unbound = PracticeFilter(queryset=Practice.objects.published())

    assert (unbound.query, unbound.words, unbound.chips, unbound.practices.count()) == ("", "", [], 3)


# What is not valid ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("objective=24", "Objective: “24” is not known here, so this filter was left out."),
        ("objective=021", "Objective: “021” is not known here, so this filter was left out."),
        ("objective=%C2%B2", "Objective: “²” is not known here, so this filter was left out."),
        ("objective=-1", "Objective: “-1” is not known here, so this filter was left out."),
        (
            "objective=99999999999999999999",
            "Objective: “99999999999999999999” is not known here, so this filter was left out.",
        ),
        ("objective=21%00x", "Objective: “21x” is not known here, so this filter was left out."),
        ("objective=21&objective=nine", "Objective: “nine” is not known here, so this filter was left out."),
        ("country=xx&country=yy", "Country: “xx”, “yy” is not known here, so this filter was left out."),
        ("country=philippines", "Country: “philippines” is not known here, so this filter was left out."),
        ("region=atlantis", "Region: “atlantis” is not known here, so this filter was left out."),
        ("type=%27+OR+1%3D1", "Type of practice: “' or 1=1” is not known here, so this filter was left out."),
        ("tag=unheard-of", "Tag: “unheard-of” is not known here, so this filter was left out."),
        ("since=soon", "Running since: Enter a whole number."),
        ("since=%C2%B2", "Running since: Enter a whole number."),
        ("since=1899", "Running since: Ensure this value is greater than or equal to 1900."),
        (
            "since=99999999999999999999",
            "Running since: Ensure this value is less than or equal to 2100.",
        ),
    ],
)
def test_value_that_is_not_known_is_named_and_left_out(practices, query, message):
    practice_filter = filtered(query)

    assert practice_filter.fault_messages == [message]
    assert (practice_filter.query, practice_filter.chips) == ("", [])
    assert practice_filter.practices.count() == 3


def test_other_filters_hold_when_one_is_left_out(practices):
    practice_filter = filtered("country=xx&objective=20")

    assert [practice.title for practice in practice_filter.practices] == ["Remittances"]
    assert len(practice_filter.fault_messages) == 1


@pytest.mark.parametrize(
    "query",
    [
        "objective[]=21",
        "objective[0]=21",
        "objective__in=21",
        "objectives=21",
        "title=Ports",
        "withdrawn_at=",
        "o=title",
        "=21",
        "&&&",
    ],
)
def test_key_that_is_no_filter_is_ignored(practices, query):
    practice_filter = filtered(query)

    assert (practice_filter.fault_messages, practice_filter.query) == ([], "")
    assert practice_filter.practices.count() == 3


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (f"q={'x' * 10_000}", "Words: Ensure this value has at most 200 characters (it has 10000)."),
        (
            f"tag={'x' * 10_000}",
            f"Tag: “{'x' * 60}” is not known here, so this filter was left out.",
        ),
        (f"since={'9' * 10_000}", "Running since: Enter a whole number."),
    ],
)
def test_value_of_10000_characters_is_left_out(practices, query, fault):
    practice_filter = filtered(query)

    assert (practice_filter.fault_messages, practice_filter.practices.count()) == ([fault], 3)


@pytest.mark.parametrize(
    "query", ["objective=", "objective=&country=", "objective=%00", "q=%00", "q=+++", "since="]
)
def test_empty_value_is_no_filter(practices, query):
    practice_filter = filtered(query)

    assert (practice_filter.fault_messages, practice_filter.query) == ([], "")
    assert practice_filter.practices.count() == 3


def test_last_of_repeated_years_counts(practices):
    assert filtered("since=1999&since=2017&until=2017").query == "since=2017&until=2017"


def test_values_of_a_facet_beyond_the_fiftieth_are_left_out(practices):
    countries = list(Country.objects.exclude(code="KE").values_list("code", flat=True)[:50])

    practice_filter = filtered("&".join(f"country={code}" for code in [*countries, "KE"]))

    assert [value for value, _label in practice_filter.values["country"]] == [
        code.lower() for code in countries
    ]
    assert practice_filter.fault_messages == []


def test_nul_in_words_is_left_out(practices):
    assert titles("q=Remit%00tances") == ["Remittances"]


# The sidebar ------------------------------------------------------------------------


def test_facets_and_their_labels(practices):
    facets = [(facet.name, str(facet.label)) for facet in filtered("").facets]

    assert facets == [
        ("objective", "Objective"),
        ("region", "Region"),
        ("country", "Country"),
        ("type", "Type of practice"),
        ("implementer", "Run by"),
        ("evidence", "Evidence"),
        ("status", "Status"),
        ("principle", "Guiding principle"),
        ("sdg", "Sustainable Development Goal"),
        ("tag", "Tag"),
        ("language", "Language"),
        ("licence", "Licence"),
    ]


@pytest.mark.parametrize(
    ("facet", "offered"),
    [
        ("country", {"ge": False, "ke": False, "ph": False}),
        (
            "region",
            dict.fromkeys(
                ["africa", "asia", "south-eastern-asia", "sub-saharan-africa", "western-asia"], False
            ),
        ),
        ("tag", {"decent-work": False, "diaspora": False, "عمل": False}),
    ],
)
def test_facet_offers_what_published_practices_have(practices, facet, offered):
    make_practice(countries=["BR"], tags=["secret"], withdrawn=True)

    assert options(facet) == offered


def test_objectives_are_all_offered_in_order(practices):
    assert list(options("objective")) == [str(number) for number in range(1, 24)]


def test_types_are_all_offered(practices):
    assert len(options("type")) == 9


def test_chosen_options_are_marked(practices):
    assert options("country", "country=ph&country=ke") == {"ge": False, "ke": True, "ph": True}


def counts(name, query=""):
    """{value: count} of those values of a facet that have any."""
    [facet] = filtered(query).shown([name])
    return {option.value: option.count for option in [*facet.options, *facet.more] if option.count}


@pytest.mark.parametrize(
    ("facet", "query", "counted"),
    [
        ("objective", "", {"18": 1, "20": 1, "21": 2}),
        ("objective", "main=1&objective=20", {"18": 1, "20": 1, "21": 1}),
        ("country", "", {"ge": 1, "ke": 1, "ph": 2}),
        ("country", "objective=21", {"ge": 1, "ph": 2}),
        ("country", "country=ke", {"ge": 1, "ke": 1, "ph": 2}),
        ("country", "country=ke&objective=21", {"ge": 1, "ph": 2}),
        ("country", "country=ke&objective=21&type=service", {"ph": 1}),
        ("country", "q=remittances", {"ge": 1, "ph": 1}),
        ("country", "q=remittances&country=ke", {"ge": 1, "ph": 1}),
        ("country", "since=2018&type=campaign&type=service", {"ge": 1, "ph": 2}),
        ("country", "q=desks&until=2013", {"ke": 1}),
        (
            "region",
            "",
            {"africa": 1, "asia": 2, "south-eastern-asia": 2, "sub-saharan-africa": 1, "western-asia": 1},
        ),
        ("type", "objective=21", {"service": 1, "campaign": 1}),
        ("tag", "country=ke", {"diaspora": 1, "عمل": 1}),
        ("status", "", {"running": 1, "completed": 2}),
        ("status", "objective=21", {"running": 1, "completed": 1}),
        ("evidence", "", {"none_stated": 3}),
        ("language", "objective=18", {"en": 1}),
    ],
)
def test_values_are_counted_under_the_other_filters(practices, facet, query, counted):
    make_practice(objectives=[21], countries=["PH"], type="service", tags=["diaspora"], withdrawn=True)

    assert counts(facet, query) == counted


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("objective=21&main=1", ["Ports"]),
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


def test_what_ran_until_this_year_runs_still(clock):
    make_practice(title="Until this year", end_year=clock.now.year)

    this_year, next_year = titles("status=running"), None
    clock.advance(timedelta(days=366))
    next_year = titles("status=running")

    assert (this_year, next_year) == (["Until this year"], [])


def test_long_facet_shows_the_most_used_first_and_folds_the_rest():
    codes = ["PH", "GE", "KE", "FR", "BR", "MX", "IT", "ES", "DE", "PL", "UA", "TR", "JP", "ZA"]
    make_practice(countries=codes)
    make_practice(countries=["ZA"])

    [facet] = filtered("").shown(["country"])

    assert (facet.options[0].value, len(facet.options), [option.label for option in facet.more]) == (
        "za",
        12,
        ["Türkiye", "Ukraine"],
    )


def test_counts_cost_the_same_for_many_filters_as_for_one(practices, django_assert_max_num_queries):
    query = "q=desks&objective=21&country=ph&region=asia&type=service&tag=decent-work&since=2017"

    with versions.reading(), django_assert_max_num_queries(10):
        asked = filtered(query)
        found = [practice.title for practice in asked.practices]
        facets = asked.facets

    assert (found, len(facets)) == (["Ports"], 12)


@pytest.mark.parametrize(
    "query", ["objective=21&country=ph", "q=desks", "q=nothing", "status=running&until=2020"]
)
def test_one_practice_passes_as_in_the_list(practices, query):
    asked = filtered(query)

    passing = [practice for practice in Practice.objects.published() if asked.matches(practice)]

    assert passing == list(asked.practices)


# Help where nothing is found ----------------------------------------------------------


def test_advice_names_each_filter_without_which_there_are_practices(practices):
    asked = filtered("objective=21&country=ke&type=service")

    advice = [(str(each.facet), each.label, each.total.words, each.query_without) for each in asked.advice]
    assert (asked.total.number, advice) == (
        0,
        [("Country", "Kenya", "1 practice", "objective=21&type=service")],
    )


def test_misspelt_word_is_named_with_what_was_searched_instead(practices):
    asked = filtered("q=remitances")

    assert (titles("q=remitances"), asked.corrections) == (
        ["Remittances"],
        [Correction("remitances", ["remittances"])],
    )


def test_words_of_what_was_withdrawn_are_suggested_to_nobody(practices):
    make_practice(title="Quokka", withdrawn=True)

    assert (filtered("q=quoka").corrections, titles("q=quoka")) == ([], [])
