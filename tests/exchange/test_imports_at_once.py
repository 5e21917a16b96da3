"""Imports by processes of their own: the same file by several at once, and a large one with worker processes."""

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

WITH_WORKERS = """
import sys, django
django.setup()
from pathlib import Path
from practices.core import processes
from practices.discovery import indexing
from practices.exchange import imports
from practices.exchange.imports import importer

def refuse(documents):
    raise AssertionError("analysed in the process that publishes")

if __name__ == "__main__":
    importer.BATCH, importer.BATCHES_ALONE = 3, 0
    indexing.analyse = refuse
    print(*(outcome.result for outcome in imports.run(imports.read(Path(sys.argv[1])))))
"""


@pytest.fixture
def environment(tmp_path):
    """Return the environment of processes that use the test database; SQLite's, which is in memory, is copied."""
    common = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "catalogue.settings",
        "SEMANTIC_SEARCH": "false",  # a process loads its model for seconds
    }
    if connection.vendor == "postgresql":
        used = connection.settings_dict
        login = f"{used['USER']}:{used['PASSWORD']}".rstrip(":")
        return common | {
            "DATABASE_URL": f"postgresql://{login}@{used['HOST']}:{used['PORT'] or 5432}/{used['NAME']}"
        }
    with sqlite3.connect(tmp_path / "catalogue.sqlite3") as file:
        connection.connection.backup(file)
        file.execute("PRAGMA journal_mode = wal")  # as migrate leaves it
    file.close()
    return common


def test_same_file_imported_by_processes_at_once_is_published_once(environment, tmp_path):
    titles = [f"Practice {number}" for number in range(20)]
    items = [document(title=title) for title in titles]
    file = tmp_path / "practices.json"
    file.write_text(json.dumps([*items, *(item | {"source_url": "https://example.org/1"} for item in items)]))
    command = [sys.executable, "-c", PROGRAM, str(file)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    imports = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, **pipes) for _number in range(2)
    ]
    for each in imports:
        each.stdout.readline()

    for each in imports:
        each.stdin.write("\n")
        each.stdin.flush()
    results = [each.communicate()[0].split() for each in imports]

    said = sorted(result for words in results for result in words)
    assert said == ["new"] * 40 + ["unchanged"] * 40


def test_worker_processes_analyse_what_one_process_publishes(environment, tmp_path):
    items = [document(title=f"Practice {number}", source_url="") for number in range(9)]
    repeated = items[0]  # in another batch: analysed ahead as if it were new, and told apart under the lock
    file, program = tmp_path / "practices.json", tmp_path / "program.py"
    file.write_text(json.dumps([*items, repeated]))
    program.write_text(WITH_WORKERS)
    paths = {"PYTHONPATH": str(settings.BASE_DIR), "IMPORT_PROCESSES": "1"}

    done = subprocess.run(
        [sys.executable, program, file],
        env=environment | paths,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["new"] * 9 + ["unchanged"]
