"""What a reader may mean who has typed the beginning of a word: an objective, a country, a tag, a practice.

What it costs does not grow with the catalogue, and only what a published practice has is ever suggested.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Exists, OuterRef
from taggit.models import Tag

from practices import search
from practices.documents import plain
from practices.models import Country, Objective, Practice

MOST_OF_A_KIND = 4
MOST_FOUND = 20
FEWEST_LETTERS = 2
MOST_LETTERS = 60

type Suggested = Objective | Country | Tag | Practice


def suggested(text: str) -> list[Suggested]:
    """The rows whose names have words that begin like those of `text`; none for less than two letters."""
    text = plain(text)[:MOST_LETTERS]
    words = _words(text)
    if sum(map(len, words)) < FEWEST_LETTERS:
        return []
    return [*_objectives(words), *_countries(words), *_tags(words), *_practices(words, text)]


def _words(text: str) -> list[str]:
    """Words without case, accents and signs."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter)
    ).split()


def _alike(words: list[str], names: Iterable[tuple[Any, str]]) -> list[Any]:
    """The keys of those `names` in which every one of `words` begins a word; first whose name begins so itself."""
    found: list[tuple[bool, int, Any]] = []
    for key, name in names:
        named = _words(name)
        if all(any(other.startswith(word) for other in named) for word in words):
            found.append((not named[0].startswith(words[0]), len(found), key))
    return [key for _later, _place, key in sorted(found)]


def _objectives(words: list[str]) -> list[Objective]:
    objectives = cast("dict[int, Objective]", Objective.objects.in_bulk())
    names = [(key, f"{objective} {objective.title}") for key, objective in objectives.items()]
    return [objectives[key] for key in _alike(words, names)[:MOST_OF_A_KIND]]


def _countries(words: list[str]) -> list[Country]:
    alike = _alike(words, Country.objects.values_list("pk", "name"))
    in_use = Practice.objects.published().order_by().filter(countries=OuterRef("pk"))
    used = Country.objects.filter(Exists(in_use)).in_bulk(alike)
    return [used[key] for key in alike if key in used][:MOST_OF_A_KIND]


def _tags(words: list[str]) -> list[Tag]:
    """Tags that begin like the first word, by their slugs, which are indexed."""
    beginning = words[0]
    in_use = Practice.objects.published().order_by().filter(tagged_items__tag=OuterRef("pk"))
    tags = Tag.objects.filter(
        Exists(in_use), slug__startswith=beginning, slug__gte=beginning, slug__lt=f"{beginning}\uffff"
    ).order_by("slug")[:MOST_FOUND]
    found = {tag.pk: tag for tag in tags}
    return [found[key] for key in _alike(words, [(tag.pk, tag.name) for tag in found.values()])][
        :MOST_OF_A_KIND
    ]


def _practices(words: list[str], text: str) -> list[Practice]:
    """Of the practices that a search finds first, those that have the words in their titles."""
    said = " ".join(re.findall(r"\w+", text))  # signs such as quotation marks mean something to a search
    terms = [dataclasses.replace(term, prefix=True) for term in search.parse(said)]
    keys, _total = search.ranked(terms, limit=MOST_FOUND) if terms else ([], 0)
    loaded = Practice.objects.published().only("title", "language").in_bulk(keys)
    found = {key: loaded[key] for key in keys}
    alike = _alike(words, [(key, practice.title) for key, practice in found.items()])
    return [found[key] for key in alike[:MOST_OF_A_KIND]]
