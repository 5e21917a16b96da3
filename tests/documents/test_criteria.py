import json
import re

import pytest
from django.conf import settings

from practices import clock
from practices.documents import FIELDS
from practices.documents.criteria import CRITERIA, lacks_support, text_size, weights_as_json
from tests.support.documents import FULL
from tests.support.factories import document

pytestmark = pytest.mark.django_db  # the clock is the database's


def met(values, *, has_files=False):
    return [criterion.slug for criterion in CRITERIA if criterion.looks_met(values, has_files=has_files)]


def test_criteria_have_a_name_each():
    slugs = [criterion.slug for criterion in CRITERIA]

    assert len(slugs) == len(set(slugs))


def test_criteria_ask_for_fields_that_there_are():
    asked = {name for criterion in CRITERIA for name in criterion.fields}

    assert asked - set(FIELDS) == {"files"}


def test_empty_draft_meets_nothing():
    assert met({}) == []


def test_shortest_document_meets_its_criteria():
    assert met(document(summary="x" * 80)) == ["objective", "summary"]


def test_criterion_takes_either_of_two_fields():
    wanted = document(implementers=["City of Manila"], area="Manila")

    assert met(wanted) == ["objective", "summary", "whom-to-ask"]


def test_level_of_evidence_alone_is_not_how_it_is_known():
    without = FULL | {"evidence_reason": "", "evidence_url": ""}

    assert ("evidence" in met(FULL), "evidence" in met(without)) == (True, False)


def test_criterion_for_human_judgement_is_never_met_automatically():
    whole = FULL | dict.fromkeys(["summary", "activities", "results", "lessons", "replication"], "x" * 500)

    assert set(met(whole)) == {criterion.slug for criterion in CRITERIA} - {"safe"}


@pytest.mark.parametrize(("years_ahead", "is_met"), [(0, True), (1, False)])
def test_practice_that_has_not_begun_has_not_been_tried(years_ahead, is_met):
    begins = document(start_year=clock.now().year + years_ahead)

    assert ("tried" in met(begins)) == is_met


def test_attached_file_can_be_checked():
    assert ("source" in met({}), "source" in met({}, has_files=True)) == (False, True)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a pension", 9),
        ("养老金", 9),
        ("年金を", 8),
        ("연금", 4),
        ("บำนาญ", 6.25),
        ("пенсия", 6),
    ],
    ids=["Latin", "Chinese", "Japanese", "Korean", "Thai", "Cyrillic"],
)
def test_text_counts_by_what_its_script_says(text, size):
    assert text_size(text) == size


def test_summary_in_chinese_is_long_enough_with_fewer_characters():
    assert ("summary" in met(document(summary="养" * 27)), "summary" in met(document(summary="养" * 26))) == (
        True,
        False,
    )


def test_script_of_the_form_reads_the_same_weights():
    script = (settings.BASE_DIR / "static/js/draft.js").read_text()

    assert "JSON.parse(checklist.dataset.weights)" in script
    assert all(re.compile(f"[{characters}]") for characters in json.loads(weights_as_json()))


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ({"evidence_level": "evaluated"}, True),
        ({"evidence_level": "evaluated", "evidence_reason": "A survey."}, False),
        ({"evidence_level": "evaluated", "evidence_url": "https://example.org/"}, False),
        ({"evidence_level": "none_stated"}, False),
        ({}, False),
    ],
)
def test_level_of_evidence_needs_a_reason_or_a_link(said, lacks):
    assert lacks_support(said) == lacks
