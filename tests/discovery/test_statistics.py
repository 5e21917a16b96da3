from datetime import timedelta

import pytest

from practices import workflow
from practices.choices import State
from practices.discovery import statistics
from practices.models import Practice
from tests.support.factories import NOW, make_practice, make_submission

pytestmark = pytest.mark.django_db


def numbers(bars):
    """What it is of → number, of the bars that have one."""
    return {str(bar.item): bar.number for bar in bars if bar.number}


def decide(moderator, *, days, state=State.PUBLISHED, at=NOW):
    """A submission that was decided on at an instant, after so many days."""
    submission = make_submission(State.SUBMITTED, now=at - timedelta(days=days))
    if state == State.PUBLISHED:
        return workflow.publish(submission, by=moderator, now=at)
    return workflow.reject(submission, by=moderator, reason="Not about migration.", now=at)


# Counts -------------------------------------------------------------------------------------


def test_practices_are_counted_by_what_they_are_of():
    make_practice(objectives=[21, 3], countries=["PH", "ID"], type="service")
    make_practice(objectives=[21], countries=["FR"])
    make_practice(withdrawn=True, objectives=[21], countries=["PH"], type="service")

    found = [
        numbers(count()) for count in (statistics.by_objective, statistics.by_region, statistics.by_type)
    ]

    assert found == [
        {"3. Information provision": 1, "21. Dignified return and reintegration": 2},
        {"Asia": 1, "Europe": 1},
        {"Service": 1},
    ]


def test_years_without_practices_are_shown_between_others():
    for day in ("2021-03-01", "2021-04-01", "2023-12-31", None):
        make_practice(submitted_on=day)

    bars = statistics.by_year(Practice.objects.published(), "submitted_on")

    assert [(bar.item, bar.number, bar.percent) for bar in bars] == [
        (2021, 2, 100),
        (2022, 0, 0),
        (2023, 1, 50),
        (None, 1, 50),
    ]


def test_years_far_apart_are_shown_alone():
    for day in ("1921-03-01", "2021-04-01"):
        make_practice(submitted_on=day)

    bars = statistics.by_year(Practice.objects.published(), "submitted_on")

    assert [bar.item for bar in bars] == [1921, 2021]


# Waits --------------------------------------------------------------------------------------


def test_median_wait_by_year_and_in_all(moderator):
    for days in (1, 2, 9):
        decide(moderator, days=days)
    for days in (4, 6):
        decide(moderator, days=days, at=NOW - timedelta(days=400))
    make_practice()

    waits = statistics.waiting_times()

    assert waits.by_year == {2025: (timedelta(days=5), 2), 2026: (timedelta(days=2), 3)}
    assert (waits.published, waits.latest, waits.latest_count) == (timedelta(days=4), timedelta(days=4), 5)


def test_present_turn_around_is_of_the_last_twenty_decisions_for_or_against(moderator):
    decide(moderator, days=300, at=NOW - timedelta(days=1))
    for days in range(1, 20):
        decide(moderator, days=days)
    decide(moderator, days=20, state=State.REJECTED)

    waits = statistics.waiting_times()

    assert (waits.latest, waits.latest_count) == (timedelta(days=10.5), 20)


def test_what_waits_or_was_withdrawn_has_no_wait(moderator):
    make_submission(State.SUBMITTED)
    practice = decide(moderator, days=3)
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    waits = statistics.waiting_times()

    assert (waits.published, waits.by_year, waits.latest) == (None, {}, timedelta(days=3))
