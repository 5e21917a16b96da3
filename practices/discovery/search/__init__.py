"""From a reader's words to practices: full text over the database's own engine, the same on both.

Texts are folded and stemmed in Python (`practices.core.tokenizer`), so SQLite's FTS5 and PostgreSQL's tsvector find the
same. An engine is a module with `write`, `expression`, `matching`, `ranked` and `titled`; another one could stand
in its place.
"""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from practices.core import bulk_insert, tokenizer
from practices.discovery.search import fts5, tsvector
from practices.discovery.search.entry import Entry, build_entry
from practices.discovery.search.highlighter import Highlighter
from practices.discovery.search.query import Term, parse
from practices.discovery.search.spelling import correct_spelling, unknown_words
from practices.models import Practice, Word

MAX_HITS = 1000
"""A search is listed as far as this; nobody reads on."""
BATCH = 10_000

ENGINES: dict[str, Any] = {"postgresql": tsvector, "sqlite": fts5}


def engine() -> Any:
    return ENGINES[connection.vendor]


def interpret(text: str) -> list[Term]:
    """The terms of what was typed, ready to be searched for. At most a few queries; none for signs alone.

    Words to leave out need one to look for: alone they are no terms.
    """
    terms = correct_spelling(parse(text))
    return terms if any(not term.excluded for term in terms) else []


def index(entries: Sequence[Entry]) -> None:
    """Put practices into the index, anew when they are in it."""
    engine().write(entries)
    add_words(set().union(*(entry.lexemes for entry in entries)))


def add_words(lexemes: Iterable[str]) -> None:
    """Know words from now on."""
    # Stems are known by their namespace and are nobody's spelling.
    rows = [(each, "" if "~" in each else each[0], len(each)) for each in sorted(lexemes)]
    for some in batched(rows, BATCH, strict=False):
        bulk_insert.insert(
            Word,
            {"word": "text", "initial": "text", "length": "integer"},
            some,
            "ON CONFLICT (word) DO NOTHING",
        )


def remove(practice: Practice) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM practices_search WHERE {engine().KEY} = %s", [practice.pk])


def remove_unused_words(text: str) -> None:
    """Know those words of a text that had to go no longer which no practice has any more."""
    for token in tokenizer.tokens(text):
        if not filter_matching(Practice.objects.published(), parse(token)).exists():
            Word.objects.filter(word__in=[token, *tokenizer.every_stem(token)]).delete()


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM practices_search")
    Word.objects.all().delete()


def filter_matching[Rows: QuerySet[Any]](
    practices: Rows,
    terms: Sequence[Term],
    facet_keys: Sequence[Sequence[str]] = (),
    *,
    newest: int | None = None,
) -> Rows:
    """Those of `practices`, rows with their keys, that have every term, and of each list of facet keys one.

    In the order given. `newest`: only so many, the newest, of all that match.
    """
    sql, parameters = engine().matching(terms, facet_keys, newest)
    return practices.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 - words are parameters


def words_in_use(words: Sequence[str]) -> set[str]:
    """Those of some words that a published practice has. At most one query."""
    if not words:
        return set()
    each = f"SELECT %s WHERE EXISTS (SELECT 1 FROM practices_search WHERE {engine().MATCHES})"
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([each] * len(words)),
            [value for word in words for value in (word, engine().expression([Term((word,))]))],
        )
        return {word for (word,) in cursor.fetchall()}


def is_match(practice: Practice, terms: Sequence[Term]) -> bool:
    """Whether one practice has every term; costs the same however many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM practices_search WHERE {engine().KEY} = %s AND {engine().MATCHES}",
            [practice.pk, engine().expression(terms)],
        )
        return cursor.fetchone() is not None


def rank(
    terms: Sequence[Term],
    facet_keys: Sequence[Sequence[str]] = (),
    *,
    within: QuerySet[Any] | None = None,
    order: str = "relevance",
    limit: int = MAX_HITS,
) -> tuple[list[int], int]:
    """(keys of the first `limit` practices that have every term and of each list of facet keys one, how many do).

    `within` are keys of practices they must be among. "relevance" ranks the newest: the title counts most.
    """
    inside = within.query.sql_with_params() if within is not None else None
    return engine().rank(terms, facet_keys, within=inside, order=order, limit=limit)


def with_title_prefixes(beginnings: Sequence[str], *, limit: int) -> list[int]:
    """Keys of the newest practices whose titles have, for each of these folded texts, a word that begins so."""
    found: list[int] = engine().with_title_prefixes(beginnings, limit)
    return found


__all__ = [
    "MAX_HITS",
    "Entry",
    "Highlighter",
    "Term",
    "add_words",
    "build_entry",
    "clear",
    "filter_matching",
    "index",
    "interpret",
    "is_match",
    "parse",
    "rank",
    "remove",
    "remove_unused_words",
    "unknown_words",
    "with_title_prefixes",
    "words_in_use",
]
