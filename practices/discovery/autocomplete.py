"""What a reader may mean who has typed the beginning of a word: an objective, a country, a tag, a practice.

What it costs does not grow with the catalogue, and only what a published practice has is ever suggested.
"""

from collections.abc import Iterable
from operator import itemgetter
from typing import cast

from taggit.models import Tag

from practices.core import catalogue_version
from practices.core.tokenizer import tokens
from practices.discovery import search
from practices.documents import plain
from practices.models import ALL_PRACTICES, Country, Objective, Practice, Tally

MAX_PER_KIND = 4
MAX_FOUND = 20
MIN_LETTERS = 2
MIN_SEARCH_LETTERS = 4
"""Fewer begin words of too many practices."""
MAX_LETTERS = 60

type Suggestion = Objective | Country | Tag | Practice


def suggest(text: str) -> list[Suggestion]:
    """The rows whose names have words that begin like those of `text`; none for less than two letters."""
    text = plain(text)[:MAX_LETTERS]
    words = tokens(text)
    if sum(map(len, words)) < MIN_LETTERS:
        return []
    return [*_objectives(words), *_countries(words), *_tags(words), *_practices(words)]


def _alike[Row](words: list[str], names: Iterable[tuple[Row, str]]) -> list[Row]:
    """The rows of those `names` in which every one of `words` begins a word; first whose name begins so itself."""
    found = []
    for row, name in names:
        named = tokens(name)
        if all(any(other.startswith(word) for other in named) for word in words):
            found.append((not named[0].startswith(words[0]), row))
    return [row for _later, row in sorted(found, key=itemgetter(0))]


def _objectives(words: list[str]) -> list[Objective]:
    kept: list[Objective] = catalogue_version.cached(
        "objectives to suggest", _every_objective, by_wording=True
    )
    return _alike(words, [(objective, f"{objective} {objective.title}") for objective in kept])[:MAX_PER_KIND]


def _every_objective() -> list[Objective]:
    return cast("list[Objective]", list(Objective.objects.all()))


def _countries(words: list[str]) -> list[Country]:
    kept = catalogue_version.cached("countries to suggest", _countries_in_use)
    return _alike(words, [(country, country.name) for country in kept])[:MAX_PER_KIND]


def _countries_in_use() -> list[Country]:
    used = Tally.objects.filter(scope=ALL_PRACTICES, facet="country", count__gt=0)
    codes = [key.removeprefix("country:").upper() for key in used.values_list("key", flat=True)]
    return list(Country.objects.filter(code__in=codes))


def _tags(words: list[str]) -> list[Tag]:
    """Tags that begin like the first word: their tallies are walked from there on."""
    used = Tally.objects.filter(scope=ALL_PRACTICES, facet="tag", key__gte=f"tag:{words[0]}", count__gt=0)
    keys = used.order_by("key").values_list("key", flat=True)[:MAX_FOUND]
    tags = Tag.objects.filter(slug__in=[key.removeprefix("tag:") for key in keys]).order_by("slug")
    return _alike(words, [(tag, tag.name) for tag in tags])[:MAX_PER_KIND]


def _practices(words: list[str]) -> list[Practice]:
    """Practices whose titles begin so; where there are few, also those in whose titles other words do."""
    practices = Practice.objects.published().only("title", "sort_title", "language")
    beginning = " ".join(words)
    near = practices.filter(sort_title__gte=beginning).order_by("sort_title", "pk")[:MAX_PER_KIND]
    found = {practice.pk: practice for practice in near if practice.sort_title.startswith(beginning)}
    if len(found) < MAX_PER_KIND and sum(map(len, words)) >= MIN_SEARCH_LETTERS:
        keys = search.with_title_prefixes(words, limit=MAX_FOUND)
        loaded = practices.in_bulk(keys)
        found |= {key: loaded[key] for key in keys if key in loaded}
    alike = _alike(words, [(practice, practice.title) for practice in found.values()])
    return alike[:MAX_PER_KIND]
