"""The file of a backup: its manifest, and its encryption."""

import dataclasses
import json
import os
import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pyrage

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "tables/{}.jsonl"
FILES = "files/{}"
KEY, ENCRYPTED = "key.age", "backup.zip.age"
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""Errors of `zipfile` about a part whose bytes were changed, which may also name a method of compression it lacks."""
PART = ".backup-", ".part"
"""Beginning and end of the name of an archive that is not whole yet."""
ABANDONED = timedelta(days=1)


class NotABackup(Exception):
    """The file is not a backup, or is of a format that this release does not know."""


class Unreadable(NotABackup):
    """The file is a backup, but bytes of it were changed, so that it cannot be read."""


class WrongPassphrase(Exception):
    """The backup is encrypted with another passphrase."""


class NoPassphrase(WrongPassphrase):
    """The backup is encrypted, and no passphrase was given."""


@dataclasses.dataclass(frozen=True)
class Manifest:
    """Description of a backup, stored in it."""

    taken_at: datetime
    release: str
    database: str
    """`sqlite` or `postgresql`."""
    migrations: dict[str, str]
    """App → name of its last migration."""
    numbers: dict[str, int]
    """Label of a model → the highest number ever given to a row."""
    tables: dict[str, dict[str, Any]]
    """Label of a model → `rows` and `sha256`."""
    files: dict[str, dict[str, Any]]
    """Name in the storage → `size` and `sha256`."""
    missing: list[str]
    """Files that rows name and that the storage did not give."""

    def as_json(self) -> bytes:
        values = dataclasses.asdict(self) | {"format": FORMAT, "taken_at": self.taken_at.isoformat()}
        return json.dumps(values, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read a manifest. Raises NotABackup."""
        try:
            values = json.loads(text)
            if values.pop("format") != FORMAT:
                raise NotABackup
            return cls(**values | {"taken_at": datetime.fromisoformat(values["taken_at"])})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotABackup from error

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables.values())


@contextmanager
def opened(path: Path, passphrase: str = "") -> Iterator[tuple[zipfile.ZipFile, Manifest]]:  # nosec B107 # none
    """Open a backup for reading. Raises NotABackup, Unreadable, NoPassphrase, WrongPassphrase and OSError."""
    with tempfile.TemporaryFile() as plain, path.open("rb") as file:
        source: IO[bytes] = file
        try:
            with zipfile.ZipFile(file) as outer:
                if KEY in outer.namelist():
                    _decrypt(outer, plain, passphrase)
                    source = plain
            with zipfile.ZipFile(source) as archive:
                manifest = Manifest.from_json(_read(archive, MANIFEST))
                yield archive, manifest
        except (zipfile.BadZipFile, KeyError) as error:
            raise NotABackup from error


def _decrypt(outer: zipfile.ZipFile, plain: IO[bytes], passphrase: str) -> None:
    if not passphrase:  # none was given: age would try an empty one, for a second or more
        raise NoPassphrase
    encrypted_key = _read(outer, KEY)
    try:
        key = pyrage.passphrase.decrypt(encrypted_key, passphrase)
    except pyrage.DecryptError as error:
        raise WrongPassphrase from error
    try:
        identity = pyrage.x25519.Identity.from_str(key.decode())
        with outer.open(ENCRYPTED) as encrypted:
            pyrage.decrypt_io(encrypted, plain, [identity])
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError, *DAMAGE) as error:
        raise Unreadable from error
    except OSError as error:
        if error.errno is None:  # from pyrage, of content that was changed or cut off
            raise Unreadable from error
        raise
    plain.seek(0)


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    """Return a part of an archive. Raises Unreadable, and KeyError if there is none."""
    try:
        return archive.read(part)
    except DAMAGE as error:
        raise Unreadable from error


def save(path: Path, write: Callable[[zipfile.ZipFile], object], *, passphrase: str = "") -> None:
    """Write an archive to `path`, readable by its owner only. Nothing is there until it is whole. Raises OSError.

    Whenever the process is killed, nothing readable is left of an archive with a passphrase.
    """
    _delete_abandoned(path.parent)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=PART[0], suffix=PART[1], delete=False) as part:
        try:
            if passphrase:
                with tempfile.TemporaryFile(dir=path.parent) as plain:  # it has no name to be found under
                    _fill(plain, write)
                    _encrypt(plain, part, passphrase)
            else:
                _fill(part, write)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _delete_abandoned(folder: Path) -> None:
    """Delete what is left of archives whose writer was killed: nobody has written to them for a day."""
    for part in folder.glob("*".join(PART)):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > ABANDONED.total_seconds():
                part.unlink()


def _fill(file: IO[bytes], write: Callable[[zipfile.ZipFile], object]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        write(archive)
    file.seek(0)


def _encrypt(plain: IO[bytes], encrypted: IO[bytes], passphrase: str) -> None:
    key = pyrage.x25519.Identity.generate()
    with zipfile.ZipFile(encrypted, "w") as outer:
        outer.writestr(KEY, pyrage.passphrase.encrypt(str(key).encode(), passphrase))
        with outer.open(ENCRYPTED, "w", force_zip64=True) as target:
            pyrage.encrypt_io(plain, target, [key.to_public()])


def copy(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    """Add a file to an archive."""
    with archive.open(name, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)
