"""The judged queries: each practice that they want is one of those that come with the catalogue."""

import json

import pytest
from django.conf import settings


def read(*path):
    return json.loads(settings.BASE_DIR.joinpath(*path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", ["search_queries.json", "held_queries.json", "language_queries.json"])
def test_each_wanted_practice_is_one_of_the_fixture(file):
    titles = [practice["title"].casefold() for practice in read("fixtures", "practices.json")["practices"]]
    queries = read("benchmarks", file)["queries"]

    unclear = [
        (query["q"], part)
        for query in queries
        for part in query["want"]
        if sum(part.casefold() in title for title in titles) != 1
    ]

    assert unclear == []


def test_queries_for_absent_topics_want_nothing():
    queries = read("benchmarks", "search_queries.json")["queries"]

    absent = [query for query in queries if query["kind"] == "absent"]

    assert (len(absent), [query["q"] for query in absent if query["want"]]) == (20, [])
