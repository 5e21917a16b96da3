"""The quality of search on the judged queries of the benchmarks, with search by meaning and without it."""

import dataclasses
from itertools import product

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from practices.discovery import semantic
from practices.management.commands.search_quality import ABSENT, mean, read, search

pytestmark = pytest.mark.django_db


LARGE = ["more_queries.json", "more_held_queries.json"]
"""Queries about more practices than come with the catalogue."""


@pytest.fixture(scope="module")
def answered(rolled_back):
    """Return {(file, is by meaning): its judged queries with their answers}. Practices are imported once for all."""
    found = {}

    def publish(*path):
        call_command("import_practices", settings.BASE_DIR.joinpath(*path), verbosity=0)

    def answer(file, *, by_meaning):
        queries = read(settings.BASE_DIR / "benchmarks" / file)
        with override_settings(SEMANTIC_SEARCH=by_meaning):
            found[file, by_meaning] = [
                dataclasses.replace(query, titles=search(query.text)) for query in queries
            ]

    ways = {False, semantic.is_installed()}
    with rolled_back(SEMANTIC_SEARCH=semantic.is_installed()), pytest.MonkeyPatch.context() as patch:
        patch.setattr(semantic._model, "vectors", None)  # rows of two tests may have the same primary key
        call_command("load_thesaurus", verbosity=0)
        publish("fixtures", "practices.json")
        answer("language_queries.json", by_meaning=False)
        for by_meaning in ways:
            answer("search_queries.json", by_meaning=by_meaning)
        publish("benchmarks", "more_practices.json")
        for file, by_meaning in product(LARGE, ways):
            answer(file, by_meaning=by_meaning)
    return found


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
    check(answered["search_queries.json", False], recall=0.85)


@pytest.mark.usefixtures("semantic_search")
def test_search_by_meaning_reaches_its_bar(answered):
    check(answered["search_queries.json", True], recall=0.92)


@pytest.mark.parametrize("file", LARGE)
def test_search_by_words_alone_reaches_its_bar_over_more_practices(answered, file):
    check(answered[file, False], recall=0.85)


@pytest.mark.usefixtures("semantic_search")
@pytest.mark.parametrize("file", LARGE)
def test_search_by_meaning_reaches_its_bar_over_more_practices(answered, file):
    check(answered[file, True], recall=0.90)


def test_search_by_words_alone_reaches_the_bar_of_each_language(answered):
    queries = [query for query in answered["language_queries.json", False] if query.wanted]

    found = {
        language: mean(query.recall for query in queries if query.kind == language)
        for language in ("es", "fr", "ar", "ru", "zh")
    }

    assert {language: recall for language, recall in found.items() if recall < BARS.get(language, 0.75)} == {}
