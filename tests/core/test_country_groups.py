import pytest

from practices.core.country_groups import COUNTRY_GROUPS
from practices.models import Country


def countries_of(slug):
    [group] = [each for each in COUNTRY_GROUPS if each.slug == slug]
    return group.countries


def test_groups_are_as_large_as_the_united_nations_says():
    sizes = {group.slug: len(group.countries) for group in COUNTRY_GROUPS}

    assert sizes == {"ldc": 44, "lldc": 32, "sids": 39}


def test_countries_that_graduated_are_no_longer_least_developed():
    graduated = {"BW", "CV", "MV", "WS", "GQ", "VU", "BT", "ST"}

    assert countries_of("ldc") & graduated == set()


@pytest.mark.django_db
def test_groups_name_countries_of_the_catalogue():
    known = set(Country.objects.values_list("code", flat=True))

    assert {code for group in COUNTRY_GROUPS for code in group.countries - known} == set()
