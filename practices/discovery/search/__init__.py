"""Full-text search over the database's own engine, with the same results on SQLite and PostgreSQL.

Texts are folded and stemmed in Python (`practices.core.tokenizer`), so FTS5 and tsvector store the same lexemes. An
engine is a module with KEY, MATCHES, `write`, `build_rows`, `expression`, `through_index`, `matching_sql`, `newest_sql`,
`keys_sql`, `find`, `count`, `columns_of` and `with_title_prefixes`, and a line in ENGINES. The order of results is
computed in `ranking`.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import batched
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from practices.choices import EvidenceLevel
from practices.core import bulk_insert, tokenizer
from practices.core.cache import cached_per_version
from practices.core.compound_select import Select
from practices.discovery import catalogue_names, semantic, thesaurus
from practices.discovery.search import fts5, tsvector
from practices.discovery.search.entry import Entry, build_entry
from practices.discovery.search.highlighter import Highlighter, mark_hits
from practices.discovery.search.interpretation import interpret
from practices.discovery.search.place_terms import near_places
from practices.discovery.search.query import Term, lexemes_of, parse
from practices.discovery.search.ranking import (
    MAX_COUNTED,
    AllOf,
    AnyOf,
    Hit,
    Node,
    Query,
    Scorer,
    WeighedTerm,
    enough_of,
    lexemes_in,
    strict_query,
    weigh,
)
from practices.discovery.search.spelling import similar_words, similar_words_of_each, unknown_words
from practices.models import ALL_PRACTICES, FacetCount, IndexedPractice, IndexedWord, Practice

MAX_HITS = 200
"""Search results listed; the total counts all."""
MAX_FOUND = 2_000
"""The newest results, of which facets are counted."""
MAX_FROM_TITLES = 100
"""Results that may be old: those with all words in their title. The others are the newest."""
MANY = 100
"""With as many results that have all words, none are added that have some of them; with as many that have some of them,
none that are similar in meaning."""
MAX_NEAR = 20
"""Practices similar in meaning that are ranked."""
MAX_BY_MEANING = 8
"""Results that are similar in meaning and that no words find."""
ENOUGH = 3
"""Practices that have a name in words, to which none are added that are similar in meaning."""
RANK_DAMPING = 10
"""k of reciprocal rank fusion: the higher, the less the first places count."""
MUCH_MORE = 2
"""Times as many practices that have another spelling of a word, so that it is taken for a mistake."""
MAX_BEHIND = 0.1
"""Cosine similarity by which such a result may be behind the nearest. Of the judged practices that only meaning finds,
12 of 13 are within it, and half of those that do not belong."""
BATCH = 10_000
"""Words written by one statement."""
TERMS_AT_ONCE = 200
"""Terms looked for by one statement. SQLite takes up to 500."""

ENGINES: dict[str, Any] = {"postgresql": tsvector, "sqlite": fts5}


def engine() -> Any:
    return ENGINES[connection.vendor]


# The index ----------------------------------------------------------------------------------


def index(entries: Sequence[Entry]) -> None:
    """Add practices to the search index, or replace them in it."""
    previous = engine().columns_of([entry.practice for entry in entries])
    changes = Counter(lexeme for entry in entries for lexeme in entry.lexemes)
    changes.subtract(lexeme for columns in previous.values() for lexeme in lexemes_in(columns))
    engine().write(entries)
    count_words(changes, {token: written for entry in entries for token, written in entry.spellings.items()})


def count_words(changes: Mapping[str, int], spellings: Mapping[str, str]) -> None:
    """Add numbers of practices to those of the words they contain. Words that no practice contains are forgotten.

    `spellings` are those of words that are written differently from their token. The first one is kept.
    """
    # Stems, which contain "~", get no initial, so that they are never proposed as a spelling.
    rows = [
        (word, spellings.get(word, ""), "" if "~" in word else word[0], len(word), change)
        for word, change in sorted(changes.items())
        if change
    ]
    table = IndexedWord._meta.db_table
    for batch in batched(rows, BATCH, strict=False):
        bulk_insert.insert(
            IndexedWord,
            {"word": "text", "written": "text", "initial": "text", "length": "integer", "count": "integer"},
            batch,
            f"ON CONFLICT (word) DO UPDATE SET count = {table}.count + excluded.count",
        )
    if fewer := [word for word, change in changes.items() if change < 0]:
        IndexedWord.objects.filter(word__in=fewer, count__lte=0).delete()


def remove(practice: Practice) -> None:
    """Remove a practice from the search index. Idempotent."""
    previous = engine().columns_of([practice.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM practices_search WHERE {engine().KEY} = %s", [practice.pk])
    count_words({lexeme: -1 for columns in previous.values() for lexeme in lexemes_in(columns)}, {})


def remove_unused_words(text: str) -> None:
    """Remove the words of a deleted text that no published practice contains from those known in search texts."""
    for token in tokenizer.tokens(text):
        if not filter_matching(Practice.objects.published(), parse(token)).exists():
            IndexedWord.objects.filter(word__in=tokenizer.forms(token)).delete()


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM practices_search")
    IndexedWord.objects.all().delete()


# Practices with every term -----------------------------------------------------------------------


def filter_matching[Rows: QuerySet[Any]](practices: Rows, terms: Sequence[Term]) -> Rows:
    """Filter `practices`, or rows that share their primary key, to those that have every term."""
    return filter_by(practices, strict_query(terms))


def filter_by[Rows: QuerySet[Any]](practices: Rows, query: Query) -> Rows:
    """Filter `practices`, or rows that share their primary key, by a query."""
    sql, parameters = engine().matching_sql(query)
    return practices.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 - terms are parameters


def filter_to[Rows: QuerySet[Any]](practices: Rows, keys: Sequence[int]) -> Rows:
    """Filter `practices`, or rows that share their primary key, to these primary keys, of which there may be many."""
    sql, parameters = engine().keys_sql(keys)
    return practices.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 - keys are parameters


@cached_per_version(lasts_if=itemgetter(1))
def newest(query: Query) -> tuple[list[int], int]:
    """Return (primary keys of the newest MAX_FOUND + 1 matches, number of all, counted up to MAX_COUNTED + 1).

    Results, their number and the counts of their facets come from this one search, as common words make each dear.
    """
    keys, number = engine().find(query, within=None, order="newest", limit=MAX_FOUND + 1)
    return keys, min(number, MAX_COUNTED + 1)


def through_index() -> AbstractContextManager[None]:
    """Return a context for queries that `filter_by` made, which keeps them fast for common words."""
    context: AbstractContextManager[None] = engine().through_index()
    return context


def is_match(practice: Practice, terms: Sequence[Term]) -> bool:
    """Return whether a practice has every term. The cost does not depend on the size of the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM practices_search WHERE {engine().KEY} = %s AND {engine().MATCHES}",
            [practice.pk, engine().expression(strict_query(terms))],
        )
        return cursor.fetchone() is not None


def terms_in_use(terms: Mapping[str, Term]) -> set[str]:
    """Return the keys of those terms that a practice has. One query for each TERMS_AT_ONCE."""
    each = f"SELECT %s WHERE EXISTS (SELECT 1 FROM practices_search WHERE {engine().MATCHES})"
    found: set[str] = set()
    for batch in batched(terms.items(), TERMS_AT_ONCE, strict=False):
        parameters = [
            value for key, term in batch for value in (key, engine().expression(strict_query([term])))
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([each] * len(batch)), parameters)
            found.update(key for (key,) in cursor.fetchall())
    return found


# Ranked search ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Plan:
    """A search text as the page of results reads it."""

    weighed: tuple[WeighedTerm, ...]
    """The wanted terms, with other spellings of those that no practice has."""
    unwanted: tuple[Term, ...] = ()
    some: Node | None = None
    """Condition for a practice to be found without all terms; None if only those with all are listed."""
    corrections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(word as typed, words that were searched instead) of each word that no practice has."""
    near: tuple[int, ...] = ()
    """Practices similar in meaning to the text, nearest first: at most MAX_BY_MEANING that no words find."""
    by_words: tuple[int, ...] = ()
    """If any is similar in meaning: all practices that are found by words."""

    def query(self, facet_keys: Sequence[Sequence[str]] = ()) -> Query:
        """Return the query for all practices that are listed."""
        strict = self.strict_query(facet_keys)
        return dataclasses.replace(strict, wanted=self.some) if self.some is not None else strict

    def strict_query(self, facet_keys: Sequence[Sequence[str]] = ()) -> Query:
        """Return the query for practices that have all terms."""
        return strict_query([*(each.term for each in self.weighed), *self.unwanted], facet_keys)


def plan(terms: tuple[Term, ...], *, is_ranked: bool) -> Plan:
    """Return how to search for terms: for all of them, or if `is_ranked` for most of them."""
    if is_ranked:
        return _ranked_plan(terms)
    weighed = tuple(WeighedTerm(term, 1, is_known=True) for term in terms if not term.excluded)
    return Plan(weighed, tuple(term for term in terms if term.excluded))


@cached_per_version(lasts_if=lambda made: all(each.is_known for each in made.weighed))
def _ranked_plan(terms: tuple[Term, ...]) -> Plan:
    wanted = [term for term in terms if not term.excluded]
    unwanted = tuple(term for term in terms if term.excluded)
    everything = FacetCount.objects.filter(scope=ALL_PRACTICES, key=ALL_PRACTICES)
    size = everything.values_list("count", flat=True).first() or 0
    frequencies = _frequencies(lexemes_of(wanted))
    weighed = weigh(wanted, frequencies, size)
    corrected = _spellings(weighed, frequencies)
    if corrected:
        wanted = [corrected[term].term if term in corrected else term for term in wanted]
        frequencies = _frequencies(lexemes_of(wanted))
        weighed = weigh(wanted, frequencies, size)
    weighed = [_without_unknown_names(each, frequencies) for each in weighed]
    found = Plan(
        tuple(weighed),
        unwanted,
        corrections=tuple((term.typed, meant.words) for term, meant in corrected.items()),
    )
    _keys_found, number = newest(found.strict_query())
    return found if number >= MANY else _with_near(dataclasses.replace(found, some=enough_of(weighed)))


_ANYTHING = Term((ALL_PRACTICES,), words=((ALL_PRACTICES,),))
"""A term that every practice has: the facet key of all."""


def _with_near(found: Plan) -> Plan:
    """Add the practices similar in meaning to a plan, of the places it names, unless many are found by words.

    Nothing is added to what a name finds: somebody who types “Objective 21” means its practices and no others.
    """
    if not semantic.is_available() or _is_answered(found):
        return found
    by_words, _number = engine().find(found.query(), within=None, order="newest", limit=MANY)
    if len(by_words) == MANY:
        return found
    text = " ".join(each.term.typed for each in found.weighed)
    similarities = dict(semantic.nearest(text, limit=MAX_NEAR))
    near = list(similarities)
    required = [each.term for each in found.weighed if each.term.required or each.term.is_place]
    if near and (required or found.unwanted):
        query = Query(AllOf((_ANYTHING, *required)), found.unwanted)
        allowed, _number = engine().find(query, within=_keys(near), order="newest", limit=MAX_NEAR)
        near = [key for key in near if key in allowed]
    least = max(similarities.values(), default=0) - MAX_BEHIND
    by_meaning = [key for key in near if key not in by_words and similarities[key] >= least][:MAX_BY_MEANING]
    near = [key for key in near if key in by_words or key in by_meaning]
    return dataclasses.replace(found, near=tuple(near), by_words=tuple(by_words)) if near else found


def _is_answered(found: Plan) -> bool:
    """Return whether the terms are nothing but a name with practices: of a place, a topic, or what they are filed under.

    A name in words needs ENOUGH of them: the few practices that mention a topic are seldom all that deal with it.
    A number, as in “Objective 12”, needs none: it has no meaning that another practice could be similar to.
    """
    text = " ".join(each.term.typed for each in found.weighed)
    is_place = len(found.weighed) == 1 and found.weighed[0].term.is_place
    if not (is_place or catalogue_names.named_by(text) or thesaurus.concept_named(text)):
        return False
    if text[-1].isdecimal():
        return True
    enough = 1 if is_place else ENOUGH
    counted: int = engine().count(found.strict_query(), within=None, most=enough)
    return counted == enough


def _keys(practices: Sequence[int], within: QuerySet[Any] | None = None) -> tuple[str, Sequence[Any]]:
    """Return (SQL of a subquery, its parameters) for these practices, as far as they are `within` another."""
    rows = IndexedPractice.objects.filter(pk__in=practices)
    if within is not None:
        rows = rows.filter(pk__in=within)
    return rows.values("practice").query.sql_with_params()


def _frequencies(lexemes: Iterable[str]) -> dict[str, int]:
    """Return lexeme → number of practices that have it."""
    return dict(IndexedWord.objects.filter(word__in=lexemes).values_list("word", "count"))


def _without_unknown_names(weighed: WeighedTerm, frequencies: Mapping[str, int]) -> WeighedTerm:
    """Drop the names of concepts that no practice has: there are a hundred, and conditions repeat each term."""
    term = weighed.term
    phrases = tuple(run for run in term.phrases if all(map(frequencies.get, run)))
    if not term.concepts or not (phrases or term.words):
        return weighed
    return dataclasses.replace(weighed, term=dataclasses.replace(term, phrases=phrases))


@dataclasses.dataclass(frozen=True)
class _Meant:
    """Correction of a word that no practice has: the words that may be meant, and a term that finds them."""

    words: tuple[str, ...]
    term: Term


def _spellings(weighed: Sequence[WeighedTerm], frequencies: Mapping[str, int]) -> dict[Term, _Meant]:
    """Return the countries and words that are spelt almost like words that no practice has.

    A mistake may leave a stem that a few practices have by chance: “remitance” has that of “remit”. Words that many
    more practices have are then meant.
    """
    found = {}
    for each in weighed:
        term = each.term
        if not term.is_word or term.concepts or term.text in frequencies:
            continue
        if not each.is_known and (meant := _country_meant(term)):
            found[term] = meant
            continue
        words = similar_words(term.text)
        if words and each.is_known:
            known = max(frequencies.get(form, 0) for form in term.forms)
            counts = _frequencies({form for word in words for form in tokenizer.forms(word)})
            words = [word for word in words if counts.get(tokenizer.forms(word)[0], 0) > MUCH_MORE * known]
        if words:
            found[term] = _Meant(tuple(words), _with_spellings(term, words))
    return found


def _country_meant(term: Term) -> _Meant | None:
    """Return the countries with practices that somebody may have misspelt."""
    near = near_places(term)
    in_use = _frequencies(lexemes_of(near.values()))
    found = {name: country for name, country in near.items() if not country.lexemes.isdisjoint(in_use)}
    phrases = tuple(run for country in found.values() for run in country.phrases)
    meant = dataclasses.replace(term, words=(), phrases=phrases, is_place=True)
    return _Meant(tuple(found), meant) if found else None


def _with_spellings(term: Term, words: Sequence[str]) -> Term:
    return dataclasses.replace(
        term, words=(tuple(dict.fromkeys(form for word in words for form in tokenizer.forms(word))),)
    )


@dataclasses.dataclass(frozen=True)
class Ranking:
    hits: tuple[Hit, ...]
    """The first MAX_HITS practices."""
    all_words: int
    """Number of practices that have all words, counted up to MAX_COUNTED + 1."""
    total: int
    """Number of practices found, counted up to MAX_COUNTED + 1."""
    by_meaning: int
    """Number of practices that were found by their meaning alone."""
    corrections: tuple[tuple[str, tuple[str, ...]], ...] = ()


def rank(
    found: Plan,
    facet_keys: Sequence[Sequence[str]] = (),
    *,
    within: QuerySet[Any] | None = None,
    order: str = "relevance",
    limit: int | None = None,
) -> Ranking:
    """Find practices: those with all words first, then those with most of them, then those similar in meaning.

    A match has at least one key of each list of facet keys; `within` restricts matches to a query of primary keys.
    `order` is one of `filters.SORTS`; `limit` is MAX_HITS unless given.
    """
    limit = limit or MAX_HITS
    inside = within.query.sql_with_params() if within is not None else None
    by_date = "newest" if order == "relevance" else order

    def first(query: Query, most: int = limit, **options: Any) -> tuple[list[int], int]:
        if inside is None and by_date == "newest" and not options:
            keys, number = newest(query)
            return keys[:most], number
        keys, number = engine().find(query, within=inside, order=by_date, limit=most, **options)
        return keys, min(number, MAX_COUNTED + 1)

    strict = found.strict_query(facet_keys)
    whole, all_words = first(strict)
    total = all_words
    if order == "relevance" and all_words > limit:
        titled, _number = first(strict, MAX_FROM_TITLES, in_title=True)
        whole = list(dict.fromkeys([*titled, *whole]))[:limit]
    partial: list[int] = []
    if found.some is not None and len(whole) < limit:
        wide = found.query(facet_keys)
        keys, number = first(wide)
        total = max(number, all_words)
        known = set(whole)
        partial = [key for key in keys if key not in known][: limit - len(whole)]
    near: list[int] = []
    if found.near:  # all that are found by words are known, as they are few
        query = Query(_ANYTHING, facet_keys=strict.facet_keys)
        near, _number = engine().find(query, within=_keys(found.near, within), order=by_date, limit=MAX_NEAR)
    by_words = {*whole, *partial}
    by_meaning = [key for key in near if key not in by_words]
    hits = (
        *_complete_hits(whole, found, order),
        *_partial_hits(partial, found, order),
        *(Hit(key, by_meaning=True) for key in _nearest_first(by_meaning, found, order)),
    )
    return Ranking(hits, all_words, total + len(by_meaning), len(by_meaning), found.corrections)


_EVIDENCE = {level: place for place, level in enumerate(EvidenceLevel.values)}


def _complete_hits(keys: list[int], found: Plan, order: str) -> list[Hit]:
    """Return hits for practices with all words: in the given order, or best first if `order` is "relevance"."""
    if order == "relevance":
        keys = _best_first(keys, {key: number for key, (number, _missing) in _scores(keys, found).items()})
    return [Hit(key) for key in keys]


def _partial_hits(keys: list[int], found: Plan, order: str) -> list[Hit]:
    """Return hits for practices with some of the words: in the given order, or best first if `order` is "relevance".

    Best first is by the fused reciprocal ranks of both lists, by words and by meaning.
    """
    scores = _scores(keys, found)
    if order == "relevance":
        by_score = _best_first(keys, {key: number for key, (number, _missing) in scores.items()})
        fused = dict.fromkeys(by_score, 0.0)
        for ranked in (by_score, found.near):
            for place, key in enumerate(ranked):
                if key in fused:
                    fused[key] += 1 / (RANK_DAMPING + place)
        keys = sorted(fused, key=fused.__getitem__, reverse=True)
    return [Hit(key, scores[key][1]) for key in keys]


def _nearest_first(keys: list[int], found: Plan, order: str) -> list[int]:
    return [key for key in found.near if key in keys] if order == "relevance" else keys


def _scores(keys: list[int], found: Plan) -> dict[int, tuple[float, tuple[str, ...]]]:
    if not keys:
        return {}
    columns = engine().columns_of(keys)
    scorer = Scorer(found.weighed)
    return {key: scorer.score(columns.get(key, ())) for key in keys}


def _best_first(keys: list[int], scores: Mapping[int, float]) -> list[int]:
    """Sort practices by score; a tie goes by evidence, then to the newest."""
    rows = Practice.objects.filter(pk__in=keys).values_list("pk", "evidence_level", "published_at")
    ranks = {
        key: (round(scores[key], 2), _EVIDENCE.get(level, 0), published_at, key)
        for key, level, published_at in rows
    }
    return sorted(ranks, key=ranks.__getitem__, reverse=True)


def newest_with(wanted: Node, *, limit: int, in_title: bool = False) -> Select:
    """Return the SELECT of the newest practices that meet a condition, in their title if `in_title`.

    It is fast inside `through_index`.
    """
    select: Select = engine().newest_sql(Query(wanted), limit=limit, in_title=in_title)
    return select


def with_title_prefixes(prefixes: Sequence[str], *, limit: int) -> list[int]:
    """Return primary keys of the newest practices whose title has, for each folded prefix, a word that starts with it."""
    found: list[int] = engine().with_title_prefixes(prefixes, limit)
    return found


__all__ = [
    "MAX_BY_MEANING",
    "MAX_COUNTED",
    "MAX_FOUND",
    "MAX_HITS",
    "AllOf",
    "AnyOf",
    "Entry",
    "Highlighter",
    "Hit",
    "Node",
    "Plan",
    "Term",
    "build_entry",
    "clear",
    "count_words",
    "filter_by",
    "filter_matching",
    "filter_to",
    "index",
    "interpret",
    "is_match",
    "mark_hits",
    "newest",
    "newest_with",
    "parse",
    "plan",
    "rank",
    "remove",
    "remove_unused_words",
    "similar_words",
    "similar_words_of_each",
    "terms_in_use",
    "through_index",
    "unknown_words",
    "with_title_prefixes",
]
