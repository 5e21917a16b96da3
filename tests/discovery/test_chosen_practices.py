"""The filter on practices by their numbers, as of a kit: lists, totals, feeds and words."""

import pytest
from django.http import QueryDict

from practices import workflow
from practices.discovery import PracticeFilter, results
from practices.notifications import saved_filters
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices():
    return [make_practice(title=title) for title in ("Ports", "Desks", "Funds", "Clinics")]


def query_of(*practices, more=""):
    return "&".join([*(f"practice={practice.pk}" for practice in practices), *filter(None, [more])])


def filter_of(*practices, more=""):
    return PracticeFilter(QueryDict(query_of(*practices, more=more)))


def test_list_has_the_chosen_practices(practices):
    ports, _desks, funds, _clinics = practices

    chosen = filter_of(ports, funds)

    assert [practice.title for practice in chosen.practices] == ["Funds", "Ports"]
    assert [row.practice for row in results.page(chosen.selection, sort="newest", size=20)] == [
        funds.pk,
        ports.pk,
    ]
    assert chosen.total.number == 2


def test_chosen_practices_are_combined_with_other_filters(practices):
    ports, _desks, funds, _clinics = practices

    assert filter_of(ports, funds, more="q=funds").total.number == 1
    assert filter_of(ports, funds, more="objective=21").total.number == 2
    assert filter_of(ports, funds, more="objective=22").total.number == 0


def test_filter_has_one_spelling(practices):
    ports, desks = practices[:2]

    chosen = PracticeFilter(QueryDict(f"practice={desks.pk}&practice=0{ports.pk}&practice={ports.pk}"))

    assert chosen.query == query_of(ports, desks)


@pytest.mark.parametrize("value", ["x", "-1", "²", "1,2"])
def test_what_is_no_number_is_reported(value):
    assert not PracticeFilter(QueryDict(f"practice={value}")).is_valid()


def test_numbers_of_any_size_find_nothing(practices):
    assert PracticeFilter(QueryDict(f"practice={'9' * 40}")).total.number == 0


def test_chosen_practices_are_named_by_their_titles(practices):
    ports, desks, funds, clinics = practices

    assert filter_of(ports, desks).description == "“Ports” and “Desks”"
    assert filter_of(ports, desks, funds, clinics).description == "“Ports”, “Desks” and 2 others"


def test_withdrawn_practice_stays_in_a_saved_filter_without_its_title(practices, moderator):
    ports, desks = practices[:2]
    workflow.withdraw_practice(desks, by=moderator, reason="Its source is gone.")

    query = query_of(ports, desks)

    assert saved_filters.is_valid(query)
    assert saved_filters.canonical(QueryDict(query)) == query
    assert saved_filters.describe(query) == f"a kit of 2 practices (“Ports” and practice {desks.pk})"


def test_matching_reads_no_titles(practices, django_assert_num_queries):
    ports, desks = practices[:2]
    query = query_of(ports)
    saved_filters.matches(query, ports)

    with django_assert_num_queries(1):
        found = saved_filters.matches(query, ports)

    assert (found, saved_filters.matches(query, desks)) == (True, False)


def test_feed_has_the_chosen_practices(client, practices):
    ports, _desks, funds, _clinics = practices

    feed = client.get(f"/practices/feed.json?{query_of(ports, funds)}").json()

    assert [item["title"] for item in feed["items"]] == ["Funds", "Ports"]
