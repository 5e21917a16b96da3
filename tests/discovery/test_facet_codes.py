"""Signs: what stands for the keys of a practice is found and counted, whichever character it is."""

import pytest

from practices.discovery import facet_codes, results
from practices.discovery.results import Selection
from practices.models import FacetKey
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db

AT_ENDS = [1_950, 1_952, 55_199, 55_200, 63_391, 63_392, 1_000_000]
"""Numbers of keys at and around the ends of what UTF-8 says in two bytes and three, and of surrogates."""


@pytest.fixture(autouse=True)
def look_at_signs(monkeypatch):
    """As where many practices have a key."""
    monkeypatch.setattr(results, "FEW", 0)


def listed(*keys):
    selection = Selection((keys, ("objective:20", "objective:21")))
    return [found.practice for found in results.page(selection, sort="newest", size=20)]


@pytest.mark.parametrize("number", AT_ENDS)
def test_key_of_any_number_is_found_and_counted(number):
    FacetKey.objects.create(pk=number, key="tag:ports")
    FacetKey.objects.create(pk=number + 1, key="tag:desks")
    practice = make_practice(tags=["ports"], language="fr")
    make_practice(tags=["desks"])

    counted = results.facet_counts(Selection((("language:fr",), ("tag:ports",))))

    assert listed("tag:ports", "tag:boats") == [practice.pk]
    assert (counted["all"], counted["tag:ports"], "tag:desks" in counted) == (1, 1, False)


def test_signs_differ_and_lead_back_to_their_keys():
    FacetKey.objects.bulk_create(FacetKey(pk=number, key=f"tag:{number}") for number in AT_ENDS)

    known = facet_codes.keys_by_code()

    assert sorted(known.values()) == sorted(f"tag:{number}" for number in AT_ENDS)
    assert facet_codes.encode(["tag:55200", "tag:unknown"]) == next(
        sign for sign, key in known.items() if key == "tag:55200"
    )


@pytest.mark.parametrize("years", [1, 4, 5, 9], ids="{} values".format)
def test_any_of_several_values_will_do(years):
    practices = [make_practice(start_year=2000, end_year=2001 + number) for number in range(years)]
    make_practice(start_year=2000, end_year=1999 + 101)

    keys = [f"end:{2001 + number}" for number in range(years)]

    assert sorted(listed(*keys)) == [practice.pk for practice in practices]


def test_value_that_no_practice_ever_had_is_found_nowhere():
    make_practice()

    assert listed("tag:unheard-of", "tag:unknown") == []
