from datetime import timedelta

import pytest

from practices import workflow
from practices.choices import State
from practices.discovery import statistics
from tests.support.factories import NOW, judged, make_practice, make_submission

pytestmark = pytest.mark.django_db


def numbers(bars):
    """Return label → number of the bars above zero."""
    return {bar.label: bar.number for bar in bars if bar.number}


def decide(moderator, *, days, state=State.PUBLISHED, at=NOW):
    """Create a submission decided at an instant, `days` after it was submitted."""
    submission = make_submission(State.SUBMITTED, now=at - timedelta(days=days))
    if state == State.PUBLISHED:
        return workflow.publish(judged(submission), by=moderator, now=at)
    return workflow.reject(submission, by=moderator, reason="Not about migration.", now=at)


# Counts -------------------------------------------------------------------------------------


def test_practices_are_counted_by_the_values_of_facets():
    make_practice(objectives=[21, 3], countries=["PH", "ID"], type="service", evidence_level="monitored")
    make_practice(objectives=[21], countries=["FR"])
    make_practice(withdrawn=True, objectives=[21], countries=["PH"], type="service")

    charts = {name: statistics.by_facet(name) for name in ("objective", "region", "type", "evidence")}

    assert {name: numbers(chart.bars) for name, chart in charts.items()} == {
        "objective": {"3. Information provision": 1, "21. Dignified return and reintegration": 2},
        "region": {"Asia": 1, "Europe": 1},
        "type": {"Service": 1},
        "evidence": {"Monitored": 1},
    }
    assert {name: chart.unstated for name, chart in charts.items()} == {
        "objective": 0, "region": 0, "type": 1, "evidence": 1,
    }  # fmt: skip


def test_years_between_that_no_practice_has_share_a_bar():
    for year in (2018, 2018, 2021, 2023, None):
        make_practice(start_year=year)

    chart = statistics.by_start_year()

    assert [(bar.label, bar.number, bar.percent) for bar in chart.bars] == [
        ("2018", 2, 100),
        ("2019–2020", 0, 0),
        ("2021", 1, 50),
        ("2022", 0, 0),
        ("2023", 1, 50),
    ]
    assert chart.unstated == 1


def test_years_of_publication_are_those_of_the_catalogue():
    make_practice(now=NOW)
    make_practice(now=NOW - timedelta(days=400))

    assert numbers(statistics.by_publication_year().bars) == {"2025": 1, "2026": 1}


@pytest.mark.parametrize(
    ("numbers_stated", "unstated", "expected"),
    [([1, 1], 18, True), ([1, 1], 19, False), ([2, 0], 0, False), ([], 0, False)],
)
def test_chart_says_something_with_two_values_and_a_tenth_of_the_practices(
    numbers_stated, unstated, expected
):
    bars = statistics.bars((str(at), str(at), number) for at, number in enumerate(numbers_stated))

    assert statistics.Chart(bars, unstated).says_something == expected


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
