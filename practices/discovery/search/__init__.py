"""Full-text search over the database's own engine, with the same results on SQLite and PostgreSQL.

Texts are folded and stemmed in Python (`practices.core.tokenizer`), so FTS5 and tsvector store the same lexemes. An
engine is a module with KEY, MATCHES, `write`, `build_rows`, `expression`, `matching_sql`, `rank` and
`with_title_prefixes`, and a line in ENGINES.
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
from practices.models import IndexedWord, Practice

MAX_HITS = 1000
"""Search results listed; the total counts all."""
BATCH = 10_000
"""Words written by one statement."""

ENGINES: dict[str, Any] = {"postgresql": tsvector, "sqlite": fts5}


def engine() -> Any:
    return ENGINES[connection.vendor]


def interpret(text: str) -> list[Term]:
    """Parse and spell-check a search text. A few queries at most.

    Empty if the text contains no words, or only excluded ones.
    """
    terms = correct_spelling(parse(text))
    return terms if any(not term.excluded for term in terms) else []


def index(entries: Sequence[Entry]) -> None:
    """Add practices to the search index, or replace them in it."""
    engine().write(entries)
    add_words(set().union(*(entry.lexemes for entry in entries)))


def add_words(lexemes: Iterable[str]) -> None:
    """Add words to those known in search texts. Known words are ignored."""
    # Stems, which contain "~", get no initial, so that they are never proposed as a spelling.
    rows = [(each, "" if "~" in each else each[0], len(each)) for each in sorted(lexemes)]
    for batch in batched(rows, BATCH, strict=False):
        bulk_insert.insert(
            IndexedWord,
            {"word": "text", "initial": "text", "length": "integer"},
            batch,
            "ON CONFLICT (word) DO NOTHING",
        )


def remove(practice: Practice) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM practices_search WHERE {engine().KEY} = %s", [practice.pk])


def remove_unused_words(text: str) -> None:
    """Remove the words of a deleted text that no published practice contains from those known in search texts."""
    for token in tokenizer.tokens(text):
        if not filter_matching(Practice.objects.published(), parse(token)).exists():
            IndexedWord.objects.filter(word__in=[token, *tokenizer.every_stem(token)]).delete()


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM practices_search")
    IndexedWord.objects.all().delete()


def filter_matching[Rows: QuerySet[Any]](
    practices: Rows,
    terms: Sequence[Term],
    facet_keys: Sequence[Sequence[str]] = (),
    *,
    newest: int | None = None,
) -> Rows:
    """Filter `practices`, or rows that share their primary key, by search.

    A match has every term and at least one key of each list of facet keys. With `newest`, only that many of the
    newest matches are considered.
    """
    sql, parameters = engine().matching_sql(terms, facet_keys, newest)
    return practices.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 - terms are parameters


def words_in_use(words: Sequence[str]) -> set[str]:
    """Return those of `words` that occur in a published practice. At most one query."""
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
    """Return whether a practice has every term. The cost does not depend on the size of the catalogue."""
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
    """Return (primary keys of the first `limit` matches, number of all matches).

    A match has every term and at least one key of each list of facet keys; `within` restricts matches to a query of
    primary keys. `order` is one of `filters.SORTS`; "relevance" ranks the newest `limit` matches, title first.
    """
    inside = within.query.sql_with_params() if within is not None else None
    return engine().rank(terms, facet_keys, within=inside, order=order, limit=limit)


def with_title_prefixes(prefixes: Sequence[str], *, limit: int) -> list[int]:
    """Return primary keys of the newest practices whose title has, for each folded prefix, a word that starts with it."""
    found: list[int] = engine().with_title_prefixes(prefixes, limit)
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
