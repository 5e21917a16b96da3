"""Several SELECTs of primary keys in one statement, each with its own order and limit.

Django's `union` refuses those on SQLite.
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from django.db.models import QuerySet

from practices.core import replica

type Select = tuple[str, Sequence[Any]]
"""SQL that returns a column of keys, and its parameters."""

AT_ONCE = 200
"""SELECTs in one statement. SQLite takes up to 500."""


def select_of(rows: QuerySet[Any]) -> Select:
    """Return the SELECT of the primary keys of a QuerySet, which may be sliced."""
    sql, parameters = rows.values("pk").query.sql_with_params()
    return sql, parameters


def keys_of_each(selects: Sequence[Select]) -> list[list[int]]:
    """Return the keys that each SELECT finds. One query for each AT_ONCE."""
    found: list[list[int]] = [[] for _select in selects]
    for batch in batched(enumerate(selects), AT_ONCE, strict=False):
        # The number of a SELECT is written into the statement: PostgreSQL would take a parameter for a text.
        sql = " UNION ALL ".join(
            f"SELECT {place}, * FROM ({select}) AS keys_{place}"  # noqa: S608 - values are parameters
            for place, (select, _parameters) in batch
        )
        with replica.connection().cursor() as cursor:
            cursor.execute(sql, [value for _place, (_select, parameters) in batch for value in parameters])
            for place, key in cursor.fetchall():
                found[place].append(key)
    return found
