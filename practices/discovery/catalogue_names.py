"""The catalogue's own words: names of what a practice is filed under, and what the words of a search mean by them."""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from django.conf import settings
from django.db.models import CharField, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language, override

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
MIN_SIGNS = 2
"""Letters of a text in a script without spaces that names anything."""
MAX_KEYS = 24
"""Things that a word may name. One that more have in their names, such as “migration”, says nothing of any."""

type Key = tuple[str, Any]
"""Kind of thing, such as “objective”, and its key in a document."""


def names_of(document: Document) -> list[str]:
    """Return the English names of the objectives, goals, principles, type, organisations and evidence of a practice."""
    names = _names()["en"]
    return list(dict.fromkeys(name for key in keys_of(document) for name in names.get(key, ())))


def named_in(document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (field, names) of each thing a practice is filed under: its names in the active language and in English."""
    names = _names()
    local = names.get(get_language() or "en", {})
    for field, kind, key in _filed_under(document):
        yield field, tuple(dict.fromkeys([*local.get((kind, key), ()), *names["en"].get((kind, key), ())]))


def keys_of(document: Document) -> list[Key]:
    """Return what a practice is filed under."""
    return [(kind, key) for _field, kind, key in _filed_under(document) if key]


def _filed_under(document: Document) -> list[tuple[str, str, Any]]:
    """Return (field, kind, key in the document)."""
    return [
        *(("objectives", "objective", number) for number in document["objectives"]),
        *(("sdgs", "sdg", number) for number in document["sdgs"]),
        *(("principles", "principle", letter) for letter in document["principles"]),
        *(("implementer_kinds", "implementer", slug) for slug in document["implementer_kinds"]),
        ("type", "type", document["type"]),
        ("evidence_level", "evidence", document["evidence_level"]),
    ]


def keys_named(term: str, forms: Collection[str]) -> list[Key]:
    """Return what has a word in one of its names in another language than English, whose names are indexed themselves.

    `forms` are the lexemes that a word may be indexed under. A text in a script without spaces names what has it
    anywhere in a name. Nothing is named by what more than MAX_KEYS names have.
    """
    words = _words_of_names()
    found = [key for form in forms for key in words.by_lexeme.get(form, ())]
    if not forms:
        text = "".join(tokenizer.tokens(term))
        if len(text) >= MIN_SIGNS and not text.isascii() and text not in UBIQUITOUS:
            found = [key for name, key in words.unseparated if text in name]
    keys = list(dict.fromkeys(found))
    return keys if len(keys) <= MAX_KEYS else []


@dataclasses.dataclass(frozen=True)
class _Words:
    by_lexeme: Mapping[str, Sequence[Key]]
    unseparated: Sequence[tuple[str, Key]]
    """(name without its punctuation, what has it), of languages without spaces."""


@cached_per_version(across_publications=True, in_process=True)
def _words_of_names() -> _Words:
    by_lexeme: dict[str, dict[Key, None]] = {}
    unseparated: list[tuple[str, Key]] = []
    for language, its in _names().items():
        if language == "en":
            continue
        for key, names in its.items():
            for name in names:
                if tokenizer.is_unseparated(name):
                    unseparated.append(("".join(tokenizer.tokens(name)), key))
                    continue
                for word in tokenizer.each_word(name):
                    if word.token not in STOP_WORDS and word.token not in UBIQUITOUS:
                        for lexeme in thesaurus.lexemes_alone(word, language):
                            by_lexeme.setdefault(lexeme, {})[key] = None
    return _Words({lexeme: tuple(keys) for lexeme, keys in by_lexeme.items()}, unseparated)


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
    found: dict[tuple[str, ...], dict[Key, None]] = {}
    for its in _names().values():
        for (kind, key), names in its.items():
            alone = [str(key)] if kind == "objective" else []
            for name in [*names, *alone]:
                found.setdefault(_telling(name), {})[kind, key] = None
    return {words: list(keys) for words, keys in found.items()}


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
def _names() -> dict[str, dict[Key, tuple[str, ...]]]:
    """Return language → (kind, key in a document) → names in that language.

    English names include those of objectives and goals with their numbers in all languages, as these are indexed.
    """
    rows = _named_rows()
    found: dict[str, dict[Key, tuple[str, ...]]] = {}
    for language in dict.fromkeys(["en", *(code for code, _name in settings.LANGUAGES)]):
        names = {key: _names_of(row, language) for key, row in rows.items()}
        with override(language):
            names |= {
                ("evidence", level.value): (str(level.label),)
                for level in EvidenceLevel
                if level != EvidenceLevel.NONE_STATED
            }
        if language == "en":
            names |= {key: (*_numbered(key), *its) for key, its in names.items()}
        found[language] = names
    return found


_NAMED: dict[str, type[Taxonomy]] = {
    "objective": Objective,
    "sdg": SustainableDevelopmentGoal,
    "principle": GuidingPrinciple,
    "implementer": ImplementerKind,
    "type": PracticeType,
}


def _named_rows() -> dict[Key, Taxonomy]:
    """Return the rows of these tables with only their key, names and translations. One query."""
    selects = [
        model.objects.order_by()
        .annotate(kind=Value(kind), of=Cast(model.NATURAL_KEY, CharField()), **_two_names(model))
        .values_list("kind", "of", "first", "second", "translations")
        for kind, model in _NAMED.items()
    ]
    found: dict[Key, Taxonomy] = {}
    for kind, of, *names, translations in selects[0].union(*selects[1:], all=True).order_by():
        model, key = _NAMED[kind], int(of) if kind in _NUMBERED else of
        texts = dict(zip(_columns_of_names(model), names, strict=False))
        found[kind, key] = model(translations=translations, **{model.NATURAL_KEY: key}, **texts)
    return found


def _two_names(model: type[Taxonomy]) -> dict[str, Any]:
    """Return the columns `first` and `second` of names; a table with one name has no second."""
    first, *others = (Cast(column, TextField()) for column in _columns_of_names(model))
    return {"first": first, "second": others[0] if others else Value("", TextField())}


def _columns_of_names(model: type[Taxonomy]) -> list[str]:
    return [column for column in model.TRANSLATED if column != "meaning"]


_NUMBERED = {
    "objective": ("Objective", "GCM", "Objectif", "Objetivo", "Цель", "الهدف", "目标"),
    "sdg": ("SDG", "Goal", "ODD", "ODS", "ЦУР", "可持续发展目标"),
}
"""Kind → words before a number."""


def _numbered(key: Key) -> list[str]:
    kind, number = key
    return [f"{word} {number}" for word in _NUMBERED.get(kind, ())]


def _names_of(row: Taxonomy, language: str) -> tuple[str, ...]:
    """Return the names of a row in a language; none where it has no translation."""
    columns = _columns_of_names(type(row))
    names = (getattr(row, each) if language == "en" else row.translation(each, language) for each in columns)
    return tuple(dict.fromkeys(filter(None, names)))


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
