"""Arguments, progress and errors that the commands for backups share."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import SuspiciousFileOperation
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat

from practices.core.stored_files import StorageFailed
from practices.exchange import backups


class BackupCommand(BaseCommand):
    """A command on the file of a backup."""

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="a file whose first line is the passphrase that encrypts the backup",
        )

    def show(self, what, count):
        self.stdout.write(f"  {what}: {count}")
        self.stdout.flush()

    def summary(self, manifest):
        return (
            f"{manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, release {manifest.release}, {manifest.database}: "
            f"rows: {manifest.rows}, tables: {len(manifest.tables)}, files: {len(manifest.files)}"
        )


def passphrase(path):
    """Return the passphrase in a file, or nothing without a file. Raises CommandError."""
    if path is None:
        return ""
    try:
        found = path.read_text(encoding="utf-8-sig").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The passphrase cannot be read from {path}: {error}.") from error
    if not found:
        raise CommandError(f"{path} is empty: its first line is the passphrase.")
    return found


def file_size(path):
    return filesizeformat(path.stat().st_size).replace("\xa0", " ")


@contextmanager
def explained(path, remedy="") -> Iterator[None]:
    """Turn what can go wrong with a backup into a sentence that says what to do; `remedy` says it of a bad archive."""
    try:
        yield
    except backups.NoPassphrase as error:
        raise CommandError(
            f"{path} is encrypted. Give the passphrase it was made with: --passphrase-file FILE."
        ) from error
    except backups.WrongPassphrase as error:
        raise CommandError(
            f"{path} is encrypted with another passphrase than the one in --passphrase-file. Give the one it was made "
            "with: nothing else opens it."
        ) from error
    except backups.Unreadable as error:
        raise CommandError(
            f"{path} is a backup, but it is damaged: bytes of it were changed or are missing. {remedy}"
        ) from error
    except (backups.NotABackup, zipfile.BadZipFile) as error:
        raise CommandError(
            f"{path} is not a backup that this release can read, or its end is missing. {remedy}"
        ) from error
    except backups.Damaged as error:
        raise CommandError(f"{path} is damaged in {error}. {remedy}") from error
    except backups.OtherRelease as error:
        raise CommandError(
            f"{path} was made by release {error}, which has other tables. Install that release, restore, then upgrade."
        ) from error
    except backups.NotEmpty as error:
        [held] = error.args
        contents = ", ".join(f"{name}: {count}" for name, count in held.items())
        raise CommandError(
            f"The database is not empty: {contents}. Add --replace to delete all that it holds."
        ) from error
    except backups.NotMigrated as error:
        raise CommandError(
            "The database has no tables, so there is nothing to back up. “manage.py set_up” makes them."
        ) from error
    except StorageFailed as error:
        raise CommandError(
            f"The storage of files did not take {error}. The database is as it was."
        ) from error
    except SuspiciousFileOperation as error:
        raise CommandError(
            f"{path} names a file outside of the storage of files, so it is not one of our backups. "
            "The database is as it was."
        ) from error
    except DatabaseError as error:
        raise CommandError(f"The database failed, and is as it was: {str(error).strip()}.") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}.") from error
