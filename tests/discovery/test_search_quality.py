"""The quality of search on the judged queries of the benchmarks, with search by meaning and without it."""

import dataclasses

import pytest
from django.conf import settings
from django.core.management import call_command

from practices.management.commands.search_quality import ABSENT, mean, read, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered():
    """Return a function that answers judged queries over the practices that come with the catalogue, and `more`."""

    def answer(file="search_queries.json", *, more=False):
        call_command("load_thesaurus", verbosity=0)
        call_command("import_practices", settings.BASE_DIR / "fixtures" / "practices.json", verbosity=0)
        if more:
            call_command(
                "import_practices", settings.BASE_DIR / "benchmarks" / "more_practices.json", verbosity=0
            )
        queries = read(settings.BASE_DIR / "benchmarks" / file)
        return [dataclasses.replace(query, titles=search(query.text)) for query in queries]

    return answer


BARS = {"es": 0.85, "fr": 0.85}
"""Language → least share of wanted practices; 0.75 for the others, and for each kind of query in English."""


def check(queries, *, recall):
    """Check the share of wanted practices among the first ten hits: of all queries, and of each kind and language."""
    judged = [query for query in queries if query.wanted]
    of_kinds = {
        kind: mean(query.recall for query in judged if query.kind == kind)
        for kind in {query.kind for query in judged}
    }

    assert mean(query.recall for query in judged) >= recall
    assert {kind: found for kind, found in of_kinds.items() if found < BARS.get(kind, 0.75)} == {}
    assert mean(not query.titles for query in judged) <= 0.03
    assert [query.text for query in queries if query.kind == ABSENT and query.titles] == []


def test_search_by_words_alone_reaches_its_bar(answered):
    check(answered(), recall=0.85)


@pytest.mark.usefixtures("semantic_search")
def test_search_by_meaning_reaches_its_bar(answered):
    check(answered(), recall=0.92)


@pytest.mark.parametrize("file", ["more_queries.json", "more_held_queries.json"])
def test_search_by_words_alone_reaches_its_bar_over_more_practices(answered, file):
    check(answered(file, more=True), recall=0.85)


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize("file", ["more_queries.json", "more_held_queries.json"])
def test_search_by_meaning_reaches_its_bar_over_more_practices(answered, file):
    check(answered(file, more=True), recall=0.90)


def test_search_by_words_alone_reaches_the_bar_of_each_language(answered):
    queries = [query for query in answered("language_queries.json") if query.wanted]

    found = {
        language: mean(query.recall for query in queries if query.kind == language)
        for language in ("es", "fr", "ar", "ru", "zh")
    }

    assert {language: recall for language, recall in found.items() if recall < BARS.get(language, 0.75)} == {}
