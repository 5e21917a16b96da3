"""The quality of likely duplicates on the judged pairs of the benchmarks, with search by meaning and without it."""

import pytest
from django.core.management import call_command

from practices.management.commands.duplicate_quality import Quality, measure, practice_of, read

pytestmark = pytest.mark.django_db

BAR = 0.8
"""Precision and recall."""
FILES = ("duplicate_titles", "held_duplicate_pairs")
"""The signals were weighed on other pairs."""


@pytest.fixture
def files(settings):
    """Return {name: judged pairs} of each file, whose practices are published beside those of the catalogue."""
    call_command("load_thesaurus", verbosity=0)
    call_command("import_practices", settings.BASE_DIR / "fixtures" / "practices.json", verbosity=0)
    files = {name: read(settings.BASE_DIR / "benchmarks" / f"{name}.json") for name in FILES}
    for pairs in files.values():
        for pair in pairs:
            practice_of(pair.published)
    return files


def below_bar(files):
    """Return the precision and recall of each file that reaches less than BAR in either."""
    judged = iter(measure([pair for pairs in files.values() for pair in pairs]).pairs)
    qualities = {name: Quality([next(judged) for _pair in pairs]) for name, pairs in files.items()}
    measured = {name: (quality.precision, quality.recall) for name, quality in qualities.items()}
    return {name: both for name, both in measured.items() if min(both) < BAR}


@pytest.mark.usefixtures("semantic_search")
def test_likely_duplicates_reach_their_bar_by_meaning_and_by_words_alone(settings, files):
    by_meaning = below_bar(files)
    settings.SEMANTIC_SEARCH = False
    by_words = below_bar(files)

    assert (by_meaning, by_words) == ({}, {})
