"""Cost of exports, of a frozen copy, of a dump, and of the import of that dump into an empty catalogue."""

import hashlib
import resource
import shutil
import time
from pathlib import Path

from django.db import connection

from benchmarks.imports import prepare
from practices import workflow
from practices.core import stored_files
from practices.documents.files import of_practice
from practices.exchange import dumps, imports
from practices.exchange.exports import FORMATS
from practices.exchange.freeze import freeze
from practices.models import Practice, RevisionFile

WITH_FILES = 100
"""Practices that get a file before a dump: the oldest ones, so that first pages of lists stay as they are."""


def export(extension):
    """Write one export of all practices and return its cost."""
    with _Cost() as cost:
        size, _sha256 = _written(extension)
    return cost.figures | {"bytes": size}


def copy(folder):
    """Write a frozen copy into a folder, and return its cost and its number of files."""
    with _Cost() as cost:
        freeze(Path(folder))
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return cost.figures | {"bytes": sum(path.stat().st_size for path in files), "files": len(files)}


def add_files():
    """Give some practices a file of their own, unless they have one, as the generator makes none."""
    for practice in Practice.objects.published().reverse()[:WITH_FILES]:
        if list(of_practice(practice)):
            continue
        content = f"Annex of {practice.title}".encode()
        file = RevisionFile(
            name="annex.txt", description="Annex", content_type="text/plain", size=len(content),
            sha256=hashlib.sha256(content).hexdigest(), file=stored_files.store(content, name="annex.txt"),
        )  # fmt: skip
        workflow.publish_document(practice.document, files=[file], to=practice, announce=False)


def dump(path):
    """Make a dump, copy it to `path`, and return its cost and the hash of the JSON export."""
    add_files()
    with _Cost() as cost:
        made = dumps.make()
    with stored_files.opened(made.file) as content, Path(path).open("wb") as copy:
        shutil.copyfileobj(content, copy)
    return cost.figures | {"bytes": made.size, "sha256": _written("json")[1]}


def restore(path):
    """Import a dump into an empty database, and return its cost and the hash of the JSON export."""
    prepare()
    with _Cost() as cost, imports.contents(Path(path)) as content:
        for outcome in imports.run(imports.read(Path(path)), content=content):
            if outcome.result != imports.Result.NEW:
                raise SystemExit(f"{outcome}")
    return cost.figures | {"bytes": Path(path).stat().st_size, "sha256": _written("json")[1]}


def _written(extension):
    """Return the bytes and the hash of an export, keeping none of it."""
    size, digest = 0, hashlib.sha256()
    for piece in FORMATS[extension].write(Practice.objects.published()):
        content = piece if isinstance(piece, bytes) else piece.encode()
        size += len(content)
        digest.update(content)
    return size, digest.hexdigest()


class _Cost:
    """Seconds of the wall clock, and growth of the memory of this process at its highest, in bytes."""

    def __enter__(self):
        connection.ensure_connection()
        next(iter(FORMATS["xlsx"].write(Practice.objects.none())))  # imports all that is imported once
        self.begun, self.before = time.perf_counter(), _highest()
        return self

    def __exit__(self, *error):
        self.figures = {"seconds": time.perf_counter() - self.begun, "growth": _highest() - self.before}


def _highest():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
