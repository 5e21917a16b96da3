"""The quality of likely duplicates on the judged pairs of the benchmarks, with search by meaning and without it."""

import pytest
from django.conf import settings as catalogue_settings
from django.core.management import call_command

from practices.management.commands.duplicate_quality import Quality, measure, read

pytestmark = pytest.mark.django_db

BAR = 0.8
"""Precision and recall."""
FILES = ("duplicate_titles", "held_duplicate_pairs")
"""The signals were weighed on other pairs."""


def below_bar():
    """Return the precision and recall of each file that reaches less than BAR in either."""
    files = {name: read(catalogue_settings.BASE_DIR / "benchmarks" / f"{name}.json") for name in FILES}
    judged = iter(measure([pair for pairs in files.values() for pair in pairs]).pairs)
    qualities = {name: Quality([next(judged) for _pair in pairs]) for name, pairs in files.items()}
    measured = {name: (quality.precision, quality.recall) for name, quality in qualities.items()}
    return {name: both for name, both in measured.items() if min(both) < BAR}


@pytest.mark.usefixtures("semantic_search")
def test_likely_duplicates_reach_their_bar_by_meaning_and_by_words_alone(settings):
    call_command("load_thesaurus", verbosity=0)
    call_command("import_practices", settings.BASE_DIR / "fixtures" / "practices.json", verbosity=0)

    by_meaning = below_bar()
    settings.SEMANTIC_SEARCH = False
    by_words = below_bar()

    assert (by_meaning, by_words) == ({}, {})
