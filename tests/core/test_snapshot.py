"""Snapshots: one state of the database, which neither waits for writers nor holds them up."""

import os
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection

from practices.choices import Suspension
from practices.core.snapshot import snapshot
from practices.models import SuspendedAddress

SQLITE = """
import sqlite3, sys
import django
django.setup()
from django.db import connection
from practices.core.snapshot import snapshot

def count():
    with connection.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM t").fetchone()[0]

with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE t (x)")
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
with snapshot():
    before = count()
    other.execute("INSERT INTO t VALUES (1)")
    print(before, count())
print(count(), connection.transaction_mode)
"""


def test_snapshot_of_sqlite_sees_one_state_and_holds_up_no_writer(tmp_path):
    file = tmp_path / "catalogue.sqlite3"
    environment = os.environ | {
        "DEBUG": "true", "DATABASE_URL": f"sqlite:///{file}", "DJANGO_SETTINGS_MODULE": "catalogue.settings",
    }  # fmt: skip

    said = subprocess.run(
        [sys.executable, "-c", SQLITE, file],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True, text=True,
    )  # fmt: skip

    assert said.stdout.splitlines() == ["0 0", "1 IMMEDIATE"]


def test_snapshot_of_postgresql_sees_one_state_and_holds_up_no_writer(transactional_db):
    if connection.vendor == "sqlite":
        pytest.skip("PostgreSQL runs this")

    def write():
        SuspendedAddress.objects.create(key="of a writer", because=Suspension.COMPLAINT)
        connection.close()

    with snapshot():
        before = SuspendedAddress.objects.count()
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=10)
        during = SuspendedAddress.objects.count()

    assert (during - before, SuspendedAddress.objects.count() - before) == (0, 1)


@pytest.mark.django_db
def test_snapshot_within_a_transaction_is_that_transaction():
    with snapshot():
        assert SuspendedAddress.objects.count() == 0
