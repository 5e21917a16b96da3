"""Queries whose SQL is put together once."""

from datetime import timedelta

import pytest
from django.db import connection

from practices.core.prepared import prepared, row_of
from practices.models import Practice
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


@prepared
def titles(keys):
    return Practice.objects.filter(pk__in=keys).order_by("title").values_list("title")


@prepared
def countries(keys):
    through = Practice.countries.through.objects.filter(practice__in=keys).order_by("practice_id")
    return through.values_list("country__code")


@prepared
def published_since(at, language):
    return Practice.objects.filter(published_at__gte=at, language=language).values_list("pk", "published_at")


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_prepared_query_takes_lists_of_any_length(number):
    keys = [make_practice(title=f"Practice {place}").pk for place in range(number)]
    make_practice(title="Another")

    found = titles(keys)

    assert found == [(f"Practice {place}",) for place in range(number)]


def test_prepared_query_takes_lists_for_relations():
    keys = [make_practice(countries=[code]).pk for code in ("PH", "GE", "FR")]

    assert countries(keys) == [("PH",), ("GE",), ("FR",)]


def test_prepared_query_takes_instants_and_returns_them():
    practice = make_practice(language="fr")

    found = published_since(practice.published_at, "fr")

    assert found == [(practice.pk, practice.published_at)]
    assert published_since(practice.published_at + timedelta(seconds=1), "fr") == []


def test_prepared_query_of_an_empty_list_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert titles([]) == []


def test_prepared_query_is_built_once():
    built = []

    @prepared
    def keys_of(title):
        built.append(title)
        return Practice.objects.filter(title=title).values_list("pk")

    practice = make_practice(title="Legal advice")

    assert (keys_of("Legal advice"), keys_of("Another")) == ([(practice.pk,)], [])
    assert len(built) == 1


def test_prepared_query_is_part_of_another_statement():
    practice = make_practice(title="Legal advice")

    sql, parameters = titles.select([practice.pk])

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS found", parameters)
        assert cursor.fetchone() == (1,)


def test_row_of_columns_in_any_order_has_them_and_defers_the_others(django_assert_num_queries):
    practice = make_practice(title="Legal advice")

    row = row_of(Practice, ["title", "id"], ["Legal advice", practice.pk])

    assert row == practice
    with django_assert_num_queries(0):
        assert row.title == "Legal advice"
    with django_assert_num_queries(1):
        assert row.summary == practice.summary


def test_prepared_query_of_a_number_too_large_for_a_column_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert published_since(2**63, "en") == []
