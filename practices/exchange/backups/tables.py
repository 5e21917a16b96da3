"""Tables of a backup, and their rows as JSON, the same whatever the database."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID

from django.apps import apps
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

BATCH = 1_000
"""Rows in memory, and rows written by one statement."""

LEFT_OUT = {
    "practices.IndexedPractice": "index of lists",
    "practices.FacetKey": "index of lists",
    "practices.FacetEntry": "index of lists",
    "practices.FacetCount": "index of lists",
    "practices.IndexedWord": "index of search",
    "practices.PracticeVector": "index of search by meaning",
    "practices.CatalogueVersion": "names what is cached",
    "practices.Dump": "made every night",
    "practices.Fault": "errors of the machine that made the backup",
    "practices.JobRun": "jobs of the machine that made the backup",
    "practices.LimitBucket": "counts of the last hours",
    "practices.SendingHold": "of an earlier restore",
    "sessions.Session": "staff sign in again",
    "usersessions.UserSession": "staff sign in again",
}
"""Model → why its rows are not part of a backup."""

type Model = type[models.Model]


def tables(known: Apps = apps) -> dict[str, Model]:
    """Return label → model of each table in a backup, by label."""
    found = {model._meta.label: model for model in _all_models(known)}
    return {label: found[label] for label in sorted(found.keys() - LEFT_OUT.keys())}


def _all_models(known: Apps = apps) -> list[Model]:
    return [model for model in known.get_models(include_auto_created=True) if model._meta.managed]


def migrations() -> dict[str, str]:
    """Return app → name of its last migration, which says what columns the tables have."""
    return dict(sorted(MigrationExecutor(connection).loader.graph.leaf_nodes()))


def earlier() -> tuple[Apps, dict[str, str]]:
    """Return the models of tables that an earlier release made, and app → name of the last migration applied."""
    loader = MigrationExecutor(connection).loader
    applied = loader.applied_migrations.keys() & loader.graph.nodes.keys()
    last = [
        node
        for node in applied
        if not any(
            child.key in applied and child.key[0] == node[0] for child in loader.graph.node_map[node].children
        )
    ]
    return loader.project_state(last).apps, dict(sorted(last))


def is_migrated() -> bool:
    """Return whether the database has the tables of this release."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


# Rows as lines --------------------------------------------------------------------------------


def lines(model: Model) -> Iterator[bytes]:
    """Yield each row of a table as a line of JSON, by primary key."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        yield line(dict(zip(names, row, strict=True)))


def line(row: dict[str, Any]) -> bytes:
    """Return a row as a line of JSON. Keys are sorted: PostgreSQL keeps those of JSON columns in an order of its own."""
    text = json.dumps(row, default=_as_json, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # JSON on SQLite may hold half a surrogate pair; json.loads reads it the same way.
    return text.encode(errors="surrogatepass") + b"\n"


def _as_json(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not stored in a backup")


def insert(model: Model, found: Iterable[bytes]) -> None:
    """Insert the rows of `lines` into a table that is empty."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for batch in batched(map(json.loads, found), BATCH, strict=False):
        model._base_manager.bulk_create(
            [
                model.from_db(
                    connection.alias,
                    list(fields),
                    [_from_json(field, row[name]) for name, field in fields.items()],
                )
                for row in batch
            ]
        )


def _from_json(field: models.Field, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value) if isinstance(target, CONVERTED) else value


CONVERTED = (models.DateField, models.TimeField, models.DecimalField, models.UUIDField)
"""Fields whose values JSON has no type for. DateTimeField is one of DateField."""


class Digest:
    """The number of lines and the SHA-256 of all of them."""

    def __init__(self) -> None:
        self.count, self._hash = 0, hashlib.sha256()

    def reading(self, found: Iterable[bytes]) -> Iterator[bytes]:
        for each in found:
            self.count += 1
            self._hash.update(each)
            yield each

    def facts(self) -> dict[str, Any]:
        return {"rows": self.count, "sha256": self._hash.hexdigest()}


def facts(found: Iterable[bytes]) -> dict[str, Any]:
    """Return the number of lines and their SHA-256."""
    digest = Digest()
    for _line in digest.reading(found):
        pass
    return digest.facts()


# Numbers of rows ------------------------------------------------------------------------------


def last_numbers(models_: Mapping[str, Model]) -> dict[str, int]:
    """Return label → the highest number ever given to a row, for tables that number theirs."""
    read = _read_sequence if connection.vendor == "postgresql" else _read_autoincrement
    return {
        label: number for label, model in models_.items() if _is_numbered(model) and (number := read(model))
    }


def continue_after(numbers: dict[str, int]) -> None:
    """Have each table go on after the highest number ever given, so that no old link leads to a new row."""
    for label, model in tables().items():
        if _is_numbered(model):
            highest = model._base_manager.aggregate(highest=models.Max("pk"))["highest"] or 0
            last = max(numbers.get(label, 0), highest)
            if last and connection.vendor == "postgresql":
                _execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*_column(model), last])
            elif last:
                _execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
                _execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, last]
                )


def _is_numbered(model: Model) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField)


def _column(model: Model) -> tuple[str, str]:
    return f'"{model._meta.db_table}"', "id"


def _read_sequence(model: Model) -> int:
    [[name]] = _execute("SELECT pg_get_serial_sequence(%s, %s)", list(_column(model)))
    [[last, is_called]] = _execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608 - its own name
    return last if is_called else 0


def _read_autoincrement(model: Model) -> int:
    found = _execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
    return found[0][0] if found else 0


def _execute(sql: str, parameters: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def empty() -> None:
    """Delete all rows of all tables, and start their numbers anew."""
    names = [model._meta.db_table for model in _all_models()]
    for statement in connection.ops.sql_flush(no_style(), names, reset_sequences=True):
        _execute(statement)


type Progress = Callable[[str, int], object]
"""Called with the label of a table, or with "files", and the number of rows or files."""
