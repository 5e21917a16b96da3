"""SQLite under the WSGI application."""

import os
import subprocess
import sys

from django.conf import settings

WRITE_TO_A_LOCKED_FILE = """
import sqlite3, sys, time
import catalogue.wsgi
from django.db import OperationalError, connection, transaction

connection.ensure_connection()
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
began = time.monotonic()
try:
    with transaction.atomic():
        print("written")
except OperationalError:
    print(time.monotonic() - began)
"""


def test_page_does_not_wait_long_for_a_locked_database(tmp_path):
    """Few threads answer readers, too: those that wait for another process to write keep them waiting."""
    file = tmp_path / "catalogue.sqlite3"
    environment = os.environ | {"DEBUG": "true", "DATABASE_URL": f"sqlite:///{file}"}
    environment.pop("DATABASE_LOCK_SECONDS", None)

    said = subprocess.run(
        [sys.executable, "-c", WRITE_TO_A_LOCKED_FILE, file],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )

    assert float(said.stdout) < 2
