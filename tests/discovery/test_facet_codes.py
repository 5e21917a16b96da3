"""Facet codes: keys are found and counted whatever the character of their code."""

import pytest

from practices.discovery import facet_codes, results
from practices.discovery.results import Selection
from practices.models import FacetKey
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db

BOUNDARIES = [1_950, 1_952, 55_199, 55_200, 63_391, 63_392, 1_000_000]
"""Key numbers around the boundaries of two and three bytes in UTF-8, and of surrogates."""


@pytest.fixture(autouse=True)
def filter_by_codes(monkeypatch):
    """Treat every key as common, so that filters use facet codes."""
    monkeypatch.setattr(results, "FEW", 0)


def listed(*keys):
    selection = Selection((keys, ("objective:20", "objective:21")))
    return [found.practice for found in results.page(selection, sort="newest", size=20)]


@pytest.mark.parametrize("number", BOUNDARIES)
def test_key_of_any_number_is_found_and_counted(number):
    FacetKey.objects.create(pk=number, key="tag:ports")
    FacetKey.objects.create(pk=number + 1, key="tag:desks")
    practice = make_practice(tags=["ports"], language="fr")
    make_practice(tags=["desks"])

    counted = results.facet_counts(Selection((("language:fr",), ("tag:ports",))))

    assert listed("tag:ports", "tag:boats") == [practice.pk]
    assert (counted["all"], counted["tag:ports"], "tag:desks" in counted) == (1, 1, False)


def test_codes_are_distinct_and_decode_to_their_keys():
    FacetKey.objects.bulk_create(FacetKey(pk=number, key=f"tag:{number}") for number in BOUNDARIES)

    known = facet_codes.keys_by_code()

    assert sorted(known.values()) == sorted(f"tag:{number}" for number in BOUNDARIES)
    assert facet_codes.encode(["tag:55200", "tag:unknown"]) == next(
        code for code, key in known.items() if key == "tag:55200"
    )


@pytest.mark.parametrize("years", [1, 4, 5, 9], ids="{} values".format)
def test_practice_with_any_of_several_values_is_found(years):
    practices = [make_practice(start_year=2000, end_year=2001 + number) for number in range(years)]
    make_practice(start_year=2000, end_year=1999 + 101)

    keys = [f"end:{2001 + number}" for number in range(years)]

    assert sorted(listed(*keys)) == [practice.pk for practice in practices]


def test_value_without_a_code_matches_nothing():
    make_practice()

    assert listed("tag:unheard-of", "tag:unknown") == []
