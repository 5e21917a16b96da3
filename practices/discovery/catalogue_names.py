"""The catalogue's own words: names of what a practice is filed under, and what the words of a search mean by them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from practices.choices import EvidenceLevel
from practices.core import places, tokenizer
from practices.core.cache import cached_per_version
from practices.core.stop_words import STOP_WORDS, UBIQUITOUS
from practices.discovery import thesaurus
from practices.documents import Document
from practices.documents.lookup import rows_named
from practices.models import (
    ALL_PRACTICES,
    Country,
    FacetCount,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    Region,
    SustainableDevelopmentGoal,
    Taxonomy,
)

MAX_NAME_WORDS = 12
"""Words of a name, stop words apart. Longer names are found as a whole only."""
MAX_NAMED = 2
"""A word in the labels of more objectives, or a name of more countries, means none of them."""
MAX_WORDS = 5
"""Words that are looked up in the labels of objectives, besides those of concepts and stop words."""
MIN_NAMED_LETTERS = 4


def names_of(document: Document) -> list[str]:
    """Return the names of the objectives, goals, principles, type, organisations and evidence of a practice."""
    return list(dict.fromkeys(name for _field, names in named_in(document) for name in names))


def named_in(document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (field, names) of each thing a practice is filed under: its names in English and in the active language."""
    filed_under = [
        *(("objectives", "objective", number) for number in document["objectives"]),
        *(("sdgs", "sdg", number) for number in document["sdgs"]),
        *(("principles", "principle", letter) for letter in document["principles"]),
        *(("implementer_kinds", "implementer", slug) for slug in document["implementer_kinds"]),
        ("type", "type", document["type"]),
        ("evidence_level", "evidence", document["evidence_level"]),
    ]
    names = _names()
    return ((field, names.get((kind, key), ())) for field, kind, key in filed_under)


def named_by(text: str) -> list[tuple[str, Any]]:
    """Return (kind, key in a document) of what `text` names as a whole, stop words apart.

    A number alone names an objective.
    """
    return _by_name().get(_telling(text), [])


def mentions(words: Sequence[str]) -> list[tuple[str, Any]]:
    """Return (kind, key in a document) of what consecutive words, as typed, name: the longest names, in order.

    A single word names something only if there is no other.
    """
    typed, by_name = _telling(" ".join(words)), _by_name()
    found: list[tuple[str, Any]] = []
    start = 0
    while start < len(typed):
        stops = range(min(len(typed), start + MAX_NAME_WORDS), start, -1)
        named = (stop for stop in stops if typed[start:stop] in by_name)
        stop = next((stop for stop in named if stop - start > 1 or len(typed) == 1), None)
        found += by_name[typed[start:stop]] if stop else []
        start = stop or start + 1
    return list(dict.fromkeys(found))


def _telling(text: str) -> tuple[str, ...]:
    return tuple(token for token in tokenizer.tokens(text) if token not in STOP_WORDS)


@cached_per_version(across_publications=True, in_process=True)
def _by_name() -> dict[tuple[str, ...], list[tuple[str, Any]]]:
    found: dict[tuple[str, ...], list[tuple[str, Any]]] = {}
    for (kind, key), names in _names().items():
        alone = [str(key)] if kind == "objective" else []
        for words in dict.fromkeys(_telling(name) for name in [*names, *alone]):
            found.setdefault(words, []).append((kind, key))
    return found


def place_codes(countries: Sequence[Country]) -> list[str]:
    """Return the codes of countries and of the regions they lie in.

    Their names are read in a search text only: a practice of Guinea-Bissau is not one of Guinea.
    """
    subregions = [country.subregion for country in countries if country.subregion]
    regions = [*subregions, *(subregion.parent for subregion in subregions if subregion.parent)]
    return list(
        dict.fromkeys([*(country.code for country in countries), *(region.code for region in regions)])
    )


@cached_per_version(across_publications=True, in_process=True)
def _names() -> dict[tuple[str, Any], tuple[str, ...]]:
    """Return (kind, key in a document) → names."""
    names: dict[tuple[str, Any], tuple[str, ...]] = {}
    for objective in Objective.objects.all():
        number = objective.number
        numbered = (f"Objective {number}", f"GCM {number}", f"Objectif {number}", f"Objetivo {number}")
        names["objective", number] = (*numbered, *_names_of(objective))
    for goal in SustainableDevelopmentGoal.objects.all():
        number = goal.number
        numbered = (f"SDG {number}", f"Goal {number}", f"ODD {number}", f"ODS {number}")
        names["sdg", number] = (*numbered, *_names_of(goal))
    for principle in GuidingPrinciple.objects.all():
        names["principle", principle.letter] = _names_of(principle)
    for kind in ImplementerKind.objects.all():
        names["implementer", kind.slug] = _names_of(kind)
    for practice_type in PracticeType.objects.all():
        names["type", practice_type.slug] = _names_of(practice_type)
    for level in EvidenceLevel:
        names["evidence", level.value] = () if level == EvidenceLevel.NONE_STATED else (str(level.label),)
    return names


def _names_of(row: Taxonomy) -> tuple[str, ...]:
    """Return the names of a row in English and in the active language."""
    columns = [column for column in row.TRANSLATED if column != "meaning"]
    return tuple(
        dict.fromkeys(
            name for column in columns for name in (getattr(row, column), getattr(row.local, column))
        )
    )


def meant_by(words: Sequence[str], concepts: Sequence[Sequence[str]]) -> list[Objective | Country | Region]:
    """Return what the words of a search, as typed, mean: countries in use and regions, and objectives.

    `concepts` has the concepts that each word names, perhaps together with others.

    An objective is meant by words of its short label, in any of their forms. One that fewer words mean than another is
    not: in “reintegration of returning workers”, the last word alone does not mean decent work.
    """
    countries = {country.code for country in countries_in_use()}
    found: list[Objective | Country | Region] = [
        place for place in places_in(words) if isinstance(place, Region) or place.code in countries
    ]
    meant: Counter[Objective] = Counter()
    for objectives in _objectives_by_word(words, concepts):
        meant.update(objectives)
    most = max(meant.values(), default=0)
    return [*dict.fromkeys(found), *(row for row, number in meant.items() if number == most)]


def _objectives_by_word(words: Sequence[str], concepts: Sequence[Sequence[str]]) -> Iterator[list[Objective]]:
    """Yield the objectives that each word means.

    Words that name a concept are read with its English name, as “remesas” means what “remittances” means, and mean only
    objectives of the concept: “social workers” are not about decent work.
    """
    filed = {each: numbers for each in chain(*concepts) if (numbers := thesaurus.objectives(each))}
    for concept, numbers in filed.items():
        typed = [word for word, its in zip(words, concepts, strict=True) if concept in its]
        preferred = thesaurus.names(concept).get("en", [])[:1]
        for word in dict.fromkeys(words_of(" ".join([*typed, *preferred]))):
            yield [row for row in _with_label_word(word) if row.number in numbers]
    others = [word for word, its in zip(words, concepts, strict=True) if filed.keys().isdisjoint(its)]
    for word in _telling(" ".join(others))[:MAX_WORDS]:
        rows = _with_label_word(word)
        yield rows if len(rows) <= MAX_NAMED else []


def _with_label_word(word: str) -> list[Objective]:
    if len(word) < MIN_NAMED_LETTERS or word in UBIQUITOUS:
        return []
    return [
        row
        for row in all_objectives()
        if _has_word(row.short_label, word) or _has_word(row.local.short_label, word)
    ]


def places_in(words: Sequence[str]) -> list[Country | Region]:
    """Return the countries and regions that consecutive words, as typed, name. At most MAX_NAMED share a name."""
    found: list[Country | Region] = []
    for mention in places.mentions(words):
        match mention.meaning:
            case places.OneCountry(code):
                found += rows_named(Country, [code])
            case places.SeveralCountries(codes) if len(codes) <= MAX_NAMED:
                found += rows_named(Country, codes)
            case places.Area(regions=regions) if len(regions) <= MAX_NAMED:
                found += rows_named(Region, regions)
    return list(dict.fromkeys(found))


def _has_word(name: str, word: str) -> bool:
    """Return whether a name has the word, or a word that it lengthens: “returning” means “return”."""
    long_words = [
        name_word
        for name_word in words_of(name)
        if len(name_word) >= MIN_NAMED_LETTERS and name_word not in UBIQUITOUS
    ]
    return any(word.startswith(name_word) or word + "s" == name_word for name_word in long_words)


@lru_cache(maxsize=10_000)  # about as many as countries have names
def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a name."""
    return tuple(tokenizer.tokens(name))


@cached_per_version(across_publications=True)
def all_objectives() -> list[Objective]:
    """Return the objectives by number."""
    return cast("list[Objective]", list(Objective.objects.all()))


@cached_per_version
def countries_in_use() -> list[Country]:
    """Return the countries with practices."""
    return list(Country.objects.filter(code__in=[code.upper() for code in _places_in_use()["country"]]))


@cached_per_version
def _places_in_use() -> dict[str, list[str]]:
    """Return the values of the facets "country" and "region" that practices have."""
    used = FacetCount.objects.filter(scope=ALL_PRACTICES, facet__in=("country", "region"), count__gt=0)
    keys = list(used.values_list("facet", "key"))
    return {
        facet: [key.partition(":")[2] for its, key in keys if its == facet] for facet in ("country", "region")
    }


@cached_per_version
def regions_in_use() -> list[Region]:
    """Return the regions and sub-regions with practices."""
    return list(Region.objects.filter(slug__in=_places_in_use()["region"]))
