"""Search engine for SQLite: an FTS5 table of words folded and stemmed in Python."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from practices.core.tokenizer import every_stem
from practices.discovery.search.entry import Entry
from practices.discovery.search.query import Term

KEY, MATCHES = "rowid", "practices_search MATCH %s"
"""The column of the practice, and the condition that takes an expression."""
WEIGHTS = "10.0, 10.0, 4.0, 4.0, 1.0, 1.0, 0.0"
"""BM25 weights of the columns: title, head and body, each as words and as stems; facet keys."""
_GAP = " ~ "
"""A word that nobody can type, between texts, so that no phrase matches across them."""


def write(entries: Sequence[Entry]) -> None:
    table, columns, rows = build_rows(entries)
    placeholders = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({placeholders})", rows
        )


def build_rows(entries: Sequence[Entry]) -> tuple[str, list[str], list[tuple]]:
    """Return (table, columns, rows) for the search index."""
    columns = ["rowid", "title", "title_stems", "head", "head_stems", "body", "body_stems", "keys"]
    return "practices_search", columns, [(entry.practice, *_columns(entry)) for entry in entries]


def _columns(entry: Entry) -> list[str]:
    columns = []
    for part in entry.parts:
        columns.append(_GAP.join(" ".join(lexemes[0] for lexemes in run) for run in part))
        columns.append(" ".join(lexeme for run in part for lexemes in run for lexeme in lexemes[1:]))
    return [*columns, " ".join(entry.facet_keys)]


def expression(terms: Sequence[Term], facet_keys: Sequence[Sequence[str]] = ()) -> str:
    """Build an FTS5 query for every term and at least one key of each list."""
    wanted = [_term(term) for term in terms if not term.excluded]
    wanted += [" OR ".join(f'"{key}"' for key in one_of) for one_of in facet_keys]
    unwanted = [_term(term) for term in terms if term.excluded]
    positive = " AND ".join(f"({part})" for part in wanted)
    return f"({positive}) NOT ({' OR '.join(unwanted)})" if unwanted else positive


def _term(term: Term) -> str:
    if term.exact:
        return f'"{term.text}"'
    [token] = term.tokens
    forms = [lexeme for word in (token, *term.alternatives) for lexeme in (word, *every_stem(word))]
    parts = [f'"{form}"' for form in dict.fromkeys(forms)]
    if term.prefix:
        parts.append(f'"{token}" *')
    return " OR ".join(parts)


def matching_sql(
    terms: Sequence[Term], facet_keys: Sequence[Sequence[str]], newest: int | None
) -> tuple[str, list[Any]]:
    """Return (SQL of a subquery of matches, its parameters). The highest ids are taken for the newest."""
    sql = "SELECT rowid FROM practices_search WHERE practices_search MATCH %s"
    if newest is None:
        return sql, [expression(terms, facet_keys)]
    return f"{sql} ORDER BY rowid DESC LIMIT %s", [expression(terms, facet_keys), newest]


def rank(
    terms: Sequence[Term],
    facet_keys: Sequence[Sequence[str]],
    *,
    within: tuple[str, Sequence[Any]] | None,
    order: str,
    limit: int,
) -> tuple[list[int], int]:
    """Return (ids of the first `limit` matches, number of all matches). "relevance" ranks the newest."""
    inside, parameters = (f" AND rowid IN ({within[0]})", within[1]) if within else ("", ())
    query = expression(terms, facet_keys)
    with connection.cursor() as cursor:
        if order == "relevance":
            return _rank_by_relevance(cursor, terms, (query, inside, parameters), limit)
        by = {"oldest": "e.published_at, practice_id", "title": "p.sort_title, practice_id"}.get(
            order, "e.published_at DESC, practice_id DESC"
        )
        titles = "JOIN practices_practice p ON p.id = practice_id " if order == "title" else ""
        cursor.execute(
            "WITH matches AS MATERIALIZED ("
            f"SELECT rowid AS practice_id FROM practices_search WHERE practices_search MATCH %s{inside}) "
            "SELECT practice_id, (SELECT count(*) FROM matches) FROM matches "
            f"JOIN practices_filing e USING (practice_id) {titles}"
            f"ORDER BY {by} LIMIT %s",
            [query, *parameters, limit],
        )
        rows = cursor.fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _rank_by_relevance(
    cursor, terms: Sequence[Term], where: tuple[str, str, Sequence[Any]], limit: int
) -> tuple[list[int], int]:
    """Rank the newest `limit` matches: all words in the title first, then by BM25, then newest first."""
    query, inside, parameters = where
    words = expression([term for term in terms if not term.excluded])
    cursor.execute(
        f"SELECT rowid, bm25(practices_search, {WEIGHTS}), "
        "rowid IN (SELECT rowid FROM practices_search WHERE practices_search MATCH %s), "
        f"(SELECT count(*) FROM practices_search WHERE practices_search MATCH %s{inside}) "
        f"FROM practices_search WHERE practices_search MATCH %s{inside} ORDER BY rowid DESC LIMIT %s",
        [f"{{title title_stems}} : ({words})", query, *parameters, query, *parameters, limit],
    )
    rows = cursor.fetchall()
    ranked = sorted(rows, key=lambda row: (not row[2], row[1], -row[0]))
    return [row[0] for row in ranked], rows[0][3] if rows else 0


def with_title_prefixes(prefixes: Sequence[str], limit: int) -> list[int]:
    """Return ids of the newest practices whose title has a word for each prefix."""
    wanted = " AND ".join(f'"{prefix}" *' for prefix in prefixes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM practices_search WHERE practices_search MATCH %s ORDER BY rowid DESC LIMIT %s",
            [f"{{title}} : ({wanted})", limit],
        )
        return [pk for (pk,) in cursor.fetchall()]
