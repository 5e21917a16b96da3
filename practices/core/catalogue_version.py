"""The version of the public catalogue: what it is, that it changes, and what may be kept while it does not."""

import dataclasses
import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache as once
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from practices.core import bulk_insert
from practices.models import CatalogueVersion

FOLDERS = ["practices", "catalogue", "templates", "static", "locale"]
FILES = ["uv.lock"]

MOST_REMEMBERED = 100
"""Things; those of earlier wordings are forgotten with them."""

_remembered: dict[tuple[str, str | None, str], Any] = {}
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class _Version:
    token: str
    wording: str


_TABLE = CatalogueVersion._meta.db_table
# In every request and every publication: a queryset would cost more than its answer.
_READ = f"SELECT token, wording FROM {_TABLE} WHERE id = 1"  # noqa: S608 - our own name
_BUMP = (
    f"INSERT INTO {_TABLE} (id, token, wording, changed_at) VALUES (1, %s, %s, %s) "  # noqa: S608
    "ON CONFLICT (id) DO UPDATE SET token = excluded.token, changed_at = excluded.changed_at"
)
_reading: ContextVar[_Version | None] = ContextVar("version", default=None)


def current() -> str:
    """Names the state of the catalogue; another one after every public change. One query, or none in `reading`."""
    return _current().token


def changed_at() -> datetime | None:
    """The instant of the last public change; None when there was none yet. One query."""
    return CatalogueVersion.objects.filter(pk=1).values_list("changed_at", flat=True).first()


def bump(*, wording: bool = False) -> _Version:
    """Say that something public changes, first of all in the transaction that changes it. Returns the new version.

    Other publications wait at this row until the transaction ends. With `wording`, the names that every card
    shows change too.
    """
    new_wording = secrets.token_hex(8) if wording else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _BUMP + (", wording = excluded.wording" if wording else "") + " RETURNING token, wording",
            [secrets.token_hex(8), new_wording, bulk_insert.instant(timezone.now())],
        )
        return _version(*cursor.fetchone())


@contextmanager
def reading(version: _Version | None = None) -> Iterator[str]:
    """Read the version once for all that is asked within, or not at all where `bump` has just returned it.

    It is read before the data, so what is kept under it is never older than it says.
    """
    version = version or _current()
    outer = _reading.set(version)
    try:
        yield version.token
    finally:
        _reading.reset(outer)


def cached[Value](key: str, make: Callable[[], Value], *, by_wording: bool = False) -> Value:
    """What `make` returns, kept per version, language and release; so it is never stale. `key` names it.

    `by_wording`: what holds names of objectives, types and the like alone is kept whatever is published.
    """
    under = _current().wording if by_wording else _current().token
    return _kept([key], lambda _missing: {key: make()}, under=under)[key]


def remembered[Value](key: str, make: Callable[[], Value]) -> Value:
    """As `cached` by wording, but the thing itself, in this process: for small things that every page asks for.

    Nobody may change it.
    """
    name = (_current().wording, get_language(), key)
    if settings.DEBUG:
        return make()
    if name not in _remembered:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[name] = make()
    return _remembered[name]


def cached_many[Key, Value](
    keys: Iterable[Key], make: Callable[[list[Key]], dict[Key, Value]]
) -> dict[Key, Value]:
    """As `cached`, for several at once: `make` is asked for those alone that are not kept yet."""
    return _kept(list(keys), make, under=_current().token)


def cached_fragments[Key](keys: Iterable[Key], make: Callable[[list[Key]], dict[Key, str]]) -> dict[Key, str]:
    """Key → what `make` made of it, asked for those alone that are not kept yet.

    Kept whatever else is published, per wording, language and release: so a key must name a revision.
    """
    return _kept(list(keys), make, under=_current().wording)


def _kept[Key, Value](
    keys: list[Key], make: Callable[[list[Key]], dict[Key, Value]], *, under: str
) -> dict[Key, Value]:
    if settings.DEBUG:  # templates change under a running server
        return make(keys)
    prefix = f"{under}|{release()}|{get_language()}|"
    names = {key: _hash(f"{prefix}{key}") for key in keys}
    kept = _get_many(names.values())
    found = {key: kept[names[key]] for key in keys if names[key] in kept}
    if missing := [key for key in keys if key not in found]:
        made = make(missing)
        _set_many({names[key]: value for key, value in made.items()})
        found |= made
    return found


def _current() -> _Version:
    version = _reading.get()
    if version is None:
        with connection.cursor() as cursor:
            cursor.execute(_READ)
            token, wording = cursor.fetchone() or ("", "")
        version = _version(token, wording)
    return version


def _version(token: str, wording: str) -> _Version:
    # What is running and what is over changes with the year, without anybody's doing.
    return _Version(f"{token}-{timezone.now().year}", wording)


@once
def release() -> str:
    """Names the code, templates, static files and settings that make the pages; the same on every machine."""
    sources = hashlib.blake2b(digest_size=8)
    base = Path(settings.BASE_DIR)
    paths = [path for folder in FOLDERS for path in (base / folder).rglob("*") if path.is_file()]
    for path in sorted([*paths, *(base / name for name in FILES)]):
        if path.suffix != ".pyc" and path.is_file():
            sources.update(str(path.relative_to(base)).encode() + path.read_bytes())
    plain = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    for name, value in plain.items():
        if isinstance(value, str | int | float):
            sources.update(f"{name}={value}".encode())
    return sources.hexdigest()


def kept(name: str) -> Any:
    """What `keep` was given under a name; None when it is not there any more. The name tells the version."""
    return _get_many([_hash(name)]).get(_hash(name))


def keep(name: str, value: Any) -> None:
    _set_many({_hash(name): value})


def _hash(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def _get_many(names: Iterable[str]) -> dict[str, Any]:
    try:
        return cache.get_many(names)
    except Exception as error:
        _log.warning("The cache does not answer: %s", error)
        return {}


def _set_many(values: dict[str, Any]) -> None:
    try:
        cache.set_many(values)
    except Exception as error:
        _log.warning("The cache does not take anything: %s", error)
