import pytest

from practices import workflow
from practices.discovery import gap_map
from practices.discovery.gap_map import AXES
from practices.discovery.results import Selection
from practices.models import Practice
from tests.support.factories import document, make_practice

pytestmark = pytest.mark.django_db


def gaps(by="region", **wanted):
    return gap_map.build_gap_map(Selection(), by, **{name: tuple(values) for name, values in wanted.items()})


def filled(table):
    """Return (objective, column) → count of the cells above zero."""
    return {
        (int(row.value), column.value): count
        for row, counts in table.rows
        for column, count in zip(table.columns, counts, strict=True)
        if count
    }


# Gaps -----------------------------------------------------------------------------------


def test_practice_counts_once_in_each_cell_and_once_in_a_total():
    make_practice(objectives=[21, 3], countries=["PH", "ID", "FR"])
    make_practice(objectives=[21], countries=["PH"])

    table = gaps()

    assert filled(table) == {(21, "asia"): 2, (21, "europe"): 1, (3, "asia"): 1, (3, "europe"): 1}
    assert {row.value: row.count for row, _counts in table.rows if row.count} == {"3": 1, "21": 2}
    assert {column.value: column.count for column in table.columns if column.count} == {
        "asia": 2,
        "europe": 1,
    }
    assert (table.count, table.size, table.empty) == (2, 23 * 5, 23 * 5 - 4)


def test_gaps_by_subregion_by_country_group_and_by_type():
    make_practice(
        objectives=[21], countries=["PH", "FR", "KM"], type="service"
    )  # the Comoros are in two groups

    found = {by: filled(gaps(by)) for by in ("subregion", "group", "type")}

    assert found == {
        "subregion": {
            (21, "south-eastern-asia"): 1,
            (21, "western-europe"): 1,
            (21, "sub-saharan-africa"): 1,
        },
        "group": {(21, "ldc"): 1, (21, "sids"): 1},
        "type": {(21, "service"): 1},
    }


def test_practices_outside_all_columns_are_counted():
    make_practice(countries=["PH", "TW"], type="service")  # Taiwan has no region in M49
    make_practice(countries=["TW", "KM"])
    make_practice()

    outside = {by: gaps(by).without_column for by in AXES}

    assert outside == {"region": 1, "subregion": 1, "group": 2, "type": 2, "used": 3}


def test_withdrawn_practices_are_not_counted():
    make_practice(objectives=[21], countries=["PH"], withdrawn=True)

    table = gaps()

    assert (filled(table), table.count, table.without_column) == ({}, 0, 0)


@pytest.mark.parametrize(
    ("by", "columns", "shown"),
    [
        ("region", ["asia"], ["asia"]),
        ("region", ["south-eastern-asia"], ["asia"]),
        ("subregion", ["northern-america"], ["northern-america"]),
        ("subregion", ["europe"], ["eastern-europe", "northern-europe", "southern-europe", "western-europe"]),
        ("group", ["sids", "ldc"], ["ldc", "sids"]),
        ("type", ["service", "other"], ["service", "other"]),
    ],
)
def test_only_selected_rows_and_columns_are_shown(by, columns, shown):
    table = gaps(by, objectives=["21", "3"], columns=columns)

    assert ([row.value for row, _counts in table.rows], [column.value for column in table.columns]) == (
        ["3", "21"],
        shown,
    )


@pytest.mark.parametrize("by", AXES)
def test_stored_counts_equal_computed_counts(by, monkeypatch):
    make_practice(objectives=[21, 3], countries=["PH", "ID", "FR"], type="service")
    make_practice(objectives=[21], countries=["PH"])
    make_practice(objectives=[3])
    make_practice(objectives=[7, 3], countries=["AQ", "KM", "TD"])
    make_practice(objectives=[21], countries=["GE"], withdrawn=True)
    workflow.publish_document(
        document(objectives=[5], countries=["MA"]), to=make_practice(objectives=[3], countries=["PE"])
    )
    table = gaps(by)

    published = Practice.objects.filter(withdrawn_at=None).order_by()
    monkeypatch.setattr(gap_map, "_stored_numbers", lambda axis: gap_map._computed_numbers(published, axis))

    assert table == gaps(by)
