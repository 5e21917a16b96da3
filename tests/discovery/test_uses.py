"""Uses of practices elsewhere in lists: the filter, its counts, the gap map and the statistics."""

import pytest
from django.http import QueryDict

from practices import workflow
from practices.choices import State
from practices.discovery import PracticeFilter, Selection, gap_map, results, statistics, uses
from practices.models import IndexedPractice
from tests.support.factories import make_moderator, make_practice, reindex, send_adaptation

pytestmark = pytest.mark.django_db


def found(query):
    selection = PracticeFilter(QueryDict(query)).selection
    return {each.practice for each in results.page(selection, sort="newest", size=20, number=1)}


def test_filter_finds_practices_by_the_region_where_they_were_used():
    used, _other = make_practice(title="Desks"), make_practice(title="Offices")
    send_adaptation(State.PUBLISHED, of=used)

    assert found("used=anywhere") == found("used=africa") == {used.pk}
    assert found("used=asia") == set()


def test_filter_offers_what_there_is():
    assert PracticeFilter.base_filters["used"].options(results.facet_counts(Selection())) == []

    send_adaptation(State.PUBLISHED, of=make_practice())

    options = PracticeFilter.base_filters["used"].options(results.facet_counts(Selection()))
    assert [value.value for value in options] == ["anywhere", "africa"]


def test_withdrawn_report_is_found_no_more():
    submission = send_adaptation(State.PUBLISHED, of=make_practice())

    workflow.retract_adaptation(submission)

    assert found("used=anywhere") == set()


def test_index_made_anew_says_the_same():
    practice = make_practice()
    send_adaptation(State.PUBLISHED, of=practice)
    row = IndexedPractice.objects.values().get()

    reindex(practice)

    assert IndexedPractice.objects.values().get() == row


def test_gap_map_counts_practices_by_the_region_of_their_use():
    practice = make_practice(objectives=[21])
    send_adaptation(State.PUBLISHED, of=practice)
    send_adaptation(State.PUBLISHED, of=practice, countries=["GH"])
    make_practice(objectives=[22])

    gaps = gap_map.build_gap_map(Selection(), "used")

    cells = {
        (row.value, column.value): count
        for row, counts in gaps.rows
        for column, count in zip(gaps.columns, counts, strict=True)
        if count
    }
    assert (cells, gaps.count, gaps.without_column) == ({("21", "africa"): 1}, 2, 1)


def test_statistics_count_practices_by_the_region_of_their_use():
    send_adaptation(State.PUBLISHED, of=make_practice())

    chart = statistics.by_facet("used")

    assert {bar.value: bar.number for bar in chart.bars if bar.number} == {"africa": 1}


def test_map_names_the_newest_uses_with_their_practices():
    practice = make_practice(countries=["PH"])
    first = send_adaptation(State.PUBLISHED, of=practice).adaptation
    second = send_adaptation(State.PUBLISHED, of=practice, countries=["GH"]).adaptation

    assert uses.latest(Selection()) == [second, first]
    assert uses.latest(PracticeFilter(QueryDict("country=ge")).selection) == []
    assert [country.code for country in uses.latest(Selection())[0].practice.countries.all()] == ["PH"]


def test_uses_go_with_a_merge(moderator):
    twice, kept = make_practice(title="Desks"), make_practice(title="Pension desks")
    send_adaptation(State.PUBLISHED, of=twice)

    workflow.merge(twice, into=kept, by=make_moderator())

    assert found("used=africa") == {kept.pk}
