"""Suggestions for the search field, from published practices only."""

import pytest

from practices.discovery.autocomplete import MAX_FOUND, suggest
from practices.models import Country, Objective
from tests.support.factories import make_practice
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return make_practice(
        title="Pension desks in two ports", countries=["CI", "PH"], tags=["Pensions", "port workers"]
    )


def labels(text):
    return [str(row) for row in suggest(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phil", ["Philippines"]),
        ("cote d", ["Côte d’Ivoire"]),
        ("IVOIRE", ["Côte d’Ivoire"]),
        ("ivory c", ["Côte d’Ivoire"]),
        ("filipinas", ["Philippines"]),
        ("pension", ["Pensions", "Pension desks in two ports"]),
        ("port w", ["port workers"]),
        ("TWO por", ["Pension desks in two ports"]),
        ("21", ["21. Dignified return and reintegration"]),
        ("objective 21", ["21. Dignified return and reintegration"]),
        ("GCM 21", ["21. Dignified return and reintegration"]),
        ("traff", ["10. Eradicate trafficking"]),
        ("south-east", ["South-eastern Asia"]),
        ("sub sah", ["Sub-Saharan Africa"]),
        ("south east asia", ["South-eastern Asia"]),
    ],
)
def test_names_with_matching_prefixes_are_suggested(practice, text, expected):
    assert labels(text) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "p", "%", "__", "\x00\x01", "germany", "zz", "%%%", "'\"", "🙂", "p" * 10_000]
)
def test_nothing_is_suggested_without_enough_letters(practice, text):
    assert labels(text) == []


def test_title_is_suggested_before_newer_practices_with_its_words_elsewhere():
    make_practice(title="Two desks for seafarers")
    for number in range(MAX_FOUND):
        make_practice(title=f"Port {number}", summary="Seafarers are advised.")

    assert labels("seafar") == ["Two desks for seafarers"]


def test_nothing_of_a_withdrawn_practice_is_suggested():
    make_practice(title="Pension desks", countries=["PH"], tags=["pensions"], withdrawn=True)

    assert labels("phil") + labels("pension") == []


def test_at_most_four_of_a_kind_are_suggested(db):
    make_practice(
        countries=list(Country.objects.values_list("code", flat=True)),
        tags=[f"mobile {number}" for number in range(9)],
    )

    assert labels("mobile") == ["mobile 0", "mobile 1", "mobile 2", "mobile 3"]
    assert labels("ma")[1:] == ["Madagascar", "Malawi", "Malaysia", "Maldives"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pension desks phil", [("pension desks", "Philippines")]),
        ("desks in the ivory c", [("desks", "Côte d’Ivoire")]),
        ("desks port w", [("desks", "port workers")]),
        ("pension 21", [("pension", "21. Dignified return and reintegration")]),
        ("quokka phil", []),
        ("desks germ", []),
    ],
)
def test_last_words_are_suggested_within_a_search_for_the_others(practice, text, expected):
    assert [(each.words, str(each.row)) for each in suggest(text)] == expected


def test_suggestion_within_a_search_leads_to_both(client, practice):
    [suggestion] = client.get("/suggest/", {"q": "pension desks phil"}).json()["suggestions"]

    assert suggestion == {
        "kind": "Country",
        "text": "pension desks · Philippines",
        "url": "/practices/?q=pension+desks&country=ph",
    }


def test_concept_is_suggested_by_a_name_in_any_language_instead_of_its_tag(client):
    make_concept("remittances", en=["remittances"], fr=["envois de fonds"])
    make_concept("trafficking", en=["trafficking"], fr=["envoi forcé"])
    make_practice(title="Cheap remittances", tags=["remittances"])

    answers = [client.get("/suggest/", {"q": text}).json()["suggestions"] for text in ("envois de", "remitt")]

    concept = {"kind": "Topic", "text": "Remittances", "url": "/topics/remittances/"}
    assert answers[0] == [concept]
    assert [each for each in answers[1] if each["kind"] == "Topic"] == [concept]


@pytest.mark.django_db
def test_area_that_is_no_region_is_suggested_with_its_countries_that_have_practices(client):
    make_practice(countries=["NE", "ML", "PH"])

    answer = client.get("/suggest/", {"q": "sahel"}).json()["suggestions"]

    assert answer == [{"kind": "Area", "text": "Sahel", "url": "/practices/?country=ml&country=ne"}]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["sahe", "Сахе", "baltic sta", "CEMA"])
def test_area_is_suggested_before_its_name_is_complete(client, typed):
    make_practice(countries=["NE", "EE", "CM"])

    suggestions = client.get("/suggest/", {"q": typed}).json()["suggestions"]

    assert [each["kind"] for each in suggestions] == ["Area"]


def test_suggestions_are_json_with_addresses_and_a_count(client, practice):
    answer = client.get("/suggest/", {"q": "phil"})

    assert answer.json() == {
        "label": "Suggestions",
        "status": "1 suggestion",
        "suggestions": [{"kind": "Country", "text": "Philippines", "url": "/practices/?country=ph"}],
    }


def test_practice_is_suggested_in_its_own_language(client):
    practice = make_practice(title="عيادات متنقلة", language="ar")

    answer = client.get("/suggest/", {"q": "عيادات"})

    assert answer.json()["suggestions"] == [
        {
            "kind": "Practice",
            "text": "عيادات متنقلة",
            "url": practice.get_absolute_url(),
            "language": "ar",
            "direction": "rtl",
        }
    ]


def test_suggested_listings_are_not_empty(client, practice):
    for text in ("21", "phil", "port w"):
        (suggestion,) = client.get("/suggest/", {"q": text}).json()["suggestions"]

        page = client.get(suggestion["url"])

        assert (page.status_code, "Pension desks in two ports" in page.text) == (200, True)


@pytest.mark.parametrize("practices", [1, 3])
def test_suggestions_cost_a_fixed_number_of_queries(client, django_assert_num_queries, practices):
    for number in range(practices):
        make_practice(countries=["MA", "ML", "MX"][: number + 1], tags=[f"ma {number}"])

    with django_assert_num_queries(8):
        client.get("/suggest/", {"q": "ma"})


def test_objectives_are_suggested_without_practices():
    assert suggest("remit") == [Objective.objects.get(number=20)]
