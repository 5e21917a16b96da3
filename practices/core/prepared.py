"""Queries whose SQL is put together once in a process.

For a query that finds few rows by an index, putting its SQL together takes several times as long as running it. That
counts on pages that ask for many such rows, and that nobody asked for before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from practices.core import replica
from practices.core.compound_select import Select


class Slot(Expression):
    """An argument of a prepared query: the place in its SQL of a value, or of a list of them, given when it runs."""

    def __init__(self, argument: int, length: int | None = None):
        """`argument`: which one has the value. `length`: the number of values, if it is a list of them."""
        super().__init__()
        self.argument, self.length = argument, length

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        items = [None] if self.length is None else range(self.length)
        return ", ".join(["%s" for _item in items]), [_Place(self.argument, item) for item in items]


class _Place(NamedTuple):
    """The place of a value among the arguments: `item` is its place in a list."""

    argument: int
    item: int | None


class Prepared:
    """A prepared query. Call it with values for its slots to get its rows."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]):
        self._build = build
        self._compiled: dict[tuple[Any, ...], tuple[SQLCompiler, str, tuple[Any, ...]]] = {}

    def __call__(self, *arguments: Any) -> list[tuple[Any, ...]]:
        """Return the rows, as `values_list` has them. One query, or none where no row can have the values."""
        if any(value == [] or _is_too_large(value) for value in arguments):
            return []
        connection = replica.connection()
        compiler, sql, parameters = self._fill(connection, arguments)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.results_iter([found])]

    def select(self, *arguments: Any) -> Select:
        """Return the SQL and its parameters, to be a part of another statement."""
        _compiler, sql, parameters = self._fill(replica.connection(), arguments)
        return sql, parameters

    def _fill(
        self, connection: BaseDatabaseWrapper, arguments: Sequence[Any]
    ) -> tuple[SQLCompiler, str, list[Any]]:
        filled = [_padded(value) if isinstance(value, list) else value for value in arguments]
        lengths = tuple(len(value) if isinstance(value, list) else None for value in filled)
        key = (connection.alias, lengths)
        if key not in self._compiled:
            slots = [Slot(argument, length) for argument, length in enumerate(lengths)]
            compiler = self._build(*slots).query.get_compiler(connection=connection)
            self._compiled[key] = compiler, *compiler.as_sql()
        compiler, sql, parameters = self._compiled[key]
        return compiler, sql, [_value(each, filled, connection) for each in parameters]


def _is_too_large(value: Any) -> bool:
    """Return whether a value is a number that no column can hold, such as one in an address."""
    return isinstance(value, int) and value >= 2**63


def _value(parameter: Any, arguments: Sequence[Any], connection: BaseDatabaseWrapper) -> Any:
    """Return the value of a parameter of a compiled query."""
    if not isinstance(parameter, _Place):
        return parameter
    value = arguments[parameter.argument]
    value = value if parameter.item is None else value[parameter.item]
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _padded(values: list[Any]) -> list[Any]:
    """Return values with the last one repeated up to a power of two, so that there are few statements to prepare."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))


def prepared(build: Callable[..., QuerySet[Any, Any]]) -> Prepared:
    """Prepare the query that a function builds, as a decorator.

        @prepared
        def _titles(keys):
            return Practice.objects.published().filter(pk__in=keys).values_list("pk", "title")

        _titles([7, 9])  # [(7, "…"), (9, "…")]

    The function is called with a `Slot` in place of each value and each list. It returns a QuerySet with `values_list`,
    in which nothing may depend on anything else, such as the language or the time.
    """
    return Prepared(build)


def row_of[Row: Model](model: type[Row], columns: Sequence[str], values: Sequence[Any]) -> Row:
    """Return a row of a table from the columns that a prepared query has read; the others are deferred.

    `columns` are those of the table, such as `practice_id`, with their values.
    """
    given = dict(zip(columns, values, strict=True))
    names = [name for field in model._meta.concrete_fields if (name := field.attname) in given]
    return model.from_db(replica.connection().alias, names, [given[name] for name in names])
