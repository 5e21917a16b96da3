"""Writing a backup while the catalogue is in use."""

import hashlib
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models.fields.files import FieldFile

from practices import clock
from practices.core import isolation, stored_files
from practices.core.snapshot import snapshot
from practices.exchange.backups import tables
from practices.exchange.backups.archive import FILES, MANIFEST, TABLES, Manifest, save

PIECE = 1 << 20


class NotMigrated(Exception):
    """The database has no tables."""


def write(
    path: Path, *, passphrase: str = "", progress: tables.Progress = lambda _what, _count: None
) -> Manifest:
    """Write a backup to `path`, of one instant, while readers and writers go on. Returns its manifest.

    Before an upgrade, the tables are those of an earlier release, which can then restore the backup. Files that rows
    name and the storage does not give are in `missing`; all else is in the backup. Raises NotMigrated and OSError.
    """
    found: list[Manifest] = []
    save(path, lambda archive: found.append(_fill(archive, progress)), passphrase=passphrase)
    return found[0]


def _fill(archive: zipfile.ZipFile, progress: tables.Progress) -> Manifest:
    rows, release, migrations, models_ = {}, settings.VERSION, tables.migrations(), tables.tables()
    if not tables.is_migrated():
        earlier, migrations = tables.earlier()
        release, models_ = f"before {settings.VERSION}", tables.tables(earlier)
        if "practices" not in migrations:
            raise NotMigrated
    with snapshot():
        taken_at = clock.now()
        for label, model in models_.items():
            rows[label] = _add_table(archive, label, model)
            progress(label, rows[label]["rows"])
        numbers, stored = tables.last_numbers(models_), stored_files_of(models_.values())
    files = {}
    for name, file in stored.items():
        if (facts := _add_file(archive, file)) is not None:
            files[name] = facts
    progress("files", len(files))
    manifest = Manifest(
        taken_at=taken_at,
        release=release,
        database=connection.vendor,
        migrations=migrations,
        numbers=numbers,
        tables=rows,
        files=files,
        missing=[name for name in stored if name not in files],
    )
    archive.writestr(MANIFEST, manifest.as_json())
    return manifest


def _add_table(archive: zipfile.ZipFile, label: str, model: tables.Model) -> dict[str, Any]:
    digest = tables.Digest()
    with archive.open(TABLES.format(label), "w", force_zip64=True) as table:
        for line in digest.reading(tables.lines(model)):
            table.write(line)
    return digest.facts()


def stored_files_of(models_: Any) -> dict[str, FieldFile]:
    """Return name → file of each file of the storage that rows of these models name."""
    found: dict[str, FieldFile] = {}
    for model in models_:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                named = model._base_manager.exclude(**{field.name: ""}).order_by("pk")
                for name in named.values_list(field.name, flat=True).iterator(chunk_size=tables.BATCH):
                    found.setdefault(name, FieldFile(model(), field, name))
    return found


def _add_file(archive: zipfile.ZipFile, file: FieldFile) -> dict[str, Any] | None:
    """Add a file to the archive and return its facts; None, after a report, if the storage does not give it."""
    sha256, size = hashlib.sha256(), 0
    try:
        content = stored_files.opened(file)
    except Exception as error:  # each storage has errors of its own
        if isolation.is_away(error):
            raise
        isolation.report("file of the backup", file.name)
        return None
    with closing(content), archive.open(FILES.format(file.name), "w", force_zip64=True) as target:
        while piece := content.read(PIECE):
            sha256.update(piece)
            size += len(piece)
            target.write(piece)
    return {"size": size, "sha256": sha256.hexdigest()}
