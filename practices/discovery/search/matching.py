"""Practices that match a query: as filters of rows, as primary keys, or one by one."""

from collections.abc import Mapping, Sequence
from itertools import batched
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from practices.core import replica
from practices.core.cache import cached_per_version
from practices.core.compound_select import Select
from practices.discovery.search.engines import engine
from practices.discovery.search.query import Term
from practices.discovery.search.ranking import MAX_COUNTED, Node, Query, strict_query
from practices.models import Practice

MAX_FOUND = 2_000
"""The newest results, of which facets are counted."""
TERMS_AT_ONCE = 200
"""Terms looked for by one statement. SQLite takes up to 500."""


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


def is_match(practice: Practice, terms: Sequence[Term]) -> bool:
    """Return whether a practice has every term. The cost does not depend on the size of the catalogue."""
    with replica.connection().cursor() as cursor:
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
        with replica.connection().cursor() as cursor:
            cursor.execute(" UNION ALL ".join([each] * len(batch)), parameters)
            found.update(key for (key,) in cursor.fetchall())
    return found


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
