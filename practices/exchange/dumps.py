"""Dumps: all public practices with their files in one archive, from which import restores a catalogue."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max

from practices import clock
from practices.core import catalogue_version, isolation, stored_files
from practices.core.reproducible_zip import part
from practices.exchange.exports import as_json
from practices.exchange.exports.records import Record, records
from practices.models import Dump, Practice, RevisionFile
from practices.models.dump import dump_storage_name

PRACTICES = "practices.json"
"""Name of the JSON export in the archive."""
CATALOGUE = "catalogue.json"
"""Name of the part of the archive that says which numbers were given: also those of practices that are not public."""
FILES = "files/"
"""Folder of the archive that holds the files of the practices, each named by its SHA-256."""
STEP = 1_000  # practices between two reports of progress
TRIES = 3
LONGEST = timedelta(days=1)
"""Age from which a dump that is not complete was killed."""


def make(*, progress: Callable[[int], object] = lambda _count: None, now: datetime | None = None) -> Dump:
    """Make a dump, and delete those before the newest DUMPS_KEPT. `progress` hears how many practices are done.

    Nobody sees a dump that is not whole, or one that was begun before a practice or a file was made private: then it is
    made again. The same content on the same day is the same dump, so any number may be made at once. The nightly sweep
    deletes the file of one that was killed. Raises Outdated if it is outdated TRIES times.
    """
    now = now or clock.now()
    for _try in range(TRIES):
        if dump := _make(progress, now=now):
            _delete_old(now=now)
            return dump
    raise Outdated


class Outdated(Exception):
    """A practice or a file was made private each time while a dump was made."""


def newest() -> Dump | None:
    return Dump.objects.complete().first()


def _make(progress: Callable[[int], object], *, now: datetime) -> Dump | None:
    """Make a dump; return None if something in it may no longer be public."""
    with transaction.atomic():
        catalogue_version.lock()  # waits for steps that make something private, which delete the rows they see
        begun = Dump.objects.create(made_at=now)
    try:
        with tempfile.TemporaryFile() as archive:
            count = _write(archive, progress)
            size = archive.tell()
            archive.seek(0)
            sha256 = hashlib.file_digest(archive, "sha256").hexdigest()
            name = f"practices-{now:%Y-%m-%d}-{sha256[:8]}.zip"
            if same := Dump.objects.filter(name=name).first():
                return same
            archive.seek(0)
            stored = default_storage.save(dump_storage_name(None, name), File(archive, name))
        facts = {"file": stored, "name": name, "practices": count, "size": size, "sha256": sha256}
        try:
            with transaction.atomic():
                is_current = Dump.objects.filter(pk=begun.pk).update(**facts)
        except IntegrityError:  # another process has just made the same one
            is_current = 0
        if not is_current:
            stored_files.remove(stored)
        return Dump.objects.filter(name=name).first()
    finally:
        Dump.objects.filter(pk=begun.pk, name=None).delete()


def _write(archive: IO[bytes], progress: Callable[[int], object]) -> int:
    """Write the archive and return its number of practices. Names of files wait on disk, however many there are."""
    counted = 0

    def noting(found: Iterable[Record]) -> Iterator[Record]:
        nonlocal counted
        for record in found:
            yield record
            names.writelines(f"{file.pk}\n" for file in record.files)
            counted += 1
            if counted % STEP == 0:
                progress(counted)

    with tempfile.TemporaryFile("w+") as names, zipfile.ZipFile(archive, "w") as parts:
        with parts.open(part(PRACTICES), "w", force_zip64=True) as document:
            for piece in as_json.pieces(noting(records(Practice.objects.published()))):
                document.write(piece.encode())
        highest = Practice.objects.aggregate(highest=Max("pk"))["highest"] or 0
        parts.writestr(part(CATALOGUE), json.dumps({"highest_number": highest}))
        names.seek(0)
        for line in names:
            _add_file(parts, int(line))
    return counted


def _add_file(parts: zipfile.ZipFile, key: int) -> None:
    """Add a file to the archive, unless it is there already or was deleted for good meanwhile.

    One that the storage does not give is reported, and left out.
    """
    file = RevisionFile.objects.filter(pk=key, removed_at=None).first()
    if file is None or FILES + file.sha256 in parts.NameToInfo:
        return
    try:
        with (
            closing(stored_files.opened(file.file)) as content,
            parts.open(part(FILES + file.sha256), "w") as copy,
        ):
            shutil.copyfileobj(content, copy)
    except Exception as error:  # each storage has errors of its own
        if isolation.is_away(error) or isinstance(error, stored_files.StorageMissing):
            raise
        isolation.report("file of the dump", file.name)


def _delete_old(*, now: datetime) -> None:
    killed = Dump.objects.filter(name=None, made_at__lt=now - LONGEST)
    for dump in [*killed, *Dump.objects.complete()[settings.DUMPS_KEPT :]]:
        dump.delete()
