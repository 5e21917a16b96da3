"""Search engine for SQLite: an FTS5 table of words folded and stemmed in Python."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connection

from practices.discovery.search.entry import COLUMNS, Entry
from practices.discovery.search.query import Term
from practices.discovery.search.ranking import MAX_COUNTED, AllOf, AnyOf, Node, Query

KEY, MATCHES = "rowid", "practices_search MATCH %s"
"""The column of the practice, and the condition that takes an expression."""


def write(entries: Sequence[Entry]) -> None:
    table, columns, rows = build_rows(entries)
    placeholders = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({placeholders})", rows
        )


def build_rows(entries: Sequence[Entry]) -> tuple[str, list[str], list[tuple]]:
    """Return (table, columns, rows) for the search index."""
    rows = [(entry.practice, *entry.words.columns, " ".join(entry.facet_keys)) for entry in entries]
    return "practices_search", ["rowid", *COLUMNS, "keys"], rows


def expression(query: Query, *, in_title: bool = False) -> str:
    """Build an FTS5 query. With `in_title`, what is wanted has to be in the title."""
    wanted = _node(query.wanted)
    parts = [f"{{title title_stems}} : ({wanted})" if in_title else f"({wanted})"]
    parts += [f"({' OR '.join(map(_quoted, one_of))})" for one_of in query.facet_keys]
    positive = " AND ".join(parts)
    unwanted = " OR ".join(f"({_node(term)})" for term in query.unwanted)
    return f"({positive}) NOT ({unwanted})" if unwanted else positive


def _node(node: Node) -> str:
    match node:
        case AllOf(parts):
            return " AND ".join(f"({_node(part)})" for part in parts)
        case AnyOf(parts):
            return " OR ".join(f"({_node(part)})" for part in parts)
        case Term():
            return _term(node)


def _term(term: Term) -> str:
    parts = (
        [" AND ".join(f"({' OR '.join(map(_quoted, forms))})" for forms in term.words)] if term.words else []
    )
    parts += [_quoted(" ".join(run)) for run in term.phrases]
    if term.prefix:
        parts.append(f"{_quoted(term.text)} *")
    return " OR ".join(parts)


def _quoted(text: str) -> str:
    return f'"{text}"'


def through_index() -> AbstractContextManager[None]:
    """Return a context for searches. SQLite needs none."""
    return nullcontext()


def matching_sql(query: Query) -> tuple[str, list[Any]]:
    """Return (SQL of a subquery of matches, its parameters)."""
    return "SELECT rowid FROM practices_search WHERE practices_search MATCH %s", [expression(query)]


def newest_sql(query: Query, *, limit: int, in_title: bool = False) -> tuple[str, list[Any]]:
    """Return (SQL of the ids of the newest matches, its parameters). The highest ids are taken for the newest."""
    sql = "SELECT rowid FROM practices_search WHERE practices_search MATCH %s ORDER BY rowid DESC LIMIT %s"
    return sql, [expression(query, in_title=in_title), limit]


def keys_sql(keys: Sequence[int]) -> tuple[str, list[Any]]:
    """Return (SQL of a subquery of primary keys, its parameters)."""
    return "SELECT value FROM json_each(%s)", [json.dumps(keys)]


def find(
    query: Query,
    *,
    within: tuple[str, Sequence[Any]] | None,
    order: str,
    limit: int,
    in_title: bool = False,
) -> tuple[list[int], int]:
    """Return (ids of the first `limit` matches, number of all) in the order "newest", "oldest" or "title".

    The highest ids are taken for the newest. The number stops at MAX_COUNTED + 1.
    """
    inside, parameters = (f" AND rowid IN ({within[0]})", within[1]) if within else ("", ())
    matches = f"SELECT rowid AS practice_id FROM practices_search WHERE practices_search MATCH %s{inside}"
    by = {"oldest": "e.published_at, practice_id", "title": "p.sort_title, practice_id"}.get(order)
    if by is None:
        sql = f"{matches} ORDER BY rowid DESC LIMIT %s"
    else:
        titles = "JOIN practices_practice p ON p.id = practice_id " if order == "title" else ""
        sql = (
            f"WITH matches AS MATERIALIZED ({matches}) SELECT practice_id FROM matches "
            f"JOIN practices_filing e USING (practice_id) {titles}ORDER BY {by} LIMIT %s"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [expression(query, in_title=in_title), *parameters, limit])
        keys = [pk for (pk,) in cursor.fetchall()]
    is_all = in_title or len(keys) < limit
    return keys, len(keys) if is_all else count(query, within=within, most=MAX_COUNTED + 1)


def count(query: Query, *, within: tuple[str, Sequence[Any]] | None, most: int) -> int:
    """Return the number of matches, or `most` if there are more."""
    inside, parameters = (f" AND rowid IN ({within[0]})", within[1]) if within else ("", ())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ("
            f"SELECT 1 FROM practices_search WHERE practices_search MATCH %s{inside} LIMIT %s)",
            [expression(query), *parameters, most],
        )
        return cursor.fetchone()[0]


def columns_of(practices: Sequence[int]) -> dict[int, list[str]]:
    """Return the texts of practices, in the order of COLUMNS."""
    placeholders = ", ".join(["%s"] * len(practices))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, {', '.join(COLUMNS)} FROM practices_search WHERE rowid IN ({placeholders})",
            practices,
        )
        return {pk: list(columns) for pk, *columns in cursor.fetchall()}


def with_title_prefixes(prefixes: Sequence[str], limit: int) -> list[int]:
    """Return ids of the newest practices whose title has a word for each prefix."""
    wanted = " AND ".join(f'"{prefix}" *' for prefix in prefixes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM practices_search WHERE practices_search MATCH %s ORDER BY rowid DESC LIMIT %s",
            [f"{{title}} : ({wanted})", limit],
        )
        return [pk for (pk,) in cursor.fetchall()]
