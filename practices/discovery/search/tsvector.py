"""Search engine for PostgreSQL: a tsvector built in Python, with one GIN index."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from practices.core import replica
from practices.discovery.search.entry import Entry
from practices.discovery.search.query import Term
from practices.discovery.search.ranking import AllOf, AnyOf, Node, Query

KEY, MATCHES = "practice_id", "vector @@ %s::tsquery"
"""The column of the practice, and the condition that takes an expression."""
MAX_POSITIONS = 16_383
"""PostgreSQL's limit of a position in a tsvector. Words beyond it are found, but not as a phrase."""
TITLE = "="
"""Prefix of lexemes of the title, stored a second time, so that a search of titles scans no other texts."""
_LINE = "\n"


def write(entries: Sequence[Entry]) -> None:
    _table, _columns, rows = build_rows(entries)
    statement = (
        "INSERT INTO practices_search (practice_id, published_at, vector, columns) "
        "VALUES (%s, %s, %s::tsvector, %s) "
        "ON CONFLICT (practice_id) DO UPDATE SET vector = excluded.vector, columns = excluded.columns"
    )
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(statement, rows[0])  # faster than the pipeline of executemany
        else:
            cursor.executemany(statement, rows)


def build_rows(entries: Sequence[Entry]) -> tuple[str, list[str], list[tuple]]:
    """Return (table, columns, rows) for the search index."""
    rows = [
        (entry.practice, entry.published_at, _vector(entry), _LINE.join(entry.words.columns))
        for entry in entries
    ]
    return "practices_search", ["practice_id", "published_at", "vector", "columns"], rows


def _vector(entry: Entry) -> str:
    positions: dict[str, list[str]] = {}
    position = 1
    for part in entry.words.parts:
        for run in part:
            for lexemes in run:
                for lexeme in lexemes:
                    found = positions.setdefault(lexeme, [])
                    if position <= MAX_POSITIONS:
                        found.append(str(position))
                position += 1
            position += 1  # so that no phrase matches across texts
    # PostgreSQL keeps no more than 255 positions of a lexeme. One that occurs beyond the last position has none: it is
    # found alone, but in no phrase.
    words = [
        f"'{lexeme}':{','.join(found[:255])}" if found else f"'{lexeme}'"
        for lexeme, found in positions.items()
    ]
    in_title = {f"'{TITLE}{lexeme}'" for run in entry.words.parts[0] for lexemes in run for lexeme in lexemes}
    return " ".join([*words, *in_title, *(f"'{key}'" for key in entry.facet_keys)])


def expression(query: Query, *, in_title: bool = False) -> str:
    """Build a tsquery. With `in_title`, what is wanted has to be in the title, phrases in any order."""
    parts = [_node(query.wanted, TITLE if in_title else "")]
    parts += [" | ".join(f"'{key}'" for key in one_of) for one_of in query.facet_keys]
    unwanted = [_node(term, "") for term in query.unwanted]
    return " & ".join([*(f"({part})" for part in parts), *(f"!({part})" for part in unwanted)])


def _node(node: Node, mark: str) -> str:
    match node:
        case AllOf(parts):
            return " & ".join(f"({_node(part, mark)})" for part in parts)
        case AnyOf(parts):
            return " | ".join(f"({_node(part, mark)})" for part in parts)
        case Term():
            return _term(node, mark)


def _term(term: Term, mark: str) -> str:
    parts = (
        [" & ".join(f"({' | '.join(f"'{mark}{form}'" for form in forms)})" for forms in term.words)]
        if term.words
        else []
    )
    follows = " & " if mark else " <-> "  # lexemes of the title have no positions
    parts += [f"({follows.join(f"'{mark}{lexeme}'" for lexeme in run)})" for run in term.phrases]
    if term.prefix:
        parts.append(f"'{mark}{term.text}':*")
    return " | ".join(f"({part})" for part in parts)


@contextmanager
def through_index() -> Iterator[None]:
    """Make PostgreSQL use the full-text index for common words, too.

    Long vectors are stored apart, which the planner does not know: it takes reading the table for cheap, and to look at
    each vector takes seconds.
    """
    connection = replica.connection()
    with transaction.atomic(connection.alias, savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")  # for what follows in a longer transaction


def matching_sql(query: Query) -> tuple[str, list[Any]]:
    """Return (SQL of a subquery of matches, its parameters).

    MATERIALIZED keeps the planner from walking the outer order instead of the GIN index.
    """
    sql = (
        "WITH matches AS MATERIALIZED "
        "(SELECT practice_id FROM practices_search WHERE vector @@ %s::tsquery) "
        "SELECT practice_id FROM matches"
    )
    return sql, [expression(query)]


def newest_sql(query: Query, *, limit: int, in_title: bool = False) -> tuple[str, list[Any]]:
    """Return (SQL of the ids of the newest matches, its parameters)."""
    sql = (
        "WITH matches AS MATERIALIZED "
        "(SELECT practice_id, published_at FROM practices_search WHERE vector @@ %s::tsquery) "
        "SELECT practice_id FROM matches ORDER BY published_at DESC, practice_id DESC LIMIT %s"
    )
    return sql, [expression(query, in_title=in_title), limit]


def keys_sql(keys: Sequence[int]) -> tuple[str, list[Any]]:
    """Return (SQL of a subquery of primary keys, its parameters)."""
    return "SELECT unnest(%s::bigint[])", [list(keys)]


def find(
    query: Query,
    *,
    within: tuple[str, Sequence[Any]] | None,
    order: str,
    limit: int,
    in_title: bool = False,
) -> tuple[list[int], int]:
    """Return (ids of the first `limit` matches, number of all) in the order "newest", "oldest" or "title"."""
    inside, parameters = (f" AND practice_id IN ({within[0]})", within[1]) if within else ("", ())
    by = {
        "oldest": "published_at, practice_id",
        "title": "(SELECT sort_title FROM practices_practice WHERE id = practice_id), practice_id",
    }.get(order, "published_at DESC, practice_id DESC")
    with through_index(), replica.connection().cursor() as cursor:
        cursor.execute(
            "WITH matches AS MATERIALIZED (SELECT practice_id, published_at FROM practices_search "
            f"WHERE vector @@ %s::tsquery{inside}) "
            f"SELECT practice_id, (SELECT count(*) FROM matches) FROM matches ORDER BY {by} LIMIT %s",
            [expression(query, in_title=in_title), *parameters, limit],
        )
        rows = cursor.fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def count(query: Query, *, within: tuple[str, Sequence[Any]] | None, most: int) -> int:
    """Return the number of matches, or `most` if there are more."""
    inside, parameters = (f" AND practice_id IN ({within[0]})", within[1]) if within else ("", ())
    with through_index(), replica.connection().cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ("
            f"SELECT 1 FROM practices_search WHERE vector @@ %s::tsquery{inside} LIMIT %s) AS matches",
            [expression(query), *parameters, most],
        )
        return cursor.fetchone()[0]


def columns_of(practices: Sequence[int]) -> dict[int, list[str]]:
    """Return the texts of practices, in the order of `entry.COLUMNS`."""
    with replica.connection().cursor() as cursor:
        cursor.execute(
            "SELECT practice_id, columns FROM practices_search WHERE practice_id = ANY(%s)", [list(practices)]
        )
        return {pk: columns.split(_LINE) for pk, columns in cursor.fetchall()}


def with_title_prefixes(prefixes: Sequence[str], limit: int) -> list[int]:
    """Return ids of the newest practices whose title has a word for each prefix."""
    wanted = " & ".join(f"'{TITLE}{prefix}':*" for prefix in prefixes)
    with through_index(), replica.connection().cursor() as cursor:
        cursor.execute(
            "WITH matches AS MATERIALIZED ("
            "SELECT practice_id, published_at FROM practices_search WHERE vector @@ %s::tsquery) "
            "SELECT practice_id FROM matches ORDER BY published_at DESC, practice_id DESC LIMIT %s",
            [wanted, limit],
        )
        return [pk for (pk,) in cursor.fetchall()]
