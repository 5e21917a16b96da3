"""The version of the public catalogue: a token that changes with every publication.

Whatever is cached is cached under this version (`practices.core.cache`), and the ETags of public pages are made of it
(`practices.core.http.caching`).
"""

import dataclasses
import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from practices import clock
from practices.core import replica
from practices.models import CatalogueVersion

RELEASE_FOLDERS = ["practices", "catalogue", "templates", "static", "locale"]
RELEASE_FILES = ["uv.lock"]


@dataclasses.dataclass(frozen=True)
class _Version:
    token: str
    names: str
    is_of_replica: bool = dataclasses.field(default=False, compare=False)
    """True if the primary did not answer, so that nothing can be read from it either."""


_TABLE = CatalogueVersion._meta.db_table
# Every request reads it and every publication renews it: building a QuerySet would take longer than the query.
_READ = f"SELECT token, wording FROM {_TABLE} WHERE id = 1"  # noqa: S608 - our own name
_BUMP = (
    f"INSERT INTO {_TABLE} (id, token, wording, changed_at) VALUES (1, %s, %s, %s) "  # noqa: S608
    "ON CONFLICT (id) DO UPDATE SET token = excluded.token, changed_at = excluded.changed_at"
)
_log = logging.getLogger(__name__)
_reading: ContextVar[_Version | None] = ContextVar("version", default=None)


def current() -> str:
    """Return the version, which changes with every public change. One query, or none inside `reading`."""
    return _current().token


def names_version() -> str:
    """Return the version of the names that pages show: of objectives, types, countries, tags and the like."""
    return _current().names


def changed_at() -> datetime | None:
    """Return the instant of the last public change, or None when there was none yet. One query."""
    return CatalogueVersion.objects.filter(pk=1).values_list("changed_at", flat=True).first()


def bump(*, names_changed: bool = False) -> _Version:
    """Renew the version, and with `names_changed` that of the names too. Returns the new version.

    Call it first in the transaction of a public change: the row it updates is the lock that makes concurrent
    publications run one at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _BUMP + (", wording = excluded.wording" if names_changed else "") + " RETURNING token, wording",
            [
                secrets.token_hex(8),
                secrets.token_hex(8) if names_changed else "",
                connection.ops.adapt_datetimefield_value(clock.now()),
            ],
        )
        return _version(*cursor.fetchone())


def lock() -> str:
    """Have concurrent publications wait until this transaction ends. Returns the version, which stays as it is."""
    row = CatalogueVersion.objects.select_for_update().filter(pk=1).first()
    if row is None:  # nothing was ever published
        return bump().token
    return _version(row.token, row.wording).token


@contextmanager
def reading(version: _Version | None = None) -> Iterator[str]:
    """Read the version once for everything inside, or not at all where `bump` has just returned it.

    The version is read before the data, so what is cached under it is never older than it says.
    """
    version = version or _current()
    outer = _reading.set(version)
    try:
        yield version.token
    finally:
        _reading.reset(outer)


@contextmanager
def reading_for_page() -> Iterator[str]:
    """Read the version once for a public page: that of the replica where the primary does not answer.

    The page is then a little old at most: nobody can publish meanwhile, and a replica that had stopped following the
    primary is not read. Raises OperationalError where neither can be read.
    """
    try:
        version = _current()
    except replica.AWAY:
        if not replica.is_configured() or not replica.comparisons.are_good:
            raise
        with replica.reading():
            version = dataclasses.replace(_read(), is_of_replica=True)
    with reading(version) as token:
        yield token


def read_page[Page](build: Callable[[], Page]) -> Page:
    """Return the page that `build` makes by reading, inside `reading_for_page`: from the replica if it is up to date.

    Every public change renews the version in its own transaction, and a replica replays transactions in their order. So
    a replica with the version of the primary has all that is public, and what is cached under the version is never
    older than it says. If the replica fails, `build` is called again and reads from the primary.
    """
    if not replica.is_configured():
        return build()
    version = _current()
    try:
        with replica.reading():
            if version.is_of_replica or _is_up_to_date(version):
                return build()
    except replica.AWAY as error:
        if version.is_of_replica or replica.was_too_slow(error):
            raise
        if replica.has_answered(error):  # otherwise its breaker says so, once
            _log.warning("The replica fails, so the page is read from the primary: %s", error)
    return build()


def is_replica_up_to_date() -> bool:
    """Return whether the replica has all that is public. Raises OperationalError if it does not answer."""
    version = _read()
    with replica.reading():
        return _is_up_to_date(version)


def _is_up_to_date(version: _Version) -> bool:
    """Return whether the replica, which is being read, has the version that was read from the primary."""
    is_equal = _read() == version
    replica.comparisons.add(is_equal=is_equal)
    return is_equal


def _current() -> _Version:
    return _reading.get() or _read()


def _read() -> _Version:
    with replica.connection().cursor() as cursor:
        cursor.execute(_READ)
        return _version(*(cursor.fetchone() or ("", "")))


def _version(token: str, names: str) -> _Version:
    # Which practices are running and which are completed changes with the year, without a publication.
    return _Version(f"{token}-{timezone.now().year}", names)


@cache
def release() -> str:
    """Return a hash of the code, templates, static files, overrides and settings; the same on every machine."""
    sources = hashlib.blake2b(digest_size=8)
    base = Path(settings.BASE_DIR)
    paths = [path for folder in RELEASE_FOLDERS for path in (base / folder).rglob("*") if path.is_file()]
    for path in sorted([*paths, *(base / name for name in RELEASE_FILES)]):
        if path.suffix != ".pyc" and path.is_file():
            sources.update(str(path.relative_to(base)).encode() + path.read_bytes())
    overrides = Path(settings.OVERRIDES_DIR)
    for path in sorted(path for path in overrides.rglob("*") if path.is_file()):
        sources.update(str(path.relative_to(overrides)).encode() + path.read_bytes())
    plain = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    for name, value in plain.items():
        if isinstance(value, str | int | float):
            sources.update(f"{name}={value}".encode())
    return sources.hexdigest()
