"""Suggestions for the search field: objectives, places, topics and practices that match what was typed.

The cost does not grow with the catalogue. Only places and topics of published practices are suggested.
"""

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext
from taggit.models import Tag

from practices.core import catalogue_version, places, tokenizer
from practices.core.stop_words import STOP_WORDS
from practices.core.tokenizer import ELIDED, tokens
from practices.discovery import catalogue_names, results, search, thesaurus, topics
from practices.discovery.filters import PracticeFilter
from practices.documents import load_local, plain
from practices.models import ALL_PRACTICES, Concept, Country, FacetCount, Objective, Practice, Region

MAX_PER_KIND = 4
MAX_FOUND = 20
MAX_NAMES = 500
"""Names of concepts that are compared, of those that start with the first word."""
MIN_LETTERS = 2
MIN_SEARCH_LETTERS = 4
"""Shorter prefixes match words of too many practices."""
MAX_LETTERS = 60

type Row = Objective | Country | Region | Tag | Concept


@dataclasses.dataclass(frozen=True)
class Narrowed:
    """A suggestion for the last words that were typed, within a search for the words before them."""

    words: str
    row: Row

    @property
    def query(self) -> dict[str, str]:
        """The query string of the listing, as a dictionary."""
        match self.row:
            case Objective(number=number):
                return {"q": self.words, "objective": str(number)}
            case Country(code=code):
                return {"q": self.words, "country": code.lower()}
            case Region(slug=slug):
                return {"q": self.words, "region": slug}
            case Tag(slug=slug):
                return {"q": self.words, "tag": slug}
            case Concept(search_text=text):
                return {"q": f"{self.words} {text}"}
        raise TypeError(self.row)


@dataclasses.dataclass(frozen=True)
class NamedArea:
    """An area or organisation that is no region of the United Nations, with its countries that have practices."""

    name: str
    codes: tuple[str, ...]


type Suggestion = Row | NamedArea | Practice | Narrowed


def suggest(text: str) -> list[Suggestion]:
    """Return rows whose names contain, for each word of `text`, a word that starts with it.

    If there are none, the last words are looked up within a search for those before them: “pension desks phil” suggests
    the Philippines. Empty for fewer than MIN_LETTERS letters.
    """
    words = _words(text)
    if not words:
        return []
    return [*suggest_filters(text), *_areas(words), *_concepts(words), *_practices(words)] or list(
        _narrowed(plain(text)[:MAX_LETTERS])
    )


def _narrowed(text: str) -> list[Narrowed]:
    """Return suggestions for the last words of `text`, as many of them as name something, that have practices."""
    words = tokenizer.words(text)
    for place, word in enumerate(words[1:], start=1):
        before = [each for each in words[:place] if each.token not in STOP_WORDS]
        last = text[word.start :]
        if not before or not _words(last):
            continue
        typed = text[before[0].start : before[-1].end]
        rows = [*suggest_filters(last), *_concepts(_words(last))]
        found = [Narrowed(typed, row) for row in rows]
        totals = results.totals(
            [PracticeFilter(QueryDict(urlencode(each.query))).selection for each in found]
        )
        if with_practices := [each for each, total in zip(found, totals, strict=True) if total.number]:
            return with_practices[:MAX_PER_KIND]
    return []


def suggest_filters(text: str) -> list[Objective | Country | Region | Tag]:
    """Return the suggestions that are values of the listing's filters."""
    words = _words(text)
    return [*_objectives(words), *_countries(words), *_regions(words), *_tags(words)] if words else []


def _concepts(words: Sequence[str]) -> list[Concept]:
    """Return the concepts in use of which a name, in any language, starts with `words`."""
    names = _concept_names(catalogue_version.names_version())
    place = bisect_left(names, (list(words[:1]), ""))
    found: list[str] = []
    for tokens_of_name, concept in names[place : place + MAX_NAMES]:
        if not tokens_of_name[0].startswith(words[0]):
            break
        if _starts_with(words, tokens_of_name):
            found.append(concept)
    in_use = topics.in_use()
    likely = [concept for concept in dict.fromkeys(found) if concept in in_use][:MAX_PER_KIND]
    rows = {row.slug: row for row in Concept.objects.filter(slug__in=likely)}
    return [rows[concept] for concept in likely]


@lru_cache(maxsize=1)
def _concept_names(version: str) -> list[tuple[list[str], str]]:
    """Return (words of the name, slug of the concept) of each name of each concept, in order."""
    names = {
        (*tokens(name), concept): None
        for concept in thesaurus.concepts()
        for by_language in [thesaurus.names(concept)]
        for texts in by_language.values()
        for name in texts
    }
    return sorted((list(words), concept) for *words, concept in names if words)


def _words(text: str) -> list[str]:
    """Return the words of `text`; none if it has too few letters."""
    typed = tokens(plain(text)[:MAX_LETTERS])
    words = [word for word in typed if word not in ELIDED] or typed
    return words if sum(map(len, words)) >= MIN_LETTERS else []


def _match[Row](words: list[str], names: Iterable[tuple[Row, str]]) -> list[Row]:
    """Return the rows whose name has, for each of `words`, a word that starts with it.

    Names that themselves start with the first of `words` come first.
    """
    found = []
    for row, name in names:
        name_words = catalogue_names.words_of(name)
        if all(any(name_word.startswith(word) for name_word in name_words) for word in words):
            found.append((not name_words[0].startswith(words[0]), row))
    return [row for _later, row in sorted(found, key=itemgetter(0))]


def _objectives(words: list[str]) -> list[Objective]:
    names = [
        (each, f"{each} {each.local.title} {each.short_label} {each.title} {gettext('Objective')} GCM")
        for each in catalogue_names.all_objectives()
    ]
    return _match(words, names)[:MAX_PER_KIND]


def _countries(words: list[str]) -> list[Country]:
    """Return countries by any of their names; those with `words` in their official name come first."""
    in_use = catalogue_names.countries_in_use()
    official = _match(words, [(country, name) for country in in_use for name in _own_names(country)])
    usual = _match(
        words, [(country, name) for country in in_use for name in places.names_of(country.code) if name]
    )
    return list(dict.fromkeys([*official, *usual]))[:MAX_PER_KIND]


def _regions(words: list[str]) -> list[Region]:
    """Return regions with practices, by their name or by how any other name of theirs starts."""
    in_use = catalogue_names.regions_in_use()
    codes = {code for area in _areas_starting_with(words) for code in area.regions}
    meant = [region for region in in_use if region.code in codes]
    named = _match(words, [(region, name) for region in in_use for name in _own_names(region)])
    return list(dict.fromkeys([*meant, *named]))[:MAX_PER_KIND]


def _own_names(place: Country | Region) -> list[str]:
    """Return the name in the language of the reader, and the English one."""
    return list(dict.fromkeys([place.local.name, place.name]))


def _areas(words: list[str]) -> list[NamedArea]:
    """Return the areas that are no regions, such as the Sahel, by how a name starts, if a country has practices."""
    in_use = catalogue_names.countries_in_use()
    found = [
        NamedArea(area.name, codes)
        for area in _areas_starting_with(words)
        if not area.regions
        and (codes := tuple(country.code for country in in_use if country.code in area.codes))
    ]
    return found[:MAX_PER_KIND]


def _areas_starting_with(words: list[str]) -> list[places.Area]:
    """Return the areas of which a name, or its abbreviation in brackets, starts with `words`.

    Fewer than MIN_SEARCH_LETTERS letters have to be a whole name.
    """
    meaning = places.resolve(" ".join(words))
    if sum(map(len, words)) < MIN_SEARCH_LETTERS:
        return [meaning] if isinstance(meaning, places.Area) else []
    return [
        area
        for area, names in places.names_of_areas().items()
        if area == meaning
        or any(
            _starts_with(words, catalogue_names.words_of(part))
            for name in names
            for part in re.split(r"[()]", name)
        )
    ]


def _starts_with(words: Sequence[str], name: Sequence[str]) -> bool:
    """Return whether each word is the start of the word of a name at its place."""
    return len(name) >= len(words) and all(map(str.startswith, name, words))


def _tags(words: list[str]) -> list[Tag]:
    """Return tags whose slug follows the first word in order: a range scan over the counts of tags."""
    used = FacetCount.objects.filter(
        scope=ALL_PRACTICES, facet="tag", key__gte=f"tag:{words[0]}", count__gt=0
    )
    keys = used.order_by("key").values_list("key", flat=True)[:MAX_FOUND]
    tags = Tag.objects.filter(slug__in=[key.removeprefix("tag:") for key in keys]).order_by("slug")
    topics = [(tag, tag.name) for tag in tags if not thesaurus.concept_named(tag.name)]
    return _match(words, topics)[:MAX_PER_KIND]


def _practices(words: list[str]) -> list[Practice]:
    """Return practices whose titles start with `words`; if there are few, also those with such words elsewhere.

    Titles are those that readers see and the original ones.
    """
    practices = Practice.objects.published().with_versions().only("title", "sort_title", "language")
    prefix = " ".join(words)
    near = practices.filter(sort_title__gte=prefix).order_by("sort_title", "pk")[:MAX_PER_KIND]
    found = {practice.pk: practice for practice in near if practice.sort_title.startswith(prefix)}
    if len(found) < MAX_PER_KIND and sum(map(len, words)) >= MIN_SEARCH_LETTERS:
        keys = search.with_title_prefixes(words, limit=MAX_FOUND)
        loaded = practices.in_bulk(keys)
        found |= {key: loaded[key] for key in keys if key in loaded}
    load_local(found.values())
    named = [(practice, name) for practice in found.values() for name in _titles(practice)]
    return list(dict.fromkeys(_match(words, named)))[:MAX_PER_KIND]


def _titles(practice: Practice) -> list[str]:
    """Return the title in the language of the reader, and the original one."""
    return list(dict.fromkeys([practice.local.title, practice.title]))
