import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from practices.models import Practice
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(tmp_path):
    def run(*pairs):
        file = tmp_path / "pairs.json"
        file.write_text(json.dumps({"pairs": pairs}))
        output = StringIO()
        call_command("duplicate_quality", file, stdout=output)
        return [line.strip() for line in output.getvalue().splitlines() if line]

    return run


def test_duplicate_quality_measures_and_lists_what_went_wrong(measure):
    lines = measure(
        {"submitted": "RAICES", "country": "AR", "published": "Program RAICES", "in": "AR", "same": True},
        {"submitted": "MARHABA", "published": "Operation MARHABA", "same": False, "kind": "name"},
        {"submitted": "Harbour school", "published": "Lessons for sailors", "same": True},
        {"submitted": {"title": "Film night"}, "published": {"title": "Soup kitchen"}, "same": False},
    )

    assert lines == [
        "precision   0.500",
        "recall      0.500",
        "f1          0.500",
        "Misses: 1 of 2",
        "pair: Harbour school / Lessons for sailors",
        "False hits: 1 of 2",
        "name: MARHABA / Operation MARHABA (Same name: MARHABA)",
    ]


def test_duplicate_quality_leaves_the_catalogue_as_it_was(measure):
    make_practice(title="Program RAICES", countries=["AR"])

    measure(
        {"submitted": "RAICES", "country": "AR", "published": "Program RAICES", "in": "AR", "same": True},
        {"submitted": "Film night", "published": "Soup kitchen", "same": False},
    )

    assert [practice.title for practice in Practice.objects.all()] == ["Program RAICES"]


def test_duplicate_quality_refuses_a_file_of_another_form(measure):
    with pytest.raises(CommandError, match="--help describes"):
        measure({"submitted": "RAICES"})
