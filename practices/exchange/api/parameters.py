"""Parameters of query strings: how many, from where, which fields, changed since when."""

import dataclasses
import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext, gettext_lazy

from practices.core.http.numbers import whole_number
from practices.exchange.api.problems import InvalidParameters

MAX_LIMIT = 100
"""Items of one answer, at most."""
DEFAULT_LIMIT = 20
NO_CURSOR = gettext_lazy("must be one that an answer to the same question gave")
CURSOR = r"^(?:[0-9]{1,16}~)?[0-9]{1,19}$"
SLUG_CURSOR = r"^[\w-]{1,100}$"
_OFFSET_WITH_A_SPACE = re.compile(r"(\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) (\d\d(?::?\d\d)?)\Z", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclasses.dataclass(frozen=True)
class Cursor:
    """The place after which a list goes on: the key of an item, and in a list by date its instant."""

    key: int
    at: datetime = EPOCH

    def __str__(self) -> str:
        passed = (self.at - EPOCH) // timedelta(microseconds=1)
        return f"{passed}~{self.key}" if passed else str(self.key)


def limit(query: QueryDict) -> int:
    """Return the number of items asked for. Raises InvalidParameters unless it is from 1 to MAX_LIMIT."""
    given = query.get("limit", str(DEFAULT_LIMIT))
    number = whole_number(given)
    if number is None or not 1 <= number <= MAX_LIMIT:
        raise InvalidParameters(
            {"limit": [gettext("must be a whole number from 1 to %(most)s") % {"most": MAX_LIMIT}]}
        )
    return number


def cursor(query: QueryDict) -> Cursor | None:
    """Return the cursor of the query string, if any. Raises InvalidParameters for one that no answer has given."""
    given = query.get("cursor")
    if given is None:
        return None
    if not re.fullmatch(CURSOR, given, re.ASCII):
        raise InvalidParameters({"cursor": [str(NO_CURSOR)]})
    at, _tilde, key = given.rpartition("~")
    return Cursor(whole_number(key) or 0, EPOCH + timedelta(microseconds=int(at or 0)))


def text_cursor(query: QueryDict) -> str:
    """Return the cursor of a list in order of slugs; "" for its beginning. Raises InvalidParameters."""
    cursor = query.get("cursor", "")
    if cursor and not re.fullmatch(SLUG_CURSOR, cursor):
        raise InvalidParameters({"cursor": [str(NO_CURSOR)]})
    return cursor


def fields(query: QueryDict, known: Iterable[str]) -> list[str] | None:
    """Return the names in `fields`, None for all of them. Raises InvalidParameters for an unknown name."""
    if "fields" not in query:
        return None
    names = [name.strip() for name in query.get("fields", "").split(",") if name.strip()]
    known = list(known)
    if unknown := [name for name in names if name not in known]:
        fault = gettext("“%(name)s” is no field; known: %(known)s")
        faults = [fault % {"name": name[:60], "known": ", ".join(known)} for name in unknown[:5]]
        raise InvalidParameters({"fields": faults})
    return names


def changed_since(query: QueryDict) -> datetime | None:
    """Return the instant in `changed_since`; a day begins at midnight UTC. Raises InvalidParameters."""
    if "changed_since" not in query:
        return None
    instant = _instant(query.get("changed_since", ""))
    if instant is None:
        fault = gettext("must be a day or an instant with its offset, such as %(day)s or %(instant)s")
        examples = {"day": "2026-11-02", "instant": "2026-11-02T09:30:00Z"}
        raise InvalidParameters({"changed_since": [fault % examples]})
    return instant


def _instant(text: str) -> datetime | None:
    # In a query string, the “+” of an offset that nobody has encoded as %2B is a space.
    text = _OFFSET_WITH_A_SPACE.sub(r"\1+\2", text)
    try:
        day, instant = parse_date(text), parse_datetime(text)
    except ValueError:  # of the right form, as 2026-02-30 is
        return None
    if day is not None:
        return datetime.combine(day, time(), UTC)
    if instant is None or instant.tzinfo is None:
        return None
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # by its offset, before the year 1 or after 9999
        return instant.replace(tzinfo=UTC)


def check_choice(query: QueryDict, name: str, known: Iterable[str]) -> None:
    """Raise InvalidParameters unless the parameter is missing, empty or one of `known`."""
    known = list(known)
    if query.get(name, "") not in {"", *known}:
        raise InvalidParameters({name: [gettext("must be one of: %(known)s") % {"known": ", ".join(known)}]})


def choose(record: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    """Return the fields of a record that were asked for, in its order, and always its `id`."""
    return record if names is None else {name: record[name] for name in record if name in {"id", *names}}
