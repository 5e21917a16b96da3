"""Search engine for PostgreSQL: a tsvector built in Python, with one GIN index."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from practices.core.tokenizer import every_stem
from practices.discovery.search.entry import Entry
from practices.discovery.search.query import Term

KEY, MATCHES = "practice_id", "vector @@ %s::tsquery"
"""The column of the practice, and the condition that takes an expression."""
WEIGHTS = "{0.1, 0.1, 0.4, 1.0}"
"""ts_rank weights of the labels D (body), C (unused), B (head) and A (title)."""
MAX_POSITIONS = 16_383
"""PostgreSQL's limit of a position in a tsvector."""
TITLE = "="
"""Prefix of words of the title, stored a second time, so that autocomplete scans no words of other texts."""


def write(entries: Sequence[Entry]) -> None:
    _table, _columns, rows = build_rows(entries)
    statement = (
        "INSERT INTO practices_search (practice_id, published_at, vector) VALUES (%s, %s, %s::tsvector) "
        "ON CONFLICT (practice_id) DO UPDATE SET vector = excluded.vector"
    )
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(statement, rows[0])  # faster than the pipeline of executemany
        else:
            cursor.executemany(statement, rows)


def build_rows(entries: Sequence[Entry]) -> tuple[str, list[str], list[tuple]]:
    """Return (table, columns, rows) for the search index."""
    rows = [(entry.practice, entry.published_at, _vector(entry)) for entry in entries]
    return "practices_search", ["practice_id", "published_at", "vector"], rows


def _vector(entry: Entry) -> str:
    positions: dict[str, list[str]] = {}
    position = 1
    for weight, part in zip("ABD", entry.parts, strict=True):
        for run in part:
            for lexemes in run:
                if position <= MAX_POSITIONS:
                    for lexeme in lexemes:
                        positions.setdefault(lexeme, []).append(f"{position}{weight}")
                position += 1
            position += 1  # so that no phrase matches across texts
    # PostgreSQL keeps no more than 255 positions of a lexeme.
    words = [f"'{lexeme}':{','.join(found[:255])}" for lexeme, found in positions.items()]
    title_words = {f"'{TITLE}{lexemes[0]}'" for run in entry.parts[0] for lexemes in run}
    return " ".join([*words, *title_words, *(f"'{key}'" for key in entry.facet_keys)])


def expression(terms: Sequence[Term], facet_keys: Sequence[Sequence[str]] = (), *, weight: str = "") -> str:
    """Build a tsquery for every term and at least one key of each list. `weight` restricts terms to one label."""
    wanted = [_term(term, weight) for term in terms if not term.excluded]
    wanted += [" | ".join(f"'{key}'" for key in one_of) for one_of in facet_keys]
    unwanted = [_term(term, "") for term in terms if term.excluded]
    return " & ".join([*(f"({part})" for part in wanted), *(f"!({part})" for part in unwanted)])


def _term(term: Term, weight: str) -> str:
    label = f":{weight}" if weight else ""
    if term.exact:
        return " <-> ".join(f"'{token}'{label}" for token in term.tokens)
    [token] = term.tokens
    forms = [lexeme for word in (token, *term.alternatives) for lexeme in (word, *every_stem(word))]
    parts = [f"'{form}'{label}" for form in dict.fromkeys(forms)]
    if term.prefix:
        parts.append(f"'{token}':*{weight}")
    return " | ".join(parts)


def matching_sql(
    terms: Sequence[Term], facet_keys: Sequence[Sequence[str]], newest: int | None
) -> tuple[str, list[Any]]:
    """Return (SQL of a subquery of matches, its parameters).

    MATERIALIZED keeps the planner from walking the outer order instead of the GIN index.
    """
    sql = (
        "WITH matches AS MATERIALIZED "
        "(SELECT practice_id, published_at FROM practices_search WHERE vector @@ %s::tsquery) "
        "SELECT practice_id FROM matches"
    )
    if newest is None:
        return sql, [expression(terms, facet_keys)]
    return f"{sql} ORDER BY published_at DESC, practice_id DESC LIMIT %s", [
        expression(terms, facet_keys),
        newest,
    ]


def rank(
    terms: Sequence[Term],
    facet_keys: Sequence[Sequence[str]],
    *,
    within: tuple[str, Sequence[Any]] | None,
    order: str,
    limit: int,
) -> tuple[list[int], int]:
    """Return (ids of the first `limit` matches, number of all matches). "relevance" ranks the newest."""
    inside, parameters = (f" AND practice_id IN ({within[0]})", within[1]) if within else ("", ())
    by = {
        "oldest": "published_at, practice_id",
        "title": "(SELECT sort_title FROM practices_practice WHERE id = practice_id), practice_id",
    }.get(order, "published_at DESC, practice_id DESC")
    rank = (
        "s.vector @@ %s::tsquery DESC, ts_rank(%s, s.vector, %s::tsquery) DESC, "
        if order == "relevance"
        else ""
    )
    sql = (
        "WITH matches AS MATERIALIZED ("
        f"SELECT practice_id, published_at FROM practices_search WHERE vector @@ %s::tsquery{inside}), "
        "candidates AS MATERIALIZED ("
        f"SELECT practice_id, row_number() OVER (ORDER BY {by}) AS place FROM matches ORDER BY {by} LIMIT %s) "
        "SELECT c.practice_id, (SELECT count(*) FROM matches) "
        f"FROM candidates c JOIN practices_search s USING (practice_id) ORDER BY {rank}c.place"
    )
    wanted = [term for term in terms if not term.excluded]
    ranks = [expression(wanted, weight="A"), WEIGHTS, expression(wanted)] if rank else []
    with connection.cursor() as cursor:
        cursor.execute(sql, [expression(terms, facet_keys), *parameters, limit, *ranks])
        rows = cursor.fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def with_title_prefixes(prefixes: Sequence[str], limit: int) -> list[int]:
    """Return ids of the newest practices whose title has a word for each prefix."""
    wanted = " & ".join(f"'{TITLE}{prefix}':*" for prefix in prefixes)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH matches AS MATERIALIZED ("
            "SELECT practice_id, published_at FROM practices_search WHERE vector @@ %s::tsquery) "
            "SELECT practice_id FROM matches ORDER BY published_at DESC, practice_id DESC LIMIT %s",
            [wanted, limit],
        )
        return [pk for (pk,) in cursor.fetchall()]
