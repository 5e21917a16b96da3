from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.notifications.subscriptions import estimate
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(clock):
    clock.move_to(TODAY)


def publish(*days_ago, **changes):
    for days in days_ago:
        make_practice(announce=True, now=TODAY - timedelta(days=days), **changes)


def numbers(query):
    return dict(estimate(query).emails)


def test_estimate_counts_what_the_filter_would_have_brought():
    publish(360, 200, 200, 198, 10, objectives=[21])
    publish(300, 100, objectives=[3])

    found = estimate("objective=21")

    # The days 200 and 198 ago are in one week.
    assert (dict(found.emails), found.days) == ({"at_once": 5, "daily": 4, "weekly": 3}, 360)


@pytest.mark.parametrize(
    ("query", "emails"),
    [("", 7), ("objective=21&objective=3", 7), ("objective=3", 3), ("country=ph", 3), ("q=remittances", 3)],
)
def test_estimate_follows_the_filter(query, emails):
    publish(200, 150, 100, 50, objectives=[21])
    publish(190, 140, 90, objectives=[3], countries=["PH"], title="Remittances")

    assert numbers(query)["at_once"] == emails


def test_estimate_leaves_out_what_was_never_announced_or_is_older_than_a_year_or_withdrawn():
    publish(366, 200, 100, 50)
    make_practice(now=TODAY - timedelta(days=20))
    make_practice(announce=True, now=TODAY - timedelta(days=20), withdrawn=True)

    assert numbers("")["at_once"] == 3


@pytest.mark.parametrize("days", [[], [200, 100], [20, 10, 5]], ids=["none", "too few", "too young"])
def test_nothing_is_estimated_from_too_little(days):
    publish(*days)

    found = estimate("")

    assert (found.is_known, found.number("daily"), found.source) == (
        False,
        "",
        "Too early to say how many e-mails this brings.",
    )


@pytest.mark.parametrize(
    ("days", "number", "source"),
    [
        (range(1, 366, 14), "about 2 e-mails a month", "Judged by the last 12 months."),
        (range(5, 366, 90), "about 5 e-mails a year", "Judged by the last 12 months."),
        (range(1, 61, 4), "about 8 e-mails a month", "Judged by the last 2 months."),
    ],
    ids=["twice a month", "five a year", "young"],
)
def test_estimate_is_said_by_the_month_or_by_the_year(days, number, source):
    publish(*days)

    found = estimate("")

    assert (found.number("at_once"), found.source) == (number, source)


def test_summary_names_at_once_and_weekly_where_they_differ():
    publish(360, *[100] * 40, 10)

    assert estimate("").summary == (
        "At once: about 4 e-mails a month. Weekly: about 3 e-mails a year. Judged by the last 12 months."
    )


def test_summary_says_how_many_there_were_where_they_are_too_few_to_estimate_from():
    publish(300, 200, 100)
    publish(150, 50, title="Remittances")

    assert estimate("q=remittances").summary == "This would have brought 2 e-mails in the last 12 months."


def test_estimate_costs_the_same_number_of_queries_whatever_there_is(django_assert_num_queries):
    publish(200, 190, 180)
    with CaptureQueriesContext(connection) as few:
        estimate("objective=21&country=ph")
    publish(150, 100, 50)

    with django_assert_num_queries(len(few)):
        estimate("objective=21&country=ph")


def test_estimate_is_kept_until_something_is_published(django_assert_num_queries):
    publish(200, 150, 100)
    first = estimate("objective=21")

    with django_assert_num_queries(2):  # the versions of the catalogue and of its names
        again = estimate("objective=21")

    publish(50)
    assert (again, numbers("objective=21")["at_once"]) == (first, 4)
