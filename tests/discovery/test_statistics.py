from datetime import timedelta

import pytest

from practices import workflow
from practices.choices import State
from practices.discovery import statistics
from practices.models import Practice
from tests.support.factories import NOW, make_practice, make_submission

pytestmark = pytest.mark.django_db


def numbers(bars):
    """Return item → number of the bars above zero."""
    return {str(bar.item): bar.number for bar in bars if bar.number}


def decide(moderator, *, days, state=State.PUBLISHED, at=NOW):
    """Create a submission decided at an instant, `days` after it was submitted."""
    submission = make_submission(State.SUBMITTED, now=at - timedelta(days=days))
    if state == State.PUBLISHED:
        return workflow.publish(submission, by=moderator, now=at)
    return workflow.reject(submission, by=moderator, reason="Not about migration.", now=at)


# Counts -------------------------------------------------------------------------------------


def test_practices_are_counted_by_objective_region_and_type():
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


def test_years_without_practices_are_shown_within_a_short_span():
    for day in ("2021-03-01", "2021-04-01", "2023-12-31", None):
        make_practice(submitted_on=day)

    bars = statistics.by_year(Practice.objects.published(), "submitted_on")

    assert [(bar.item, bar.number, bar.percent) for bar in bars] == [
        (2021, 2, 100),
        (2022, 0, 0),
        (2023, 1, 50),
        (None, 1, 50),
    ]


def test_empty_years_are_left_out_of_a_long_span():
    for day in ("1921-03-01", "2021-04-01"):
        make_practice(submitted_on=day)

    bars = statistics.by_year(Practice.objects.published(), "submitted_on")

    assert [bar.item for bar in bars] == [1921, 2021]


# Waiting times --------------------------------------------------------------------------------------


def test_median_wait_by_year_and_overall(moderator):
    for days in (1, 2, 9):
        decide(moderator, days=days)
    for days in (4, 6):
        decide(moderator, days=days, at=NOW - timedelta(days=400))
    make_practice()

    waits = statistics.waiting_times()

    assert waits.by_year == {2025: (timedelta(days=5), 2), 2026: (timedelta(days=2), 3)}
    assert (waits.published, waits.latest, waits.latest_count) == (timedelta(days=4), timedelta(days=4), 5)


def test_latest_wait_is_the_median_of_the_last_twenty_decisions(moderator):
    decide(moderator, days=300, at=NOW - timedelta(days=1))
    for days in range(1, 20):
        decide(moderator, days=days)
    decide(moderator, days=20, state=State.REJECTED)

    waits = statistics.waiting_times()

    assert (waits.latest, waits.latest_count) == (timedelta(days=10.5), 20)


def test_undecided_and_withdrawn_submissions_have_no_wait(moderator):
    make_submission(State.SUBMITTED)
    practice = decide(moderator, days=3)
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    waits = statistics.waiting_times()

    assert (waits.published, waits.by_year, waits.latest) == (None, {}, timedelta(days=3))
