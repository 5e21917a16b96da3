import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(tmp_path):
    def run(*queries):
        file = tmp_path / "queries.json"
        file.write_text(json.dumps({"queries": queries}))
        output = StringIO()
        call_command("search_quality", file, stdout=output)
        return [line.split() for line in output.getvalue().splitlines() if line]

    return run


def test_search_quality_measures_each_kind_and_all(measure):
    make_practice(title="Remittance desk in Dakar")
    make_practice(title="Schools for newcomers")

    lines = measure(
        {"q": "remittance", "kind": "word", "want": ["Remittance desk"]},
        {"q": "dakar", "kind": "place", "want": ["Remittance Desk", "Schools"]},
        {"q": "harbour", "kind": "place", "want": ["Schools"]},
        {"q": "Atlantis", "kind": "place", "want": []},
    )

    assert lines[1:4] == [
        ["place", "2", "0.250", "0.500", "50.0%"],
        ["word", "1", "1.000", "1.000", "0.0%"],
        ["all", "3", "0.500", "0.667", "33.3%"],
    ]


def test_search_quality_lists_the_queries_that_fail(measure):
    make_practice(title="Remittance desk in Dakar")
    make_practice(title="Schools for newcomers")

    lines = measure(
        {"q": "remittance", "kind": "word", "want": ["Remittance desk"]},
        {"q": "dakar", "kind": "place", "want": ["Schools"]},
        {"q": "harbour", "kind": "place", "want": ["Schools"]},
    )

    assert [" ".join(line) for line in lines[-3:]] == [
        "Queries that fail: 2 of 3",
        "place: dakar (1 of the first 10): without Schools",
        "place: harbour (nothing found): without Schools",
    ]


def test_search_quality_lists_absent_topics_that_find_something(measure):
    make_practice(title="Remittance desk in Dakar")

    lines = measure(
        {"q": "desk", "kind": "absent", "want": []}, {"q": "astronomy", "kind": "absent", "want": []}
    )

    assert [" ".join(line) for line in lines[-2:]] == [
        "Absent topics that find something: 1 of 2",
        "desk: Remittance desk in Dakar",
    ]


def test_search_quality_refuses_a_title_that_no_practice_has(measure):
    with pytest.raises(CommandError, match="No practice has this in its title: Atlantis"):
        measure({"q": "desk", "kind": "word", "want": ["Atlantis"]})


def test_search_quality_refuses_a_file_of_another_form(measure):
    with pytest.raises(CommandError, match="--help describes"):
        measure({"query": "desk"})
