"""Restoring a backup into an empty database, or in place of what one holds."""

import zipfile
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction

from practices.core import stored_files
from practices.discovery import reindexing
from practices.exchange.backups import checking, tables
from practices.exchange.backups.archive import FILES, TABLES, Manifest, opened
from practices.models import OutboxMessage, Practice, Submission, Subscriber
from practices.notifications import hold


class CannotRestore(Exception):
    """Nothing was restored; the message says why."""


class OtherRelease(CannotRestore):
    """The backup has other tables than this release."""


class NotEmpty(CannotRestore):
    """The database holds a catalogue, and nobody said to replace it."""


def restore(
    path: Path,
    *,
    passphrase: str = "",
    replace: bool = False,
    sent_until: datetime | None = None,
    progress: tables.Progress = lambda _what, _count: None,
) -> Manifest:
    """Restore a backup and return its manifest. Afterwards nothing is sent until somebody decides (`notifications.hold`).

    All or nothing: rows are written in one transaction, compared with the backup, and indexed. `sent_until`: when the
    catalogue that was lost sent its last message, by default now. Raises NotABackup, WrongPassphrase, Damaged,
    OtherRelease, NotEmpty and OSError.
    """
    with opened(path, passphrase) as (archive, manifest):
        if manifest.migrations != tables.migrations():
            raise OtherRelease(manifest.release)
        checking.check(archive, manifest)
        if not tables.is_migrated():
            call_command("migrate", verbosity=0, interactive=False)
        if not replace and (held := _content()):
            raise NotEmpty(held)
        for name in manifest.files:
            _store(archive, name, manifest.files[name])
        progress("files", len(manifest.files))
        with transaction.atomic():
            _insert_all(archive, manifest, progress)
            hold.place(backup_at=manifest.taken_at, sent_until=sent_until)
            reindexing.rebuild(progress=partial(_show_index, progress))
    return manifest


def _show_index(progress: tables.Progress, done: int, _of: int) -> None:
    progress("index", done)


def _content() -> dict[str, int]:
    """Return plural name → number of rows, of what a database holds that is not empty."""
    models = (Practice, Submission, Subscriber, OutboxMessage, get_user_model())
    counts = {str(model._meta.verbose_name_plural): model._base_manager.count() for model in models}
    return {name: count for name, count in counts.items() if count}


def _insert_all(archive: zipfile.ZipFile, manifest: Manifest, progress: tables.Progress) -> None:
    tables.empty()
    ContentType.objects.clear_cache()
    for label, model in tables.tables().items():
        with archive.open(TABLES.format(label)) as lines:
            tables.insert(model, lines)
        progress(label, manifest.tables[label]["rows"])
    tables.continue_after(manifest.numbers)
    differing = [
        label
        for label, model in tables.tables().items()
        if tables.facts(tables.lines(model)) != manifest.tables[label]
    ]
    if differing:
        raise checking.Damaged(differing)


def _store(archive: zipfile.ZipFile, name: str, facts: dict[str, Any]) -> None:
    """Store a file under the name that rows have for it, and read it back."""
    if default_storage.exists(name):
        if _stored_sha256(name) == facts["sha256"]:
            return
        default_storage.delete(name)
    with archive.open(FILES.format(name)) as content:
        stored = default_storage.save(name, File(content, name))
    if stored != name or _stored_sha256(stored) != facts["sha256"]:
        raise stored_files.StorageFailed(name)


def _stored_sha256(name: str) -> str:
    with closing(default_storage.open(name)) as file:
        return checking.sha256_of(file)
