"""Many rows in one statement of one parameter, which is some ten times cheaper to send than a parameter a value."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, models

ROWS_OF_JSON = {"postgresql": "json_array_elements(%s::json)", "sqlite": "json_each(%s)"}
"""Function of each database that turns an array into rows; both call the column `value`."""
INSTANT = {"postgresql": "timestamptz", "sqlite": "text"}
"""Column type of an instant."""


class Insertion(NamedTuple):
    """Rows for a table: texts, numbers and `instant`s; `columns` are names and types, in their order."""

    model: type[models.Model]
    columns: dict[str, str]
    rows: Sequence[Sequence[Any]]
    on_conflict: str = ""

    @property
    def statement(self) -> str:
        kinds = [INSTANT[connection.vendor] if kind == "instant" else kind for kind in self.columns.values()]
        values = ", ".join(f"CAST(value ->> {place} AS {kind})" for place, kind in enumerate(kinds))
        return (
            f"INSERT INTO {self.model._meta.db_table} ({', '.join(self.columns)}) "  # noqa: S608 - our own names
            f"SELECT {values} FROM {ROWS_OF_JSON[connection.vendor]} AS rows_ WHERE true {self.on_conflict}"
        )

    @property
    def parameter(self) -> str:
        return json.dumps(self.rows, ensure_ascii=False)


def insert(
    model: type[models.Model], columns: dict[str, str], rows: Sequence[Sequence[Any]], on_conflict: str = ""
) -> None:
    """Insert the rows of one table, as an `Insertion` says."""
    insert_all([Insertion(model, columns, rows, on_conflict)])


def insert_all(insertions: Iterable[Insertion]) -> None:
    """Insert the rows of several tables, those of all at once where the database takes it. None: nothing is sent."""
    filled = [each for each in insertions if each.rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and filled:
            cursor.execute("; ".join(each.statement for each in filled), [each.parameter for each in filled])
        else:
            for each in filled:
                cursor.execute(each.statement, [each.parameter])


def instant(at: datetime) -> str:
    """An instant as `Insertion`s take it."""
    return str(connection.ops.adapt_datetimefield_value(at))
