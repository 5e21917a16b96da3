"""The engine of the database. Both index the same lexemes, so both find the same practices.

An engine is a module with KEY, MATCHES, `write`, `build_rows`, `expression`, `through_index`, `matching_sql`,
`newest_sql`, `keys_sql`, `find`, `count`, `columns_of` and `with_title_prefixes`, and a line in ENGINES.
"""

from contextlib import AbstractContextManager
from typing import Any

from django.db import connection

from practices.discovery.search import fts5, tsvector

ENGINES: dict[str, Any] = {"postgresql": tsvector, "sqlite": fts5}


def engine() -> Any:
    return ENGINES[connection.vendor]


def through_index() -> AbstractContextManager[None]:
    """Return a context for queries that `filter_by` made, which keeps them fast for common words."""
    context: AbstractContextManager[None] = engine().through_index()
    return context
