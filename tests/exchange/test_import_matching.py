"""Matching of items with practices, and the fields that an item does not state."""

import pytest
from django.conf import settings

from practices import workflow
from practices.exchange import imports
from practices.exchange.exports import FORMATS
from practices.models import Practice, Revision
from tests.support.documents import FULL
from tests.support.factories import document, make_practice

pytestmark = pytest.mark.django_db

SOURCE = "https://example.org/pensions"


def results(*items):
    return [outcome.result for outcome in imports.run(items)]


def faults(*items):
    return [fault for outcome in imports.run(items) for fault in outcome.faults]


def permanent(practice):
    return settings.SITE_URL + practice.get_permanent_url()


def test_update_keeps_what_the_file_does_not_say():
    practice = make_practice(**FULL)

    result = results({"url": permanent(practice), "area": "Cebu"})

    practice.refresh_from_db()
    assert (result, practice.document) == (["revised"], FULL | {"area": "Cebu"})


def test_value_that_is_stated_as_empty_is_removed():
    practice = make_practice(**FULL)

    results({"url": permanent(practice), "area": "", "partners": []})

    practice.refresh_from_db()
    assert practice.document == FULL | {"area": "", "partners": []}


def test_update_known_by_source_and_title_keeps_the_rest():
    practice = make_practice(**FULL)

    results({"title": FULL["title"], "source_url": FULL["source_url"], "area": "Cebu"})

    practice.refresh_from_db()
    assert practice.document == FULL | {"area": "Cebu"}


def test_partial_item_that_a_revision_said_is_left_alone():
    practice = make_practice(title="Desks", source_url=SOURCE)
    item = {"title": "Desks", "source_url": SOURCE, "area": "Manila"}
    results(item)
    workflow.publish_document(document(title="Desks", source_url=SOURCE, area="Cebu"), to=practice)

    result = results(item)

    assert (result, Revision.objects.count()) == (["unchanged"], 3)


@pytest.mark.parametrize("known", [{"title": "Desks"}, {"title": "Other", "source_url": SOURCE}])
def test_number_identifies_a_practice_that_has_the_title_or_source(known):
    practice = make_practice(title="Desks", source_url=SOURCE)

    result = results({"id": practice.pk, "area": "Manila", **known})

    assert (result, Practice.objects.get().area) == (["revised"], "Manila")


def test_number_of_another_practice_is_a_question():
    practice = make_practice(title="Desks")

    [fault] = faults(document(title="Language courses") | {"id": practice.pk})

    assert (fault.field, permanent(practice) in fault.message) == ("id", True)
    assert Practice.objects.count() == 1


def test_all_faults_of_an_item_are_told_in_one_run():
    found = faults(
        {
            "id": "x",
            "title": 5,
            "objectives": [99],
            "countries": ["Atlantis"],
            "start_year": 2020,
            "end_year": 2010,
        }
    )

    assert [fault.field for fault in found] == [
        "id", "title", "summary", "objectives", "countries", "end_year",
    ]  # fmt: skip


def test_unknown_members_are_told_once():
    outcomes = list(imports.run([document(title=title) | {"colour": "blue"} for title in ("A b", "C d")]))

    assert [(outcome.result, outcome.unknown) for outcome in outcomes] == [("new", ("colour",)), ("new", ())]


def test_excel_keeps_seconds_only_and_its_rows_are_known_all_the_same(tmp_path):
    make_practice(**FULL)
    file = tmp_path / "export.xlsx"
    file.write_bytes(b"".join(FORMATS["xlsx"].write(Practice.objects.published())))

    outcomes = list(imports.run(imports.read(file)))

    assert [(outcome.result, outcome.faults, outcome.unknown) for outcome in outcomes] == [
        ("unchanged", (), ())
    ]
