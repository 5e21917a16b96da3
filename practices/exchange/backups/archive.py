"""The file of a backup: its manifest, and its encryption."""

import dataclasses
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pyrage

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "tables/{}.jsonl"
FILES = "files/{}"
KEY, ENCRYPTED = "key.age", "backup.zip.age"


class NotABackup(Exception):
    """The file is not a backup, or is of a format that this release does not know."""


class WrongPassphrase(Exception):
    """The backup is encrypted, and the passphrase is missing or another."""


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

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
def opened(path: Path, passphrase: str = "") -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup for reading. Raises NotABackup, WrongPassphrase and OSError."""
    with tempfile.TemporaryFile() as plain, path.open("rb") as file:
        source: IO[bytes] = file
        try:
            with zipfile.ZipFile(file) as outer:
                if KEY in outer.namelist():
                    _decrypt(outer, plain, passphrase)
                    source = plain
            with zipfile.ZipFile(source) as archive:
                manifest = Manifest.from_json(archive.read(MANIFEST))
                yield archive, manifest
        except (zipfile.BadZipFile, KeyError) as error:
            raise NotABackup from error


def _decrypt(outer: zipfile.ZipFile, plain: IO[bytes], passphrase: str) -> None:
    try:
        key = pyrage.passphrase.decrypt(outer.read(KEY), passphrase)
        with outer.open(ENCRYPTED) as encrypted:
            pyrage.decrypt_io(encrypted, plain, [pyrage.x25519.Identity.from_str(key.decode())])
    except pyrage.DecryptError as error:
        raise WrongPassphrase from error
    plain.seek(0)


def save(path: Path, write: Callable[[zipfile.ZipFile], object], *, passphrase: str = "") -> None:
    """Write an archive to `path`, readable by its owner only. Nothing is there until it is whole. Raises OSError."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        plain = Path(folder, "plain")
        with _private(plain) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            write(archive)
        whole = plain
        if passphrase:
            whole = Path(folder, "encrypted")
            _encrypt(plain, whole, passphrase)
        with whole.open("rb") as file:
            os.fsync(file.fileno())
        whole.replace(path)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def _encrypt(plain: Path, encrypted: Path, passphrase: str) -> None:
    key = pyrage.x25519.Identity.generate()
    with _private(encrypted) as file, zipfile.ZipFile(file, "w") as outer:
        outer.writestr(KEY, pyrage.passphrase.encrypt(str(key).encode(), passphrase))
        with plain.open("rb") as source, outer.open(ENCRYPTED, "w", force_zip64=True) as target:
            pyrage.encrypt_io(source, target, [key.to_public()])


def copy(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    """Add a file to an archive."""
    with archive.open(name, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)
