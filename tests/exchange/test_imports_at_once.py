"""The same file imported by several processes at once, on a database in a file."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.support.factories import document

pytestmark = pytest.mark.django_db(transaction=True)  # a transaction of the test would lock the copy out

PROGRAM = """
import sys, django
django.setup()
from pathlib import Path
from practices.exchange import imports
items = list(imports.read(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
print(*(outcome.result for outcome in imports.run(items)))
"""


@pytest.fixture
def file_database(tmp_path):
    """Copy the test database, which is in memory, into a file, and return the environment of its processes."""
    if connection.vendor != "sqlite":
        pytest.skip("tests/exchange/test_imports.py runs this in threads on PostgreSQL")
    with sqlite3.connect(tmp_path / "catalogue.sqlite3") as file:
        connection.connection.backup(file)
        file.execute("PRAGMA journal_mode = wal")  # as migrate leaves it
    file.close()
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "catalogue.settings",
    }


def test_same_file_imported_by_processes_at_once_is_published_once(file_database, tmp_path):
    titles = [f"Practice {number}" for number in range(20)]
    items = [document(title=title) for title in titles]
    file = tmp_path / "practices.json"
    file.write_text(json.dumps([*items, *(item | {"source_url": "https://example.org/1"} for item in items)]))
    command = [sys.executable, "-c", PROGRAM, str(file)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    imports = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=file_database, **pipes) for _number in range(3)
    ]
    for each in imports:
        each.stdout.readline()

    for each in imports:
        each.stdin.write("\n")
        each.stdin.flush()
    results = [each.communicate()[0].split() for each in imports]

    said = sorted(result for words in results for result in words)
    assert said == ["new"] * 40 + ["unchanged"] * 80
