"""An SQLite test database as migrations and fixtures leave it, kept in var/ for the next run of the tests.

To migrate takes seconds in every process. What it is kept under is a hash of all that makes it, and `migrate` runs
over it even so: a clone that has none, or an older one, makes its own. PostgreSQL migrates every time.
"""

import hashlib
import os
import sqlite3
from contextlib import closing
from functools import cache

from django.conf import settings
from django.db import connection

BASE = settings.BASE_DIR
SOURCES = [
    *("practices/migrations/*.py", "practices/models/*.py", "practices/apps.py", "fixtures/*.json"),
    *("catalogue/settings.py", "tests/conftest.py", "tests/support/ready_database.py", "uv.lock"),
]


@cache
def kept():
    """The file it is kept in, if it is."""
    files = sorted(path for pattern in SOURCES for path in BASE.glob(pattern))
    parts = [sqlite3.sqlite_version, *(f"{path.relative_to(BASE)}\n{path.read_text()}" for path in files)]
    return BASE / "var" / f"tests-{hashlib.sha256('\0'.join(parts).encode()).hexdigest()[:16]}.sqlite3"


def fill(sender, connection, **kwargs):
    """Put what is kept into a test database that was just opened, if it is a new one."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db() or not kept().exists():
        return
    own = connection.connection
    if not own.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        with closing(sqlite3.connect(f"file:{kept()}?mode=ro", uri=True)) as source:
            source.backup(own)


def keep():
    """Keep the test database as it is now, instead of any other."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db() or kept().exists():
        return
    file = kept()
    file.parent.mkdir(exist_ok=True)
    for other in file.parent.glob("tests-*.sqlite3"):
        other.unlink(missing_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as target:
        connection.connection.backup(target)
    unfinished.replace(file)
